import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { ALARM_NAME } from "../aws/forms";
import { ALARM_DESCRIPTION_MAX } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { Metric, MetricMath } from "./metrics";
import { type Runbook, runbookPage } from "./runbooks";

export interface AlarmProps {
  /** Name of the alarm: 1 to 255 characters; unique in the account and region. */
  readonly name: string;
  /** What it means that the alarm rings. The path of the runbook's page is put after it. */
  readonly description: string;
  /** What says what to do. */
  readonly runbook: Runbook;
  /** What is looked at, minute by minute. */
  readonly metric: Metric | MetricMath;
  /** The alarm rings when the metric is beyond this, each minute for `minutes` minutes. */
  readonly threshold: number;
  /** On which side of the threshold it rings; on the threshold itself it does not. */
  readonly beyond: "above" | "below";
  /** Minutes in a row that have to be bad. */
  readonly minutes: number;
  /**
   * What a minute without data counts as: a good one (`notBreaching`), a bad one (`breaching`), or nothing (`missing`): without
   * any data the alarm then has INSUFFICIENT_DATA for its state.
   * @default "missing"
   */
  readonly treatMissingData?: "notBreaching" | "breaching" | "missing";
  /** ARN of the topic that is told when the alarm rings and when it ends. */
  readonly topicArn: string;
}

const COMPARISONS = { above: "GreaterThanThreshold", below: "LessThanThreshold" } as const;

const PERIOD_SECONDS = 60;

/**
 * An alarm on one metric, or on what is worked out of several, minute by minute.
 *
 * Cost: $0.10 a month for each metric.
 *
 * @see CloudWatch API Reference, PutMetricAlarm
 */
export function createAlarm(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
  const description = `${props.description} What to do: ${runbookPage(props.runbook)}`;
  const check = new PropCheck(scope);
  check.text("name", props.name, ALARM_NAME);
  check.length("description", description, ALARM_DESCRIPTION_MAX);
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: description,
    ...("expression" in props.metric ? workedOut(props.metric) : measured(props.metric)),
    evaluationPeriods: props.minutes,
    comparisonOperator: COMPARISONS[props.beyond],
    threshold: props.threshold,
    treatMissingData: props.treatMissingData ?? "missing",
    alarmActions: [props.topicArn],
    okActions: [props.topicArn],
  });
}

function measured({ namespace, name, dimensions, statistic }: Metric) {
  const by = /^p\d/.test(statistic) ? { extendedStatistic: statistic } : { statistic };
  return { namespace, metricName: name, dimensions: { ...dimensions }, ...by, period: PERIOD_SECONDS };
}

function workedOut({ label, expression, metrics }: MetricMath): { metricQuery: CloudwatchMetricAlarmMetricQuery[] } {
  const inputs = Object.entries(metrics).map(([id, { namespace, name, dimensions, statistic }]) => ({
    id,
    metric: { namespace, metricName: name, dimensions: { ...dimensions }, stat: statistic, period: PERIOD_SECONDS },
  }));
  return { metricQuery: [{ id: "result", label, expression, returnData: true }, ...inputs] };
}
