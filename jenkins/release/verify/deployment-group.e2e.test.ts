import { describe, expect, it } from "vitest";
import { type BlueGreenCloud, blueGreenCloud } from "../testing/blue-green-cloud";
import { EMPLOYEE, TARGET_GROUPS } from "../testing/employee";
import { Refusal } from "../testing/fake-aws";

const HOW = "is `npm start` done with its deployment?";
const GROUP = "employee of application coffee-suppliers-local";

const verify = (cloud: BlueGreenCloud) => cloud.run("verify", "--image-tag", "2-employee");

describe("the check of the deployment group", () => {
  it("is good where it is the service's, and both target groups can take its tasks", async () => {
    const { status, written } = await verify(await blueGreenCloud());
    expect(status).toBe(0);
    expect(written).toContain(`✓ deployment group  ${GROUP}\n`);
    expect(written).toContain("✓ target group  em-blue: port 8080 of employee\n");
    expect(written).toContain("✓ target group  em-green: port 8080 of employee\n");
  });

  it.each<[string, (cloud: BlueGreenCloud) => void, string]>([
    [
      "the application does not exist",
      ({ aws }) => aws.on("GetDeploymentGroup", () => new Refusal("ApplicationDoesNotExistException")),
      `deployment group: ${GROUP} does not exist; ${HOW}`,
    ],
    [
      "the group does not exist",
      ({ aws }) => aws.on("GetDeploymentGroup", () => new Refusal("DeploymentGroupDoesNotExistException")),
      `deployment group: ${GROUP} does not exist; ${HOW}`,
    ],
    [
      "it deploys another service",
      ({ codeDeploy }) => {
        codeDeploy.group = { ecsServices: [{ clusterName: "c", serviceName: "customer" }] };
      },
      `deployment group: ${GROUP} deploys c/customer, not coffee-suppliers-local/employee; ${HOW}`,
    ],
    [
      "it does not deploy blue/green",
      ({ codeDeploy }) => {
        codeDeploy.group = { deploymentStyle: { deploymentType: "IN_PLACE" } };
      },
      `deployment group: ${GROUP} does not deploy blue/green; ${HOW}`,
    ],
    [
      "it has one target group only",
      ({ codeDeploy }) => {
        codeDeploy.group = pairOf("em-blue");
      },
      `deployment group: ${GROUP} has 1 target groups, and needs 2; ${HOW}`,
    ],
    [
      "a target group is gone",
      ({ codeDeploy }) => {
        codeDeploy.group = pairOf("em-blue", "em-gone");
      },
      `deployment group: ${GROUP} has target groups that do not exist: em-gone; ${HOW}`,
    ],
    [
      "the service's tasks are in neither",
      (cloud) => {
        const targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/other/3";
        const loadBalancers = [{ targetGroupArn, containerName: EMPLOYEE, containerPort: 8080 }];
        cloud.service = { loadBalancers, taskSets: [] };
      },
      `target group: the service's tasks are in other, which CodeDeploy does not move traffic from; ${HOW}`,
    ],
    [
      "they send to another port",
      (cloud) => {
        const [{ arn: targetGroupArn }] = TARGET_GROUPS;
        const loadBalancers = [{ targetGroupArn, containerName: EMPLOYEE, containerPort: 80 }];
        cloud.service = { loadBalancers, taskSets: [] };
      },
      `2 faults:\n  target group: em-blue sends to port 80 of container "employee", which has: 8080; ${HOW}\n` +
        `  target group: em-green sends to port 80 of container "employee", which has: 8080; ${HOW}`,
    ],
  ])("is wrong where %s", async (_, change, message) => {
    const cloud = await blueGreenCloud();
    change(cloud);
    const ended = await verify(cloud);
    expect(ended.status).toBe(2);
    expect(ended.message).toBe(message);
    expect(cloud.aws.changes).toEqual([]);
  });

  it("is told as not made where it is not allowed", async () => {
    const cloud = await blueGreenCloud();
    cloud.aws.on("GetDeploymentGroup", () => new Refusal("AccessDeniedException"));
    const { status, written } = await verify(cloud);
    expect(status).toBe(0);
    expect(written).toContain("! deployment group: not checked: codedeploy:GetDeploymentGroup is not allowed\n");
  });
});

function pairOf(...names: readonly string[]) {
  return { loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: names.map((name) => ({ name })) }] } };
}
