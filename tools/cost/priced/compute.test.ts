import { describe, expect, it } from "vitest";
import { at, contextOf, costOf, fargateService, linesOf, type Resources, ref, together } from "../cost.fixtures";
import { estimate, totalOf } from "../estimate";

const TASK = "730 × (0.25 × 0.04048 + 0.5 × 0.004445)";

const scaling = (service: string, min: number, max: number): Resources => ({
  aws_appautoscaling_target: {
    [service]: { min_capacity: min, max_capacity: max, resource_id: `service/shop-test/${service}` },
  },
});

/** A group of instances that a service's tasks run on. */
function onInstances(tasks: Readonly<Record<string, number>>, group: object = {}, template: object = {}): Resources {
  const strategy = [{ capacity_provider: ref("aws_ecs_capacity_provider.ec2.name"), weight: 1 }];
  const services = Object.entries(tasks).map(([name, count]) =>
    fargateService(name, count, { capacity_provider_strategy: strategy }),
  );
  return together(...services, {
    aws_ecs_capacity_provider: {
      ec2: { auto_scaling_group_provider: { auto_scaling_group_arn: ref("aws_autoscaling_group.ec2.arn") } },
    },
    aws_autoscaling_group: {
      ec2: {
        min_size: 0,
        max_size: 10,
        vpc_zone_identifier: ["a", "b"],
        mixed_instances_policy: {
          instances_distribution: { on_demand_base_capacity: 0, on_demand_percentage_above_base_capacity: 100 },
          launch_template: {
            launch_template_specification: { launch_template_id: ref("aws_launch_template.ec2.id") },
            override: [{ instance_type: "t3.small" }, { instance_type: "t3a.small" }],
          },
        },
        ...group,
      },
    },
    aws_launch_template: {
      ec2: {
        block_device_mappings: [{ ebs: { volume_size: 30, volume_type: "gp3" } }],
        monitoring: { enabled: true },
        ...template,
      },
    },
  });
}

const distribution = (base: number, percent: number) => ({
  mixed_instances_policy: {
    instances_distribution: { on_demand_base_capacity: base, on_demand_percentage_above_base_capacity: percent },
    launch_template: {
      launch_template_specification: { launch_template_id: ref("aws_launch_template.ec2.id") },
      override: [{ instance_type: "t3.small" }],
    },
  },
});

describe("tasks on Fargate", () => {
  it("cost their vCPU and GB by the hour, at a fixed number", () => {
    expect(linesOf(costOf(fargateService("web", 2)))).toEqual([`web: Fargate tasks, 0.25 vCPU, 0.5 GB: 2 × ${TASK}`]);
  });

  it("are as few and as many as autoscaling makes them", () => {
    expect(linesOf(costOf(together(fargateService("web", 2), scaling("web", 1, 4))))).toEqual([
      `web: Fargate tasks, 0.25 vCPU, 0.5 GB: 1 × ${TASK} | 2 × ${TASK} | 4 × ${TASK}`,
    ]);
  });

  it("are as few and as many as any schedule makes them", () => {
    const schedules = {
      aws_appautoscaling_scheduled_action: {
        night: {
          resource_id: ref("aws_appautoscaling_target.web.resource_id"),
          scalable_target_action: { min_capacity: "0", max_capacity: "2" },
        },
        rush: {
          resource_id: ref("aws_appautoscaling_target.web.resource_id"),
          scalable_target_action: { min_capacity: "6", max_capacity: "9" },
        },
      },
    };
    const estimated = costOf(together(fargateService("web", 2), scaling("web", 1, 4), schedules));
    expect(linesOf(estimated)).toEqual([
      `web: Fargate tasks, 0.25 vCPU, 0.5 GB: 0 × ${TASK} | 2 × ${TASK} | 9 × ${TASK}`,
    ]);
  });

  it("have ARM's price where they run on ARM", () => {
    const resources = fargateService("web", 1);
    const arm = {
      aws_ecs_task_definition: {
        web: { cpu: "1024", memory: "2048", runtime_platform: { cpu_architecture: "ARM64" } },
      },
    };
    expect(linesOf(costOf(together(resources, arm)))).toEqual([
      "web: Fargate tasks, 1 vCPU, 2 GB, ARM: 1 × 730 × (1 × 0.03238 + 2 × 0.00356)",
    ]);
  });

  it.each([
    [
      "on Spot",
      { capacity_provider_strategy: [{ capacity_provider: "FARGATE_SPOT", weight: 1 }] },
      {},
      "tasks on FARGATE_SPOT",
    ],
    ["of no size", {}, { cpu: undefined }, "tasks of a size or storage that no price is known for"],
    [
      "with more storage",
      {},
      { ephemeral_storage: { size_in_gib: 30 } },
      "tasks of a size or storage that no price is known for",
    ],
  ])("%s are listed without a price", (_, service, definition, detail) => {
    const size = { aws_ecs_task_definition: { web: { cpu: "256", memory: "512", ...definition } } };
    const { unknown } = costOf(together(fargateService("web", 1, service), size));
    expect(unknown).toEqual([{ type: "aws_ecs_service", detail, count: 1 }]);
  });
});

