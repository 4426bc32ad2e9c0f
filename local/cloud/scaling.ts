import * as scaling from "@aws-sdk/client-application-auto-scaling";
import * as watch from "@aws-sdk/client-cloudwatch";
import { readLatest } from "./metrics";
import type { ClientSettings } from "./variables";

const NAMESPACE = "ecs";

/** Alarms that one call describes. Source: CloudWatch API Reference, "DescribeAlarms". */
const ALARMS_PER_CALL = 100;

/** What scales a service. */
export interface ServiceScaling {
  readonly cluster: string;
  readonly service: string;
  readonly min: number;
  readonly max: number;
  readonly policies: readonly ScalingPolicy[];
  readonly schedules: readonly scaling.ScheduledAction[];
}

/** A target tracking policy, and what it goes by. */
export interface ScalingPolicy {
  readonly name: string;
  /** As AWS calls it: `CPUUtilization`, `RequestCountPerTarget`. */
  readonly metric: string;
  readonly target: number;
  /** Of the newest minute of CloudWatch that is over; `undefined` without data. */
  readonly now: number | undefined;
  /** Whether it takes tasks away too. */
  readonly scalesIn: boolean;
  /** Those that it was told of first: the one that adds tasks, and the one that takes them away. */
  readonly alarms: readonly watch.MetricAlarm[];
}

/** What scales the services of the account, by their names. @param timeScale of the run that is asked */
export async function readScaling(settings: ClientSettings, timeScale: number): Promise<readonly ServiceScaling[]> {
  const client = new scaling.ApplicationAutoScalingClient(settings);
  const metrics = new watch.CloudWatchClient(settings);
  try {
    const [targets, policies, schedules] = await Promise.all([
      readScalableTargets(client),
      collect(scaling.paginateDescribeScalingPolicies({ client }, { ServiceNamespace: NAMESPACE }), "ScalingPolicies"),
      collect(
        scaling.paginateDescribeScheduledActions({ client }, { ServiceNamespace: NAMESPACE }),
        "ScheduledActions",
      ),
    ]);
    const read = targets.map(async (target): Promise<ServiceScaling> => {
      const isOfTarget = ({ ResourceId }: { ResourceId?: string | undefined }) => ResourceId === target.ResourceId;
      const own = policies.filter(isOfTarget).map((policy) => readPolicy(metrics, policy, timeScale));
      const [, cluster = "", service = ""] = target.ResourceId?.split("/") ?? [];
      return {
        cluster,
        service,
        min: target.MinCapacity ?? 0,
        max: target.MaxCapacity ?? 0,
        policies: (await Promise.all(own)).sort((one, other) => one.name.localeCompare(other.name)),
        schedules: schedules.filter(isOfTarget),
      };
    });
    return (await Promise.all(read)).sort((one, other) => one.service.localeCompare(other.service));
  } finally {
    client.destroy();
    metrics.destroy();
  }
}

/** What is scaled, and between which numbers. */
export function readScalableTargets(
  client: scaling.ApplicationAutoScalingClient,
): Promise<readonly scaling.ScalableTarget[]> {
  const pages = scaling.paginateDescribeScalableTargets({ client }, { ServiceNamespace: NAMESPACE });
  return collect(pages, "ScalableTargets");
}

/** What was done to the numbers of tasks, newest first. */
export async function readScalingActivities(
  settings: ClientSettings,
  most: number,
): Promise<readonly scaling.ScalingActivity[]> {
  const client = new scaling.ApplicationAutoScalingClient(settings);
  try {
    const asked = { ServiceNamespace: NAMESPACE, MaxResults: most } as const;
    const { ScalingActivities = [] } = await client.send(new scaling.DescribeScalingActivitiesCommand(asked));
    return ScalingActivities;
  } finally {
    client.destroy();
  }
}

async function readPolicy(
  client: watch.CloudWatchClient,
  policy: scaling.ScalingPolicy,
  timeScale: number,
): Promise<ScalingPolicy> {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const names = policy.Alarms?.flatMap(({ AlarmName = "" }) => AlarmName) ?? [];
  const described =
    names.length === 0
      ? undefined
      : await client.send(new watch.DescribeAlarmsCommand({ AlarmNames: names, MaxRecords: ALARMS_PER_CALL }));
  const alarms = (described?.MetricAlarms ?? []).toSorted((one, other) => rankOf(one) - rankOf(other));
  const [alarm] = alarms;
  return {
    name: policy.PolicyName ?? "",
    metric: alarm?.MetricName ?? tracking?.PredefinedMetricSpecification?.PredefinedMetricType ?? "expression",
    target: tracking?.TargetValue ?? Number.NaN,
    now: alarm && (await readLatest(client, alarm, timeScale)),
    scalesIn: tracking?.DisableScaleIn !== true,
    alarms,
  };
}

/** What adds tasks comes first. */
function rankOf({ ComparisonOperator }: watch.MetricAlarm): number {
  return ComparisonOperator?.startsWith("GreaterThan") ? 0 : 1;
}

async function collect<Key extends string, Item>(
  pages: AsyncIterable<{ readonly [key in Key]?: Item[] | undefined }>,
  key: Key,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(page[key] ?? []));
  return items;
}
