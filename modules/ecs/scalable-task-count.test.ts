import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingScheduledAction } from "@cdktf/provider-aws/lib/appautoscaling-scheduled-action";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { serviceProps, targetGroup } from "./ecs.fixtures";
import { ScalableTaskCount, type ScalableTaskCountProps } from "./scalable-task-count";
import { Service } from "./service";

function withCount(
  scale: (count: ScalableTaskCount, scope: Construct) => void,
  props: Partial<ScalableTaskCountProps> = {},
) {
  return synthesise((scope) => {
    const service = new Service(scope, "Service", serviceProps(scope));
    const count = new ScalableTaskCount(scope, "Count", { service, min: 1, max: 4, ...props });
    scale(count, scope);
  });
}

describe("the number of tasks", () => {
  it("stays between its bounds, and its target is made anew with the service", () => {
    expect(withCount(() => undefined).resource(AppautoscalingTarget)).toMatchObject({
      service_namespace: "ecs",
      scalable_dimension: "ecs:service:DesiredCount",
      resource_id: "service/shop/cart",
      min_capacity: 1,
      max_capacity: 4,
      lifecycle: { replace_triggered_by: [expect.stringMatching(/^aws_ecs_service\.\w+\.id$/)] },
    });
  });

  it("has no policy unless one is asked for", () => {
    expect(withCount(() => undefined).resources(AppautoscalingPolicy)).toHaveLength(0);
  });

  it.each([
    ["CPU", (count: ScalableTaskCount) => count.scaleOnCpuUtilization(75), "ECSServiceAverageCPUUtilization"],
    ["memory", (count: ScalableTaskCount) => count.scaleOnMemoryUtilization(75), "ECSServiceAverageMemoryUtilization"],
  ])("tracks %s: out after 60 s, in after 300 s", (_name, scale, metric) => {
    expect(withCount(scale).resource(AppautoscalingPolicy)).toMatchObject({
      policy_type: "TargetTrackingScaling",
      target_tracking_scaling_policy_configuration: {
        target_value: 75,
        scale_out_cooldown: 60,
        scale_in_cooldown: 300,
        predefined_metric_specification: { predefined_metric_type: metric },
      },
    });
  });

  it.each([
    ["CPU", (count: ScalableTaskCount) => count.scaleOnCpuUtilization(75, { disableScaleIn: true })],
    ["memory", (count: ScalableTaskCount) => count.scaleOnMemoryUtilization(75, { disableScaleIn: true })],
  ])("adds tasks by %s and leaves it to the other policies to take them away", (_name, scale) => {
    const policy = withCount(scale).resource(AppautoscalingPolicy);
    expect(policy.target_tracking_scaling_policy_configuration).toMatchObject({ disable_scale_in: true });
  });

  it("takes tasks away by every policy unless it is told otherwise", () => {
    const policy = withCount((count) => count.scaleOnMemoryUtilization(75)).resource(AppautoscalingPolicy);
    expect(policy.target_tracking_scaling_policy_configuration).not.toHaveProperty("disable_scale_in");
  });

  it("takes other cooldowns", () => {
    const stack = withCount((count) => count.scaleOnCpuUtilization(50), {
      scaleOutCooldownSeconds: 10,
      scaleInCooldownSeconds: 20,
    });
    expect(stack.resource(AppautoscalingPolicy).target_tracking_scaling_policy_configuration).toMatchObject({
      scale_out_cooldown: 10,
      scale_in_cooldown: 20,
    });
  });

  it("tracks requests to each target of a load balancer's target group", () => {
    const stack = withCount((count, scope) => {
      const other = new Construct(scope, "Other");
      count.scaleOnRequestCount(1000, new Lb(scope, "Lb", {}), targetGroup(other).targetGroup);
    });
    expect(stack.resource(AppautoscalingPolicy).target_tracking_scaling_policy_configuration).toMatchObject({
      target_value: 1000,
      predefined_metric_specification: {
        predefined_metric_type: "ALBRequestCountPerTarget",
        resource_label: expect.stringMatching(
          /^\$\{aws_lb\.Lb\.arn_suffix\}\/\$\{aws_lb_target_group\.\w+\.arn_suffix\}$/,
        ),
      },
    });
  });

  it("follows a schedule", () => {
    const night = { name: "night", schedule: "cron(0 22 * * ? *)", min: 1, max: 1 };
    expect(withCount((count) => count.scaleOnSchedule(night)).resource(AppautoscalingScheduledAction)).toMatchObject({
      name: "cart-night",
      schedule: "cron(0 22 * * ? *)",
      timezone: "UTC",
      scalable_target_action: { min_capacity: "1", max_capacity: "1" },
    });
  });
});
