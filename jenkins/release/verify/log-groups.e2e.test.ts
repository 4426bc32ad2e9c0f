import { describe, expect, it } from "vitest";
import { fakeCloud } from "../testing/fake-cloud";
import { find, HOW } from "../testing/findings";
import { good, wrong } from "./check";
import { checkLogGroups } from "./log-groups";

describe("the check of the log groups", () => {
  const logs = (options: object, logDriver = "awslogs") => ({
    container: { logConfiguration: { logDriver, options } },
  });

  it("is good where the group exists, and not only one that begins alike", async () => {
    const cloud = await fakeCloud();
    cloud.aws.on("DescribeLogGroups", () => ({
      logGroups: [{ logGroupName: "/ecs/cart-admin" }, { logGroupName: "/ecs/cart" }],
    }));
    expect(await find(cloud, checkLogGroups, logs({ "awslogs-group": "/ecs/cart" }))).toEqual([
      good("log group", "/ecs/cart"),
    ]);
    expect(await find(cloud, checkLogGroups, logs({ "awslogs-group": "/ecs/ca" }))).toEqual([
      wrong("log group", `/ecs/ca does not exist, so no task would start; ${HOW}`),
    ]);
  });

  it.each([
    ["makes the group itself", logs({ "awslogs-group": "/ecs/cart", "awslogs-create-group": "true" })],
    ["logs elsewhere", logs({ "awslogs-group": "/ecs/cart" }, "splunk")],
    ["does not log", {}],
  ])("is not made where the container %s", async (_, patch) => {
    const cloud = await fakeCloud();
    expect(await find(cloud, checkLogGroups, patch)).toEqual([]);
    expect(cloud.aws.calls).toEqual([]);
  });
});
