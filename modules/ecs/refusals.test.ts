import { describe, expect, it } from "vitest";
import { LOG_RETENTION_DAYS } from "../aws/limits";
import { refusalOf } from "../testing/synth";
import { Cluster, type ClusterProps } from "./cluster";
import type { Ec2CapacityProps } from "./ec2-capacity";
import { cluster, ec2Capacity, taskDefinition } from "./ecs.fixtures";
import type { TaskDefinitionProps } from "./task-definition";

const NAME = "1 to 255 letters, digits, hyphens and underscores";

describe("a cluster", () => {
  it.each<[string, Partial<ClusterProps>, string]>([
    ["a name with a dot", { name: "shop.dev" }, `"name" is "shop.dev"; allowed: ${NAME}`],
    [
      "a log group with a space",
      { execLogGroupName: "/ecs/my shop" },
      '"execLogGroupName" is "/ecs/my shop"; allowed: 1 to 512 letters, digits and _ - . / #, not starting with aws/',
    ],
    [
      "a retention of 31 days",
      { logRetentionDays: 31 },
      `"logRetentionDays" is 31; allowed: ${LOG_RETENTION_DAYS.join(", ")}`,
    ],
  ])("refuses %s", (_, props, message) => {
    expect(
      refusalOf(
        (stack) => new Cluster(stack, "Cluster", { name: "shop", execLogGroupName: "/ecs/shop/exec", ...props }),
      ),
    ).toBe(`test/Cluster: ${message}`);
  });

  it("refuses to be given its capacity providers twice", () => {
    expect(
      refusalOf((stack) => {
        const shop = cluster(stack);
        shop.attachCapacity();
        shop.attachCapacity(ec2Capacity(stack));
      }),
    ).toBe('test/Cluster: "attachCapacity" was called twice; allowed: one call for all capacity providers');
  });
});

