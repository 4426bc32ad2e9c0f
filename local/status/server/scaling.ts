import * as scaling from "@aws-sdk/client-application-auto-scaling";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { readLatestAverages } from "../../cloud/metrics";
import { readScalableTargets, readScalingActivities } from "../../cloud/scaling";
import type { ClientSettings } from "../../cloud/variables";
import type { ActivityState, ScalingState, ServiceState, State } from "../state";

const ACTIVITIES_SHOWN = 30;

const METRICS = ["CPUUtilization", "MemoryUtilization"] as const;

type Named = Pick<ServiceState, "id" | "cluster" | "name">;

/**
 * Between which numbers services are scaled, how busy their tasks are, and what Application Auto Scaling did of late.
 *
 * @param timeScale of the run
 */
export async function readScaling(
  settings: ClientSettings,
  services: readonly Named[],
  timeScale: number,
): Promise<Pick<State, "scaling" | "activities">> {
  const [targets, activities] = await Promise.all([
    readTargets(settings),
    readScalingActivities(settings, ACTIVITIES_SHOWN),
  ]);
  const scaled = new Set(targets.map(({ ResourceId }) => serviceOf(ResourceId)));
  const busy = await readBusy(
    settings,
    services.filter(({ id }) => scaled.has(id)),
    timeScale,
  );
  const states = targets.map(({ ResourceId, MinCapacity: min = 0, MaxCapacity: max = 0 }): ScalingState => {
    const service = serviceOf(ResourceId);
    const [cpuPercent, memoryPercent] = busy.get(service) ?? [];
    return { service, min, max, cpuPercent, memoryPercent };
  });
  return { scaling: states, activities: activities.map(activityOf) };
}

async function readTargets(settings: ClientSettings): Promise<readonly scaling.ScalableTarget[]> {
  const client = new scaling.ApplicationAutoScalingClient(settings);
  try {
    return await readScalableTargets(client);
  } finally {
    client.destroy();
  }
}

/** `CLUSTER/NAME` of `service/CLUSTER/NAME`. */
function serviceOf(resource = ""): string {
  return resource.replace(/^service\//, "");
}

function activityOf(activity: scaling.ScalingActivity): ActivityState {
  return {
    id: activity.ActivityId ?? "",
    service: serviceOf(activity.ResourceId),
    at: activity.StartTime?.getTime() ?? 0,
    status: activity.StatusCode ?? "",
    description: activity.Description ?? "",
    cause: activity.Cause ?? "",
  };
}

/** The newest of METRICS in per cent, by `CLUSTER/NAME`. */
async function readBusy(
  settings: ClientSettings,
  services: readonly Named[],
  timeScale: number,
): Promise<ReadonlyMap<string, readonly (number | undefined)[]>> {
  const client = new cloudwatch.CloudWatchClient(settings);
  try {
    const metrics = services.flatMap((service) => METRICS.map((name) => metricOf(service, name)));
    const percents = (await readLatestAverages(client, metrics, timeScale)).map(rounded);
    const ofService = (index: number) => percents.slice(index * METRICS.length, (index + 1) * METRICS.length);
    return new Map(services.map(({ id }, index) => [id, ofService(index)]));
  } finally {
    client.destroy();
  }
}

function metricOf({ cluster, name }: Named, MetricName: string): cloudwatch.Metric {
  const Dimensions = [
    { Name: "ClusterName", Value: cluster },
    { Name: "ServiceName", Value: name },
  ];
  return { Namespace: "AWS/ECS", MetricName, Dimensions };
}

function rounded(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Math.round(percent);
}
