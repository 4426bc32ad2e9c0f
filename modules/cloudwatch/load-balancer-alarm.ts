import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { Construct } from "constructs";
import { createAlarm } from "./alarm";

/** Answers in one minute: a handful is what a task makes that ends in the middle of its requests. */
const ERRORS_PER_MINUTE = 5;
const MINUTES = 3;

export interface LoadBalancerAlarmProps {
  /** Name of the alarm: 1 to 255 characters; unique in the account and region. */
  readonly name: string;
  /** The load balancer that is watched. */
  readonly loadBalancer: Lb;
  /** ARN of the topic that is told when the alarm rings and when it ends. */
  readonly alarmTopicArn: string;
}

/**
 * An alarm on what no target answers: the load balancer itself says 502, 503 or 504, because a connection breaks, no target is
 * healthy, or none answers in time. They are counted and not weighed, for the load balancer counts only those requests that it
 * found a target for. Without any such answer it has no data.
 *
 * Cost: $0.10 a month.
 *
 * @see Application Load Balancers User Guide, "CloudWatch metrics for your Application Load Balancer"
 */
export function createLoadBalancerAlarm(
  scope: Construct,
  id: string,
  { name, loadBalancer, alarmTopicArn }: LoadBalancerAlarmProps,
): CloudwatchMetricAlarm {
  return createAlarm(scope, id, {
    name,
    description: `${name}: the load balancer answers 502, 503 or 504 by itself, for no target does.`,
    runbook: "load-balancer",
    metric: {
      namespace: "AWS/ApplicationELB",
      name: "HTTPCode_ELB_5XX_Count",
      dimensions: { LoadBalancer: loadBalancer.arnSuffix },
      statistic: "Sum",
    },
    beyond: "above",
    threshold: ERRORS_PER_MINUTE,
    minutes: MINUTES,
    treatMissingData: "notBreaching",
    topicArn: alarmTopicArn,
  });
}