describe("EC2 capacity", () => {
  const CAPACITY = "3 to 128 letters, digits, hyphens and underscores, not starting with aws, ecs or fargate";
  const TYPE = "family, dot and size, in lower case, such as t3.small";
  const refusal = (props: Partial<Ec2CapacityProps>) => refusalOf((stack) => ec2Capacity(stack, props));

  it.each<[string, Partial<Ec2CapacityProps>, string]>([
    ["a name of 2 characters", { name: "ab" }, `"name" is "ab"; allowed: ${CAPACITY}`],
    ["a name that AWS keeps for itself", { name: "ECS-shop" }, `"name" is "ECS-shop"; allowed: ${CAPACITY}`],
    ["a cluster's name with a slash", { clusterName: "a/b" }, `"clusterName" is "a/b"; allowed: ${NAME}`],
    ["no instance type", { instanceTypes: [] }, '"instanceTypes" has 0 members; allowed: one instance type or more'],
    ["a size that there is not", { instanceTypes: ["t3.smal"] }, `"instanceTypes[0]" is "t3.smal"; allowed: ${TYPE}`],
    [
      "one instance type twice",
      { instanceTypes: ["t3.small", "t3.small"] },
      '"instanceTypes[1]" repeats "t3.small"; allowed: each member once',
    ],
    ["no instance", { maxInstances: 0 }, '"maxInstances" is 0; allowed: a whole number from 1 to 10000'],
    [
      "more instances than a scaling step may start",
      { maxInstances: 10001 },
      '"maxInstances" is 10001; allowed: a whole number from 1 to 10000',
    ],
    ["no subnet", { subnetIds: [] }, '"subnetIds" has 0 members; allowed: one subnet or more'],
    [
      "a negative base",
      { spot: { onDemandBase: -1, onDemandPercent: 0 } },
      '"spot.onDemandBase" is -1; allowed: a whole number from 0 to 2147483647',
    ],
    [
      "101 percent on demand",
      { spot: { onDemandBase: 0, onDemandPercent: 101 } },
      '"spot.onDemandPercent" is 101; allowed: a whole number from 0 to 100',
    ],
    [
      "a volume that the AMI does not fit on",
      { volumeSizeGiB: 20 },
      '"volumeSizeGiB" is 20; allowed: a whole number from 30 to 16384',
    ],
    [
      "a tag that starts with aws:",
      { instanceTags: { "aws:x": "1" } },
      '"a key of instanceTags" is "aws:x"; allowed: 1 to 128 letters, digits, spaces and _ . : / = + - @, not starting with aws:',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Capacity: ${message}`);
  });

  it.each(["t3.nano", "m7i-flex.2xlarge", "c6i.metal", "m7i.metal-24xl", "u7i-12tb.224xlarge", "p6-b200.48xlarge"])(
    "takes %s",
    (type) => {
      expect(refusal({ instanceTypes: [type] })).toBeUndefined();
    },
  );
});

describe("a task definition", () => {
  const refusal = (props: Partial<TaskDefinitionProps>) => refusalOf((stack) => taskDefinition(stack, props));
  const PARAMETER =
    "up to 1011 letters, digits and _ . - in up to 15 levels that each start with /, the first with neither aws nor ssm";

  it.each<[string, Partial<TaskDefinitionProps>, string]>([
    ["a family with a slash", { family: "shop/cart" }, `"family" is "shop/cart"; allowed: ${NAME}`],
    ["a container's name with a space", { containerName: "my cart" }, `"containerName" is "my cart"; allowed: ${NAME}`],
    [
      "no image",
      { image: "" },
      '"image" is ""; allowed: 1 to 255 letters, digits and - _ : . / # @, such as registry.example/shop/cart:1.0.0',
    ],
    ["port 70000", { containerPort: 70000 }, '"containerPort" is 70000; allowed: a whole number from 1 to 65535'],
    ["no Region", { region: "" }, '"region" is ""; allowed: a Region as AWS writes it, such as eu-central-1'],
    [
      "CPU units that Fargate does not offer",
      { cpu: 300 },
      '"cpu" is 300 on Fargate; allowed: 256, 512, 1024, 2048, 4096, 8192, 16384',
    ],
    [
      "memory that Fargate does not offer with the CPU units",
      { memoryMiB: 300 },
      '"memoryMiB" is 300 with 256 CPU units on Fargate; allowed: 512, 1024, 2048',
    ],
    [
      "127 CPU units on EC2",
      { launchType: "EC2", cpu: 127 },
      '"cpu" is 127; allowed: a whole number from 128 to 196608',
    ],
    [
      "less memory than Docker runs with on EC2",
      { launchType: "EC2", memoryMiB: 5 },
      '"memoryMiB" is 5; allowed: a whole number from 6 to 25165824',
    ],
    [
      "more than two minutes to stop on Fargate",
      { stopTimeoutSeconds: 121 },
      '"stopTimeoutSeconds" is 121; allowed: a whole number from 2 to 120',
    ],
    [
      "a second to stop on EC2",
      { launchType: "EC2", stopTimeoutSeconds: 1 },
      '"stopTimeoutSeconds" is 1; allowed: a whole number from 2 to 2147483647',
    ],
    [
      "a variable without a name",
      { environment: { "": "x" } },
      '"environment" has a variable without a name; allowed: a name for each variable',
    ],
    [
      "a secret without a name",
      { secrets: { "": "arn:aws:ssm:x" } },
      '"secrets" has a variable without a name; allowed: a name for each variable',
    ],
    [
      "a secret with the name of a plain variable",
      { environment: { TOKEN: "x" }, secrets: { TOKEN: "arn:aws:ssm:x" } },
      '"secrets.TOKEN" is in "environment", too; allowed: each variable in one of the two',
    ],
    [
      "a parameter that is not fully qualified",
      { revisionParameterName: "shop/cart" },
      `"revisionParameterName" is "shop/cart"; allowed: ${PARAMETER}`,
    ],
    [
      "a parameter of AWS's own",
      { revisionParameterName: "/aws/cart" },
      `"revisionParameterName" is "/aws/cart"; allowed: ${PARAMETER}`,
    ],
    [
      "a parameter of 16 levels",
      { revisionParameterName: "/a".repeat(16) },
      `"revisionParameterName" is "${"/a".repeat(16)}"; allowed: ${PARAMETER}`,
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/TaskDefinition: ${message}`);
  });

  it("takes more than two minutes to stop, and any size, on EC2", () => {
    expect(refusal({ launchType: "EC2", stopTimeoutSeconds: 600, cpu: 300, memoryMiB: 300 })).toBeUndefined();
  });

  it("takes parameters of one level and of 15", () => {
    expect(refusal({ revisionParameterName: "cart" })).toBeUndefined();
    expect(refusal({ revisionParameterName: "/a".repeat(15) })).toBeUndefined();
  });
});
