import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { EcsCapacityProvider } from "@cdktf/provider-aws/lib/ecs-capacity-provider";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import type { Ec2CapacityProps } from "./ec2-capacity";
import { ec2Capacity } from "./ecs.fixtures";
import { instanceUserData } from "./user-data";

const withCapacity = (props: Partial<Ec2CapacityProps> = {}) => synthesise((scope) => ec2Capacity(scope, props));

describe("EC2 capacity", () => {
  it("is one launch template, one autoscaling group and one capacity provider", () => {
    expect(withCapacity().counts()).toEqual({
      aws_launch_template: 1,
      aws_autoscaling_group: 1,
      aws_ecs_capacity_provider: 1,
      aws_iam_instance_profile: 1,
    });
  });

  it("runs no instance unless tasks need one, and leaves the number to ECS", () => {
    expect(withCapacity().resource(AutoscalingGroup)).toMatchObject({
      min_size: 0,
      max_size: 4,
      protect_from_scale_in: true,
      force_delete: false,
      vpc_zone_identifier: ["subnet-a", "subnet-b"],
      lifecycle: { ignore_changes: ["desired_capacity"] },
    });
    expect(withCapacity().resource(AutoscalingGroup)).not.toHaveProperty("desired_capacity");
  });

  it("carries the tag that ECS would add by itself", () => {
    expect(withCapacity().resource(AutoscalingGroup).tag).toContainEqual({
      key: "AmazonECSManaged",
      value: "true",
      propagate_at_launch: true,
    });
  });

  it("lets ECS fill instances, protect those with tasks, and drain those that go", () => {
    expect(withCapacity().resource(EcsCapacityProvider)).toMatchObject({
      name: "shop",
      auto_scaling_group_provider: {
        managed_termination_protection: "ENABLED",
        managed_draining: "ENABLED",
        managed_scaling: { status: "ENABLED", target_capacity: 100, maximum_scaling_step_size: 4 },
      },
    });
  });

  it("asks for IMDSv2 with one hop and encrypts a gp3 volume", () => {
    expect(withCapacity().resource(LaunchTemplate)).toMatchObject({
      instance_type: "t3.small",
      metadata_options: { http_tokens: "required", http_put_response_hop_limit: 1 },
      block_device_mappings: [{ ebs: { volume_type: "gp3", volume_size: 30, encrypted: "true" } }],
    });
  });

  it("takes the ECS-optimised Amazon Linux 2023 image of the instances' architecture", () => {
    const parameter = (architecture?: "arm64") =>
      withCapacity(architecture && { architecture })
        .dataSources(DataAwsSsmParameter)
        .map((source) => source.name);
    expect(parameter()).toEqual(["/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"]);
    expect(parameter("arm64")).toEqual(["/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"]);
  });

  it("rolls a new launch template through the group, protected instances included", () => {
    expect(withCapacity().resource(AutoscalingGroup).instance_refresh).toMatchObject({
      strategy: "Rolling",
      preferences: { min_healthy_percentage: 100, scale_in_protected_instances: "Refresh" },
    });
  });

  it("tags instances and volumes, which a launch template's own tags do not reach", () => {
    const template = withCapacity({ instanceTags: { Team: "shop" } }).resource(LaunchTemplate);
    expect(template.tag_specifications).toEqual([
      { resource_type: "instance", tags: { Name: "shop", Team: "shop" } },
      { resource_type: "volume", tags: { Name: "shop", Team: "shop" } },
    ]);
  });

  it("uses the launch template itself for one instance type on demand", () => {
    const group = withCapacity().resource(AutoscalingGroup);
    expect(group).toHaveProperty("launch_template");
    expect(group).not.toHaveProperty("mixed_instances_policy");
  });

  it("mixes spot in above an on-demand base when asked", () => {
    const group = withCapacity({
      instanceTypes: ["t3.small", "t3a.small"],
      spot: { onDemandBase: 1, onDemandPercent: 25 },
    }).resource(AutoscalingGroup);
    expect(group).not.toHaveProperty("launch_template");
    expect(group.mixed_instances_policy).toMatchObject({
      launch_template: { override: [{ instance_type: "t3.small" }, { instance_type: "t3a.small" }] },
      instances_distribution: {
        on_demand_base_capacity: 1,
        on_demand_percentage_above_base_capacity: 25,
        spot_allocation_strategy: "price-capacity-optimized",
      },
    });
  });

  it("stays on demand with several instance types and no spot mix", () => {
    const group = withCapacity({ instanceTypes: ["t3.small", "t3a.small"] }).resource(AutoscalingGroup);
    expect(group.mixed_instances_policy).toMatchObject({
      instances_distribution: { on_demand_base_capacity: 0, on_demand_percentage_above_base_capacity: 100 },
    });
  });

  it("terminates protected instances with the group only where removal is allowed", () => {
    expect(withCapacity({ forceDelete: true }).resource(AutoscalingGroup).force_delete).toBe(true);
  });
});

describe("the boot script of an instance", () => {
  it("joins the cluster and drains on a spot interruption", () => {
    expect(instanceUserData("shop").split("\n")).toEqual([
      "#!/bin/bash",
      "cat >>/etc/ecs/ecs.config <<'CONFIG'",
      "ECS_CLUSTER=shop",
      "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
      "CONFIG",
      "",
    ]);
  });
});
