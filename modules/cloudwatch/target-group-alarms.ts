import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";
import type { TargetGroup } from "../alb/target-group";
import { PropCheck } from "../prop-check";
import { type AlarmProps, createAlarm } from "./alarm";

/** Answers of status 5xx in one minute that are too many. A handful is what one broken request and its retries make. */
const ERRORS_PER_MINUTE = 5;

/** A target that a deployment or autoscaling takes away is unhealthy for a moment; one that stays so is a fault. */
const UNHEALTHY_MINUTES = 3;

export interface TargetGroupAlarmsProps {
  /** What the alarms' names start with: `<namePrefix>-<label>-5xx` and `<namePrefix>-<label>-unhealthy`. */
  readonly namePrefix: string;
  readonly loadBalancer: Lb;
  /** The target groups with what tells their alarms apart, such as `blue` and `green`. */
  readonly targetGroups: readonly { readonly label: string; readonly targetGroup: TargetGroup }[];
  /** ARN of the topic that is told when an alarm rings and when it ends. */
  readonly alarmTopicArn: string;
}

/**
 * Alarms of one service: its targets answer with 5xx, or the load balancer finds them unhealthy. A deployment that
 * names them rolls back when one rings. A target group without requests has no data, which is no fault.
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
        ({ id: alarmId, ...alarm }) => createAlarm(this, `${label}-${alarmId}`, alarm).alarmName,
      ),
    );
  }
}

function targetGroupAlarms(
  { namePrefix, loadBalancer, alarmTopicArn }: TargetGroupAlarmsProps,
  label: string,
  { targetGroup }: TargetGroup,
): readonly (AlarmProps & { readonly id: string })[] {
  const shared = {
    namespace: "AWS/ApplicationELB",
    dimensions: { TargetGroup: targetGroup.arnSuffix, LoadBalancer: loadBalancer.arnSuffix },
    beyond: "above",
    missingIsGood: true,
    topicArn: alarmTopicArn,
  } as const;
  return [
    {
      ...shared,
      id: "5xx",
      name: `${namePrefix}-${label}-5xx`,
      description: `Targets of ${namePrefix} (${label}) answer with status 5xx: see their log.`,
      metric: "HTTPCode_Target_5XX_Count",
      statistic: "Sum",
      threshold: ERRORS_PER_MINUTE,
      minutes: 1,
    },
    {
      ...shared,
      id: "unhealthy",
      name: `${namePrefix}-${label}-unhealthy`,
      description: `Targets of ${namePrefix} (${label}) fail their health check: see their log.`,
      metric: "UnHealthyHostCount",
      statistic: "Maximum",
      threshold: 0,
      minutes: UNHEALTHY_MINUTES,
    },
  ];
}