describe("instances", () => {
  const INSTANCE = "(730 × 0.0208 + 30 × 0.08 + 7 × 0.3)";
  const SPOT = "(730 × 0.0208 × 0.4 + 30 × 0.08 + 7 × 0.3)";

  it("cost themselves, their volume and their metrics, and are the service's whose tasks run on them", () => {
    expect(linesOf(costOf(onInstances({ web: 2 })))).toEqual([`web: instances t3.small: 2 × ${INSTANCE}`]);
  });

  it("are as many as the tasks need, at least one in each zone", () => {
    // Of 2,048 MiB an instance gives tasks 1,792: three of 512.
    const scaled = together(onInstances({ web: 2 }), scaling("web", 1, 7));
    expect(linesOf(costOf(scaled))).toEqual([
      `web: instances t3.small: 1 × ${INSTANCE} | 2 × ${INSTANCE} | 3 × ${INSTANCE}`,
    ]);
  });

  it("are within the bounds of their group, and it is listed what tasks would need beyond", () => {
    const scaled = together(onInstances({ web: 0 }, { min_size: 1, max_size: 2 }), scaling("web", 0, 20));
    const estimated = costOf(scaled);
    expect(linesOf(estimated)).toEqual([`web: instances t3.small: 1 × ${INSTANCE} | 2 × ${INSTANCE}`]);
    const detail = "at full scale tasks need 7 instances, and the group has at most 2";
    expect(estimated.unknown).toEqual([{ type: "aws_autoscaling_group", detail, count: 1 }]);
  });

  it("are shared by services as their tasks share the memory", () => {
    expect(linesOf(costOf(onInstances({ web: 2, other: 1 })))).toEqual([
      `other: instances t3.small: 512 / 1536 × 2 × ${INSTANCE}`,
      `web: instances t3.small: 1024 / 1536 × 2 × ${INSTANCE}`,
    ]);
  });

  it("are on Spot as far as the group says, shares rounded up to on-demand", () => {
    expect(linesOf(costOf(onInstances({ web: 2 }, distribution(0, 0))))).toEqual([
      `web: instances t3.small: 2 × ${SPOT}`,
    ]);
    expect(linesOf(costOf(onInstances({ web: 10 }, distribution(1, 50))))).toEqual([
      `web: instances t3.small: 3 × ${INSTANCE} + 1 × ${SPOT}`,
    ]);
  });

  it("without any service are the stack's, as few as the group has", () => {
    expect(linesOf(costOf(onInstances({}, { min_size: 2 })))).toEqual([`-: instances t3.small: 2 × ${INSTANCE}`]);
  });

  it.each([
    [
      "type",
      { mixed_instances_policy: undefined },
      { instance_type: "x9.huge" },
      "instances of type x9.huge (instanceHour)",
    ],
    [
      "volume",
      {},
      { block_device_mappings: [{ ebs: { volume_size: 30, volume_type: "io2" } }] },
      "volumes of type io2",
    ],
  ])("of a %s without a price are listed", (_, group, template, detail) => {
    const launched = { launch_template: { id: ref("aws_launch_template.ec2.id") } };
    const { unknown, charges } = costOf(onInstances({ web: 1 }, { ...launched, ...group }, template));
    expect({ unknown, charges }).toEqual({
      unknown: [{ type: "aws_autoscaling_group", detail, count: 1 }],
      charges: [],
    });
  });

  it("under managed scaling have two alarms", () => {
    const provider = { ec2: { auto_scaling_group_provider: { managed_scaling: { status: "ENABLED" } } } };
    expect(linesOf(costOf({ aws_ecs_capacity_provider: provider }))).toEqual(["-: alarms of managed scaling: 2 × 0.1"]);
  });
});

describe("Container Insights", () => {
  const cluster = (value: string) => ({
    aws_ecs_cluster: { cluster: { name: "shop-test", setting: [{ name: "containerInsights", value }] } },
  });
  const insights = (value: string) =>
    linesOf(costOf(together(fargateService("web", 2), cluster(value)))).filter((line) => line.includes("Insights"));

  it("cost metrics of the cluster and of each service", () => {
    expect(insights("enabled")).toEqual([
      "-: Container Insights, cluster: 8 × 0.3",
      "web: Container Insights, service: 17 × 0.3",
    ]);
  });

  it("cost metrics of each task too when they are enhanced", () => {
    expect(insights("enhanced")).toEqual([
      "-: Container Insights, cluster: 30 × 0.07",
      "web: Container Insights, service: 50 × 0.07",
      "web: Container Insights, tasks: 2 × 25 × 0.07",
    ]);
  });

  it("cost nothing when they are off", () => {
    expect(insights("disabled")).toEqual([]);
  });
});

describe("a service in another stack than its parts", () => {
  it("is charged for them in the stack that has them", () => {
    const repository = { aws_ecr_repository: { web: { "//": { metadata: { path: "registry/web/Resource" } } } } };
    const { charges } = estimate(contextOf({ shop: fargateService("web", 1), registry: repository }));
    expect(charges.map(({ stack, service, what }) => [stack, service, what])).toEqual([
      ["registry", "web", "images"],
      ["shop", "web", "Fargate tasks, 0.25 vCPU, 0.5 GB"],
    ]);
    expect(totalOf(charges)).toEqual({ atRest: 901, desired: 901, fullScale: 901, use: 7 });
  });

  it("has what its name stands for in a path of the stack in common", () => {
    const secret = {
      aws_secretsmanager_secret: { web: at("Database/User-web/Resource"), own: at("Database/Server/Secret") },
    };
    expect(linesOf(costOf(together(fargateService("web", 0), secret)))).toEqual(["-: secret: 0.4", "web: secret: 0.4"]);
  });
});
