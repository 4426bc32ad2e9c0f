import { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import { ec2Capacity, serviceProps, targetGroup } from "./ecs.fixtures";
import { ScalableTaskCount, type ScalableTaskCountProps, type ScheduledScaling } from "./scalable-task-count";
import { Service, type ServiceProps } from "./service";

const NAME = "1 to 255 letters, digits, hyphens and underscores";

describe("a service", () => {
  const refusal = (props: Partial<ServiceProps>, launchType: "EC2" | "FARGATE" = "FARGATE") =>
    refusalOf((stack) => new Service(stack, "Service", { ...serviceProps(stack, launchType), ...props }));
  const subnets = (count: number) => Array.from({ length: count }, (_, index) => `subnet-${index}`);

  it.each<[string, Partial<ServiceProps>, string]>([
    ["a name with a dot", { name: "shop.cart" }, `"name" is "shop.cart"; allowed: ${NAME}`],
    ["less than no task", { desiredCount: -1 }, '"desiredCount" is -1; allowed: a whole number from 0 to 5000'],
    ["5001 tasks", { desiredCount: 5001 }, '"desiredCount" is 5001; allowed: a whole number from 0 to 5000'],
    [
      "a negative grace period",
      { healthCheckGracePeriodSeconds: -1 },
      '"healthCheckGracePeriodSeconds" is -1; allowed: a whole number from 0 to 2147483647',
    ],
    [
      "no subnet",
      { placement: { launchType: "FARGATE", subnetIds: [], securityGroupIds: [] } },
      '"placement.subnetIds" has 0 members; allowed: one subnet or more',
    ],
    [
      "17 subnets",
      { placement: { launchType: "FARGATE", subnetIds: subnets(17), securityGroupIds: [] } },
      '"placement.subnetIds" has 17 members; allowed: 16 at most',
    ],
    [
      "six security groups",
      {
        placement: { launchType: "FARGATE", subnetIds: ["subnet-a"], securityGroupIds: ["a", "b", "c", "d", "e", "f"] },
      },
      '"placement.securityGroupIds" has 6 members; allowed: 5 at most',
    ],
    [
      "to be created before its cluster's capacity providers",
      { dependsOn: [] },
      '"dependsOn" lacks the cluster\'s capacity providers; allowed: what cluster.attachCapacity returned, and more',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Service: ${message}`);
  });

  it("refuses a task definition for another launch type", () => {
    expect(
      refusalOf((stack) => {
        const { placement } = serviceProps(new Construct(stack, "Other"), "EC2");
        new Service(stack, "Service", { ...serviceProps(stack), placement });
      }),
    ).toBe('test/Service: "placement.launchType" is EC2; allowed: that of the task definition, FARGATE');
  });

  it.each([
    ["EC2", "ip", "instance"],
    ["FARGATE", "instance", "ip"],
  ] as const)("refuses a target group that does not fit the network mode on %s", (launchType, given, allowed) => {
    expect(
      refusalOf((stack) => {
        const other = targetGroup(new Construct(stack, "Other"), given);
        new Service(stack, "Service", { ...serviceProps(stack, launchType), targetGroup: other });
      }),
    ).toBe(`test/Service: "targetGroup" has the target type ${given}; allowed: ${allowed} for tasks on ${launchType}`);
  });

  it("refuses capacity that its cluster does not have", () => {
    expect(
      refusalOf((stack) => {
        const props = serviceProps(stack, "EC2");
        const other = new Construct(stack, "Other");
        new Service(stack, "Service", { ...props, placement: { launchType: "EC2", capacity: ec2Capacity(other) } });
      }),
    ).toBe(
      'test/Service: "placement.capacity" is not attached to the cluster; allowed: the capacity that cluster.attachCapacity was given',
    );
  });

  it("refuses to be created before the rule that forwards to its target group", () => {
    expect(
      refusalOf((stack) => {
        const props = serviceProps(stack);
        new Service(stack, "Service", { ...props, dependsOn: props.dependsOn.slice(0, 1) });
      }),
    ).toBe(
      'test/Service: "dependsOn" has no listener rule; allowed: the rules that forward to the target group, and more',
    );
  });

  it("refuses the name of another service of its cluster", () => {
    expect(
      refusalOf((stack) => {
        const props = serviceProps(stack);
        new Service(stack, "Service", props);
        new Service(stack, "Second", props);
      }),
    ).toBe(
      'test/Second: "name" is "cart", as that of test/Service; allowed: a name that no other service of the cluster has',
    );
  });

  it("takes as many subnets and security groups as there may be", () => {
    expect(
      refusal({
        placement: { launchType: "FARGATE", subnetIds: subnets(16), securityGroupIds: ["a", "b", "c", "d", "e"] },
      }),
    ).toBeUndefined();
  });
});

describe("the number of tasks", () => {
  const refusal = (
    props: Partial<ScalableTaskCountProps>,
    scale: (count: ScalableTaskCount) => void = () => undefined,
  ) =>
    refusalOf((stack) => {
      const service = new Service(stack, "Service", serviceProps(stack));
      scale(new ScalableTaskCount(stack, "Count", { service, min: 1, max: 4, ...props }));
    });

  it.each<[string, Partial<ScalableTaskCountProps>, string]>([
    ["less than no task", { min: -1 }, '"min" is -1; allowed: a whole number from 0 to 5000'],
    ["5001 tasks", { max: 5001 }, '"max" is 5001; allowed: a whole number from 0 to 5000'],
    ["more at least than at most", { min: 5 }, '"min" is 5, more than "max" (4); allowed: "min" up to "max"'],
    [
      "a negative cooldown after a scale-out",
      { scaleOutCooldownSeconds: -1 },
      '"scaleOutCooldownSeconds" is -1; allowed: a whole number from 0 to 2147483647',
    ],
    [
      "a negative cooldown after a scale-in",
      { scaleInCooldownSeconds: -1 },
      '"scaleInCooldownSeconds" is -1; allowed: a whole number from 0 to 2147483647',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Count: ${message}`);
  });

  const PERCENT = "a whole number from 1 to 100";

  it.each<[string, (count: ScalableTaskCount) => void, string]>([
    [
      "to hold no CPU use",
      (count) => count.scaleOnCpuUtilization(0),
      `"targetUtilizationPercent" is 0; allowed: ${PERCENT}`,
    ],
    [
      "to hold more memory than there is",
      (count) => count.scaleOnMemoryUtilization(101),
      `"targetUtilizationPercent" is 101; allowed: ${PERCENT}`,
    ],
  ])("refuses %s", (_, scale, message) => {
    expect(refusal({}, scale)).toBe(`test/Count: ${message}`);
  });

  const ACTION =
    "1 to 256 characters with the service's name and a hyphen in front, none of them : / or |, no space first or last";
  const SCHEDULE =
    "cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)";
  const night: ScheduledScaling = { name: "night", schedule: "cron(0 22 * * ? *)", min: 0, max: 1 };

  it.each<[string, Partial<ScheduledScaling>, string]>([
    ["a name with a slash", { name: "a/b" }, `"schedule.name" is "cart-a/b"; allowed: ${ACTION}`],
    [
      "more at least than at most",
      { min: 2 },
      '"schedule.min" is 2, more than "schedule.max" (1); allowed: "schedule.min" up to "schedule.max"',
    ],
    ["less than no task", { min: -1 }, '"schedule.min" is -1; allowed: a whole number from 0 to 5000'],
    [
      "the 25th hour",
      { schedule: "cron(0 25 * * ? *)" },
      `"schedule.schedule" is "cron(0 25 * * ? *)": cron's hours is none from 0 to 23; allowed: ${SCHEDULE}`,
    ],
    [
      "a time zone that there is not",
      { timezone: "Europe/Atlantis" },
      '"schedule.timezone" is "Europe/Atlantis"; allowed: an IANA name such as Europe/Paris',
    ],
  ])("refuses a schedule with %s", (_, schedule, message) => {
    expect(refusal({}, (count) => count.scaleOnSchedule({ ...night, ...schedule }))).toBe(`test/Count: ${message}`);
  });

  it("refuses to hold no requests", () => {
    expect(
      refusalOf((stack) => {
        const props = serviceProps(stack);
        const count = new ScalableTaskCount(stack, "Count", {
          service: new Service(stack, "Service", props),
          min: 1,
          max: 4,
        });
        const balancer = new Lb(stack, "Lb");
        count.scaleOnRequestCount(0, balancer, props.targetGroup.targetGroup);
      }),
    ).toBe('test/Count: "requestsPerTarget" is 0; allowed: a whole number from 1 to 2147483647');
  });

  it("takes both ends of every limit", () => {
    expect(
      refusal({ min: 0, max: 5000, scaleOutCooldownSeconds: 0, scaleInCooldownSeconds: 0 }, (count) => {
        count.scaleOnCpuUtilization(1);
        count.scaleOnMemoryUtilization(100);
        count.scaleOnSchedule({ ...night, timezone: "Europe/Paris" });
      }),
    ).toBeUndefined();
  });
});
