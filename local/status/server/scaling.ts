import * as scaling from "@aws-sdk/client-application-auto-scaling";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type { ClientSettings } from "../../cloud/variables";
import type { ActivityState, ScalingState, ServiceState, State } from "../state";

const ACTIVITIES_SHOWN = 30;

/** How far back a metric may be to count as of now. */
const METRIC_AGE_MS = 10 * 60_000;

const PERIOD_SECONDS = 60;

const METRICS = [
  ["cpu", "CPUUtilization"],
  ["memory", "MemoryUtilization"],
] as const;

/** Between which numbers services are scaled, how busy their tasks are, and what Application Auto Scaling did of late. */
export async function readScaling(
  settings: ClientSettings,
  services: readonly Pick<ServiceState, "id" | "cluster" | "name">[],
): Promise<Pick<State, "scaling" | "activities">> {
  const client = new scaling.ApplicationAutoScalingClient(settings);
  try {
    const { ScalableTargets = [] } = await client.send(
      new scaling.DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
    );
    const { ScalingActivities = [] } = await client.send(
      new scaling.DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs", MaxResults: ACTIVITIES_SHOWN }),
    );
    const scaled = services.filter(({ id }) =>
      ScalableTargets.some(({ ResourceId }) => ResourceId === `service/${id}`),
    );
    const busy = await readMetrics(settings, scaled);
    const states = ScalableTargets.map(({ ResourceId = "", MinCapacity = 0, MaxCapacity = 0 }): ScalingState => {
      const service = serviceOf(ResourceId);
      const metric = (name: string) => busy.get(`${service} ${name}`);
      return {
        service,
        min: MinCapacity,
        max: MaxCapacity,
        cpuPercent: metric("cpu"),
        memoryPercent: metric("memory"),
      };
    });
    return { scaling: states, activities: ScalingActivities.map(activityOf) };
  } finally {
    client.destroy();
  }
}

/** `CLUSTER/NAME` of `service/CLUSTER/NAME`. */
function serviceOf(resource: string): string {
  return resource.replace(/^service\//, "");
}

function activityOf(activity: scaling.ScalingActivity): ActivityState {
  return {
    id: activity.ActivityId ?? "",
    service: serviceOf(activity.ResourceId ?? ""),
    at: activity.StartTime?.getTime() ?? 0,
    status: activity.StatusCode ?? "",
    description: activity.Description ?? "",
    cause: activity.Cause ?? "",
  };
}

/** The newest averages, by `CLUSTER/NAME METRIC`. */
async function readMetrics(
  settings: ClientSettings,
  services: readonly Pick<ServiceState, "id" | "cluster" | "name">[],
): Promise<ReadonlyMap<string, number>> {
  if (services.length === 0) return new Map();
  const queries = services.flatMap((service) => METRICS.map(([name, metric]) => ({ service, name, metric })));
  const client = new cloudwatch.CloudWatchClient(settings);
  try {
    const { MetricDataResults = [] } = await client.send(
      new cloudwatch.GetMetricDataCommand({
        StartTime: new Date(Date.now() - METRIC_AGE_MS),
        EndTime: new Date(Date.now() + PERIOD_SECONDS * 1_000),
        ScanBy: "TimestampDescending",
        MetricDataQueries: queries.map(({ service, metric }, index) => ({
          Id: `m${index}`,
          MetricStat: {
            Metric: {
              Namespace: "AWS/ECS",
              MetricName: metric,
              Dimensions: [
                { Name: "ClusterName", Value: service.cluster },
                { Name: "ServiceName", Value: service.name },
              ],
            },
            Period: PERIOD_SECONDS,
            Stat: "Average",
          },
        })),
      }),
    );
    return new Map(
      queries.flatMap(({ service, name }, index) => {
        const value = MetricDataResults.find(({ Id }) => Id === `m${index}`)?.Values?.[0];
        return value === undefined ? [] : [[`${service.id} ${name}`, Math.round(value)]];
      }),
    );
  } finally {
    client.destroy();
  }
}
