import { describe, expect, it } from "vitest";
import { xml, xmlRefusal } from "../testing/fake-aws";
import { fakeCloud } from "../testing/fake-cloud";
import { find, HOW } from "../testing/findings";
import { good, wrong } from "./check";
import { checkRoles } from "./roles";

describe("the check of the roles", () => {
  const role = (policy: object) =>
    xml(
      "GetRole",
      `<Role><RoleName>r</RoleName><AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(policy))}</AssumeRolePolicyDocument></Role>`,
    );
  const trusting = (statement: object) => ({ Statement: [{ Effect: "Deny" }, statement] });
  const ROLES = {
    executionRoleArn: "arn:aws:iam::123456789012:role/path/execution",
    taskRoleArn: "arn:aws:iam::123456789012:role/task",
  };

  it.each([
    ["one service", { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } }],
    [
      "services",
      {
        Effect: "Allow",
        Action: ["sts:TagSession", "sts:AssumeRole"],
        Principal: { Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] },
      },
    ],
    ["everybody", { Effect: "Allow", Action: "sts:*", Principal: "*" }],
  ])("is good where they trust %s", async (_, statement) => {
    const cloud = await fakeCloud();
    cloud.aws.on("GetRole", () => role(trusting(statement)));
    expect(await find(cloud, checkRoles, ROLES)).toEqual([
      good("execution role", "execution"),
      good("task role", "task"),
    ]);
    expect(cloud.aws.inputs("GetRole").map(({ RoleName }) => RoleName)).toEqual(["execution", "task"]);
  });

  it.each([
    ["another service", { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
    [
      "it for something else",
      { Effect: "Allow", Action: "sts:TagSession", Principal: { Service: "ecs-tasks.amazonaws.com" } },
    ],
    ["an account", { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "123456789012" } }],
    ["nobody by Deny", { Effect: "Deny", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } }],
  ])("is wrong where they trust %s", async (_, statement) => {
    const cloud = await fakeCloud();
    cloud.aws.on("GetRole", () => role(trusting(statement)));
    expect(await find(cloud, checkRoles, { taskRoleArn: ROLES.taskRoleArn })).toEqual([
      wrong("task role", `task does not trust ecs-tasks.amazonaws.com, so no task could use it; ${HOW}`),
    ]);
  });

  it("is wrong where one does not exist", async () => {
    const cloud = await fakeCloud();
    cloud.aws.on("GetRole", () => xmlRefusal("NoSuchEntity"));
    expect(await find(cloud, checkRoles, { executionRoleArn: ROLES.executionRoleArn })).toEqual([
      wrong("execution role", `execution does not exist; ${HOW}`),
    ]);
  });

  it("is not made where the task has none", async () => {
    const cloud = await fakeCloud();
    expect(await find(cloud, checkRoles, { taskRoleArn: "" })).toEqual([]);
    expect(cloud.aws.calls).toEqual([]);
  });
});
