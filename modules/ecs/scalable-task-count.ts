import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingScheduledAction } from "@cdktf/provider-aws/lib/appautoscaling-scheduled-action";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import { SCHEDULED_ACTION_NAME } from "../aws/forms";
import { PERCENT, REPLICAS, SCALING_COOLDOWN_SECONDS, SCALING_REQUESTS_PER_TARGET } from "../aws/limits";
import { explainSchedule, isTimezone } from "../aws/schedule-expression";
import { isKnown, PropCheck } from "../prop-check";
import type { Service } from "./service";

export interface ScalableTaskCountProps {
  /** The service whose tasks are counted. */
  readonly service: Service;
  /** Fewest tasks, 0 to 5000. */
  readonly min: number;
  /** Most tasks, `min` to 5000. */
  readonly max: number;
  /** Seconds after a scale-out before the next. @default 60 */
  readonly scaleOutCooldownSeconds?: number;
  /** Seconds after a scale-in before the next: slower, for a lull is often short. @default 300 */
  readonly scaleInCooldownSeconds?: number;
}

/** Other bounds from a moment on. */
export interface ScheduledScaling {
  /** Name of the schedule, unique within the service. */
  readonly name: string;
  /** `cron(...)`, `rate(...)` or `at(...)`. */
  readonly schedule: string;
  /** Name in the tz database. @default "UTC" */
  readonly timezone?: string;
  /** Fewest tasks from then on, 0 to 5000. */
  readonly min: number;
  /** Most tasks from then on, `min` to 5000. */
  readonly max: number;
}

/** How a policy on utilisation scales. */
export interface UtilizationScaling {
  /**
   * Whether the policy only adds tasks. Tasks go only when all policies agree, but those that may not take any away are not
   * asked. So it is for a metric that does not fall with the load: a runtime that keeps the memory it once took, as V8 may
   * for long, keeps a service at its most tasks for good.
   * @default false
   */
  readonly disableScaleIn?: boolean;
}

/**
 * The number of tasks of one service, between `min` and `max`, by target tracking. Each policy is one verb; the
 * largest number that any of them asks for wins, and tasks go only when all of them agree that may take tasks away.
 *
 * ```ts
 * const count = new ScalableTaskCount(this, "TaskCount", { service, min: 1, max: 4 });
 * count.scaleOnCpuUtilization(75);
 * count.scaleOnMemoryUtilization(75);
 * ```
 * Source: Application Auto Scaling User Guide, "Target tracking scaling policies".
 */
export class ScalableTaskCount extends Construct {
  private readonly target: AppautoscalingTarget;
  private readonly props: ScalableTaskCountProps;
  private readonly check = new PropCheck(this);

  constructor(scope: Construct, id: string, props: ScalableTaskCountProps) {
    super(scope, id);
    this.checkBounds("", props);
    this.check.wholeNumber("scaleOutCooldownSeconds", props.scaleOutCooldownSeconds, SCALING_COOLDOWN_SECONDS);
    this.check.wholeNumber("scaleInCooldownSeconds", props.scaleInCooldownSeconds, SCALING_COOLDOWN_SECONDS);
    this.props = props;
    this.target = new AppautoscalingTarget(this, "Target", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${props.service.cluster.name}/${props.service.name}`,
      minCapacity: props.min,
      maxCapacity: props.max,
      dependsOn: [props.service.service],
      // ECS deletes the target and its policies together with a service that is replaced, unseen by Terraform.
      // The bare address, as Terraform wants it here: `fqn` comes wrapped in `${}`.
      lifecycle: {
        replaceTriggeredBy: [
          `${props.service.service.terraformResourceType}.${props.service.service.friendlyUniqueId}.id`,
        ],
      },
    });
  }

  /** Keeps the average CPU use of the tasks near a percentage of what they reserved. */
  scaleOnCpuUtilization(targetUtilizationPercent: number, props: UtilizationScaling = {}): void {
    this.check.wholeNumber("targetUtilizationPercent", targetUtilizationPercent, PERCENT);
    this.track("cpu", targetUtilizationPercent, { predefinedMetricType: "ECSServiceAverageCPUUtilization" }, props);
  }

  /** Keeps the average memory use of the tasks near a percentage of what they reserved. */
  scaleOnMemoryUtilization(targetUtilizationPercent: number, props: UtilizationScaling = {}): void {
    this.check.wholeNumber("targetUtilizationPercent", targetUtilizationPercent, PERCENT);
    this.track(
      "memory",
      targetUtilizationPercent,
      { predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
      props,
    );
  }

  /** Keeps the requests a minute to each task near a number. */
  scaleOnRequestCount(requestsPerTarget: number, loadBalancer: Lb, targetGroup: LbTargetGroup): void {
    this.check.wholeNumber("requestsPerTarget", requestsPerTarget, SCALING_REQUESTS_PER_TARGET);
    this.track("requests", requestsPerTarget, {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: `${loadBalancer.arnSuffix}/${targetGroup.arnSuffix}`,
    });
  }

  /** Sets other bounds from a moment on, again and again. */
  scaleOnSchedule(schedule: ScheduledScaling): void {
    const name = `${this.props.service.name}-${schedule.name}`;
    this.checkSchedule(name, schedule);
    new AppautoscalingScheduledAction(this, `Schedule-${schedule.name}`, {
      name,
      ...this.scalable(),
      schedule: schedule.schedule,
      timezone: schedule.timezone ?? "UTC",
      scalableTargetAction: { minCapacity: String(schedule.min), maxCapacity: String(schedule.max) },
    });
  }

  private track(
    name: string,
    targetValue: number,
    predefinedMetricSpecification: { readonly predefinedMetricType: string; readonly resourceLabel?: string },
    { disableScaleIn }: UtilizationScaling = {},
  ): void {
    new AppautoscalingPolicy(this, `Policy-${name}`, {
      name: `${this.props.service.name}-${name}`,
      policyType: "TargetTrackingScaling",
      ...this.scalable(),
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        scaleOutCooldown: this.props.scaleOutCooldownSeconds ?? 60,
        scaleInCooldown: this.props.scaleInCooldownSeconds ?? 300,
        ...(disableScaleIn && { disableScaleIn }),
        predefinedMetricSpecification,
      },
    });
  }

  private checkBounds(path: string, { min, max }: { readonly min: number; readonly max: number }): void {
    this.check.wholeNumber(`${path}min`, min, REPLICAS);
    this.check.wholeNumber(`${path}max`, max, REPLICAS);
    this.check.order(`${path}min`, min, `${path}max`, max);
  }

  private checkSchedule(name: string, { schedule, timezone, min, max }: ScheduledScaling): void {
    this.check.text("schedule.name", name, SCHEDULED_ACTION_NAME);
    this.checkBounds("schedule.", { min, max });
    const problem = isKnown(schedule) ? explainSchedule(schedule) : undefined;
    if (problem !== undefined) {
      throw this.check.error(
        "schedule.schedule",
        `is ${JSON.stringify(schedule)}: ${problem}`,
        "cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)",
      );
    }
    if (isKnown(timezone) && !isTimezone(timezone)) {
      throw this.check.error(
        "schedule.timezone",
        `is ${JSON.stringify(timezone)}`,
        "an IANA name such as Europe/Paris",
      );
    }
  }

  private scalable() {
    const { serviceNamespace, scalableDimension, resourceId } = this.target;
    return { serviceNamespace, scalableDimension, resourceId };
  }
}
