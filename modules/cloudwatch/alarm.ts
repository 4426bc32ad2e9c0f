import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { ALARM_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

export interface AlarmProps {
  /** Name of the alarm: 1 to 255 characters; unique in the account and region. */
  readonly name: string;
  /** What it means that the alarm rings, and what to look at. */
  readonly description: string;
  /** Namespace of the metric, such as `AWS/RDS`. */
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  /** The alarm rings when the metric is beyond this, each minute for `minutes` minutes. */
  readonly threshold: number;
  readonly beyond: "above" | "below";
  readonly minutes: number;
  /** Whether a minute without data counts as good; else the alarm stays as it is. @default false */
  readonly missingIsGood?: boolean;
  /** ARN of the topic that is told when the alarm rings and when it ends. */
  readonly topicArn: string;
}

const COMPARISONS = { above: "GreaterThanThreshold", below: "LessThanThreshold" } as const;

/**
 * An alarm on one metric, minute by minute.
 *
 * Cost: $0.10 a month.
 *
 * @see CloudWatch API Reference, PutMetricAlarm
 */
export function createAlarm(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
  new PropCheck(scope).text("name", props.name, ALARM_NAME);
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    namespace: props.namespace,
    metricName: props.metric,
    dimensions: { ...props.dimensions },
    statistic: props.statistic,
    period: 60,
    evaluationPeriods: props.minutes,
    comparisonOperator: COMPARISONS[props.beyond],
    threshold: props.threshold,
    treatMissingData: props.missingIsGood ? "notBreaching" : "missing",
    alarmActions: [props.topicArn],
    okActions: [props.topicArn],
  });
}
