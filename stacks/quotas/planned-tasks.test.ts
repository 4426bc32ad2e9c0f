import { describe, expect, it } from "vitest";
import { Documents } from "../documents/documents";
import { planTasks } from "./planned-tasks";
import { type Resources, ref, stackOf, usesOf } from "./quotas.fixtures";

const scaled = (more: Resources = {}): Resources => ({
  aws_ecs_cluster: { shop: { name: "shop" } },
  aws_ecs_service: { web: { name: "web", cluster: ref("aws_ecs_cluster.shop"), desired_count: 2 } },
  aws_appautoscaling_target: { web: { resource_id: "service/shop/web", max_capacity: 5 } },
  ...more,
});

const planned = (resources: Resources) =>
  planTasks(new Documents([stackOf(resources)])).map(({ max, peak }) => [max, peak]);

describe("the tasks of a service", () => {
  it("are those that are wanted, and twice as many while a release starts new ones", () => {
    expect(planned({ aws_ecs_service: { web: { desired_count: 2 } } })).toEqual([[2, 4]]);
  });

  it("are as many as it is scaled to", () => {
    expect(planned(scaled())).toEqual([[5, 10]]);
  });

  it("are not those that another service is scaled to", () => {
    const other = { aws_appautoscaling_target: { web: { resource_id: "service/other/web", max_capacity: 5 } } };
    expect(planned(scaled(other))).toEqual([[2, 4]]);
  });

  it("are as many as a schedule allows, where that is more", () => {
    const schedule = (max: string) => ({
      aws_appautoscaling_scheduled_action: {
        sale: {
          resource_id: ref("aws_appautoscaling_target.web", "resource_id"),
          scalable_target_action: { max_capacity: max },
        },
      },
    });
    expect(planned(scaled(schedule("9")))).toEqual([[9, 18]]);
    expect(planned(scaled(schedule("3")))).toEqual([[5, 10]]);
  });
});

describe("tasks on instances", () => {
  const cluster = (mode: string, type: string, setting: Resources = {}): Resources => ({
    aws_launch_template: { group: { instance_type: type } },
    aws_autoscaling_group: {
      group: { max_size: 4, launch_template: { id: ref("aws_launch_template.group", "id") } },
    },
    aws_ecs_capacity_provider: {
      ec2: { auto_scaling_group_provider: { auto_scaling_group_arn: ref("aws_autoscaling_group.group") } },
    },
    aws_ecs_task_definition: { web: { network_mode: mode } },
    aws_ecs_service: {
      web: {
        desired_count: 3,
        task_definition: ref("aws_ecs_task_definition.web"),
        capacity_provider_strategy: [{ capacity_provider: ref("aws_ecs_capacity_provider.ec2", "name"), base: 1 }],
      },
    },
    ...setting,
  });
  const interfaces = (...args: Parameters<typeof cluster>) =>
    usesOf("interfacesPerInstances", cluster(...args)).map(({ used, limit }) => [used, limit]);

  it("need no network interface on a bridge", () => {
    expect(interfaces("bridge", "t3.small")).toEqual([[0, 8]]);
  });

  it("need one each with awsvpc, beside the first one of each instance", () => {
    expect(interfaces("awsvpc", "t3.small")).toEqual([[6, 8]]);
  });

  it("are not judged where the account has trunking, or the type says nothing", () => {
    const setting = { aws_ecs_account_setting_default: { it: { name: "awsvpcTrunking", value: "enabled" } } };
    expect(interfaces("awsvpc", "t3.small", setting)).toEqual([]);
    expect(interfaces("awsvpc", "p4d.24xlarge")).toEqual([]);
  });
});

it("vCPU are counted by the largest type that a group may start", () => {
  const group = {
    aws_autoscaling_group: {
      group: {
        max_size: 3,
        mixed_instances_policy: {
          launch_template: { override: [{ instance_type: "t3.small" }, { instance_type: "m5.xlarge" }] },
        },
      },
    },
  };
  expect(usesOf("standardVcpus", group)).toMatchObject([{ scope: "eu-central-1", used: 12 }]);
});
