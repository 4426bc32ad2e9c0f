import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";
import type { TargetGroup } from "../alb/target-group";
import { PropCheck } from "../prop-check";
import { type AlarmProps, createAlarm } from "./alarm";
import { targetMetric } from "./metrics";

/** Answers of status 5xx in one minute that are too many. A handful is what one broken request and its retries make. */
const ERRORS_PER_MINUTE = 5;

/** A target that a deployment or autoscaling takes away is unhealthy for a moment; one that stays so is a fault. */
const UNHEALTHY_MINUTES = 3;

export interface TargetGroupAlarmsProps {
  /** What the alarms' names start with: `<namePrefix>-5xx-<label>` and `<namePrefix>-unhealthy-<label>`. */
  readonly namePrefix: string;
  /** What sends the targets requests. */
  readonly loadBalancer: Lb;
  /** The target groups with what tells their alarms apart, such as `blue` and `green`. */
  readonly targetGroups: readonly { readonly label: string; readonly targetGroup: TargetGroup }[];
  /** ARN of the topic that is told when an alarm rings and when it ends. */
  readonly alarmTopicArn: string;
}

/**
 * Alarms that a deployment is rolled back by: the targets of a service answer with 5xx, or the load balancer finds them
 * unhealthy. They count and do not weigh, so that the first step of a canary, which gets few requests, rings at once. A target
 * group without requests has no data, which is no fault.
 *
 * Cost: $0.20 a month for each target group.
 *
 * @see Application Load Balancers User Guide, "CloudWatch metrics for your Application Load Balancer"
 */
export class TargetGroupAlarms extends Construct {
  /** Names of the alarms, two for each target group. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: TargetGroupAlarmsProps) {
    super(scope, id);
    const labels = props.targetGroups.map(({ label }) => label);
    new PropCheck(this).different("targetGroups", labels);
    this.names = props.targetGroups.flatMap(({ label, targetGroup }) =>
      targetGroupAlarms(props, label, targetGroup).map(
        (alarm) => createAlarm(this, `${label}-${alarm.runbook}`, alarm).alarmName,
      ),
    );
  }
}

function targetGroupAlarms(
  { namePrefix, loadBalancer, alarmTopicArn }: TargetGroupAlarmsProps,
  label: string,
  targetGroup: TargetGroup,
): readonly AlarmProps[] {
  const shared = { beyond: "above", treatMissingData: "notBreaching", topicArn: alarmTopicArn } as const;
  return [
    {
      ...shared,
      name: `${namePrefix}-5xx-${label}`,
      description: `Targets of ${namePrefix} (${label}) answer with status 5xx: see their log.`,
      runbook: "5xx",
      metric: targetMetric(loadBalancer, targetGroup, "HTTPCode_Target_5XX_Count", "Sum"),
      threshold: ERRORS_PER_MINUTE,
      minutes: 1,
    },
    {
      ...shared,
      name: `${namePrefix}-unhealthy-${label}`,
      description: `Targets of ${namePrefix} (${label}) fail their health check: see their log.`,
      runbook: "unhealthy",
      metric: targetMetric(loadBalancer, targetGroup, "UnHealthyHostCount", "Maximum"),
      threshold: 0,
      minutes: UNHEALTHY_MINUTES,
    },
  ];
}
