import { describe, expect, it } from "vitest";
import { xml, xmlRefusal } from "../testing/fake-aws";
import { fakeCloud } from "../testing/fake-cloud";
import { find, HOW } from "../testing/findings";
import { good, wrong } from "./check";
import { checkTargetGroups } from "./target-groups";

describe("the check of the target groups", () => {
  const targetGroupArn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/sb-123/0a1b";
  const balancer = { targetGroupArn, containerName: "service-b", containerPort: 5001 };
  const patch = {
    networkMode: "awsvpc",
    container: { portMappings: [{ containerPort: 80 }, { containerPort: 5001 }] },
    service: { loadBalancers: [balancer] },
  };
  const ofType = (type: string) =>
    xml(
      "DescribeTargetGroups",
      `<TargetGroups><member><TargetGroupArn>${targetGroupArn}</TargetGroupArn><TargetType>${type}</TargetType></member></TargetGroups>`,
    );

  it.each([
    ["awsvpc", "ip"],
    ["bridge", "instance"],
  ])("is good where port and type fit in network mode %s", async (networkMode, type) => {
    const cloud = await fakeCloud();
    cloud.aws.on("DescribeTargetGroups", () => ofType(type));
    expect(await find(cloud, checkTargetGroups, { ...patch, networkMode })).toEqual([
      good("target group", "sb-123: port 5001 of service-b"),
    ]);
  });

  it.each<[string, object, string]>([
    [
      "the container is another one",
      { container: { name: "web" } },
      'sends to container "service-b", which the task definition does not have',
    ],
    [
      "the port is another one",
      { container: { portMappings: [{ containerPort: 80 }] } },
      'sends to port 5001 of container "service-b", which has: 80',
    ],
    ["there is no port", { container: {} }, 'sends to port 5001 of container "service-b", which has: none'],
    [
      "the type does not fit",
      { networkMode: "bridge" },
      "has targets of type ip, but network mode bridge needs instance",
    ],
  ])("is wrong where %s", async (_, change, fault) => {
    const cloud = await fakeCloud();
    cloud.aws.on("DescribeTargetGroups", () => ofType("ip"));
    expect(await find(cloud, checkTargetGroups, { ...patch, ...change })).toEqual([
      wrong("target group", `sb-123 ${fault}; ${HOW}`),
    ]);
  });

  it("is wrong where the group does not exist", async () => {
    const cloud = await fakeCloud();
    cloud.aws.on("DescribeTargetGroups", () => xmlRefusal("TargetGroupNotFound"));
    expect(await find(cloud, checkTargetGroups, patch)).toEqual([
      wrong("target group", `sb-123 does not exist; ${HOW}`),
    ]);
  });

  it("is not made where the service has none", async () => {
    const cloud = await fakeCloud();
    expect(await find(cloud, checkTargetGroups, { ...patch, service: {} })).toEqual([]);
    expect(cloud.aws.calls).toEqual([]);
  });
});
