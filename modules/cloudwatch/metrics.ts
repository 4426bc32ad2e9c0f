import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { TargetGroup } from "../alb/target-group";

/** What a minute's data are made one number by: `p95` is what 95 of 100 are not above. */
export type Statistic = "Average" | "Maximum" | "Minimum" | "Sum" | "p50" | "p95" | "p99";

/** One metric of CloudWatch. */
export interface Metric {
  /** Such as `AWS/RDS`. */
  readonly namespace: string;
  /** Such as `CPUUtilization`. */
  readonly name: string;
  /** What it is measured of, such as `{ DBInstanceIdentifier: "shop" }`: all dimensions that it is published with. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** What a minute's data are made one number by. */
  readonly statistic: Statistic;
}

/** What is worked out of metrics, minute by minute. A minute that one of them has no data of has no result. */
export interface MetricMath {
  /** What the result is called. */
  readonly label: string;
  /** Such as `100 * errors / requests`. Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics". */
  readonly expression: string;
  /** The metrics by the names that they have in the expression: lower-case letters, digits and underscores. */
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** One of the groups that the tasks of a service are targets of. */
export interface LabelledTargetGroup {
  /** What tells it from the service's other group, such as `blue`. @default - it is the only one */
  readonly label?: string;
  /** The group. */
  readonly targetGroup: TargetGroup;
}

/** A service that alarms and dashboards are about. */
export interface WatchedService {
  /** Name of the ECS service. */
  readonly name: string;
  /** Name of its cluster. */
  readonly clusterName: string;
  /** What sends it requests. */
  readonly loadBalancer: Lb;
  /** One; or the two that blue/green deployments move the requests between. */
  readonly targetGroups: readonly LabelledTargetGroup[];
  /** Whether the cluster has Container Insights, which alone counts tasks. */
  readonly containerInsights: boolean;
}

/** Of all tasks of a service. Source: Amazon ECS Developer Guide, "Amazon ECS CloudWatch metrics". */
export function serviceMetric(service: WatchedService, name: string, statistic: Statistic): Metric {
  return { namespace: "AWS/ECS", name, dimensions: serviceDimensions(service), statistic };
}

/**
 * How many tasks of a service there are, or ought to be. A service without any running task has no data at all.
 *
 * Source: CloudWatch User Guide, "Amazon ECS Container Insights metrics".
 */
export function taskCount(service: WatchedService, name: "RunningTaskCount" | "DesiredTaskCount"): Metric {
  return { namespace: "ECS/ContainerInsights", name, dimensions: serviceDimensions(service), statistic: "Average" };
}

/** Of one target group. Source: Application Load Balancers User Guide, "CloudWatch metrics for your Application Load Balancer". */
export function targetMetric(
  loadBalancer: Lb,
  { targetGroup }: TargetGroup,
  name: string,
  statistic: Statistic,
): Metric {
  return {
    namespace: "AWS/ApplicationELB",
    name,
    dimensions: { TargetGroup: targetGroup.arnSuffix, LoadBalancer: loadBalancer.arnSuffix },
    statistic,
  };
}

const serviceDimensions = ({ name, clusterName }: WatchedService) => ({
  ClusterName: clusterName,
  ServiceName: name,
});
