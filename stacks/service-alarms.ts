import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import type { ServiceNames } from "../config/names";
import { isFixed } from "../config/replicas";
import type { Service as ServiceConfig } from "../config/service";
import type { WatchedService } from "../modules/cloudwatch/metrics";
import { ServiceAlarms } from "../modules/cloudwatch/service-alarms";
import type { Service } from "../modules/ecs/service";
import type { AlarmTopic } from "../modules/sns/alarm-topic";
import type { ServiceTargets } from "./service-targets";

/** What is to be seen of a service that is deployed. */
export interface DeployedService {
  readonly watched: WatchedService;
  /** Number of the load balancer that leads to it. */
  readonly loadBalancer: number;
  /** Names of all its alarms. */
  readonly alarmNames: readonly string[];
}

/** Where the metrics of a service come from. */
export function watch(
  { environment }: { readonly environment: Environment },
  { blue, green }: ServiceTargets,
  loadBalancer: Lb,
  { name, cluster }: Service,
): WatchedService {
  const pair = [{ label: "blue", targetGroup: blue }, ...(green ? [{ label: "green", targetGroup: green }] : [])];
  return {
    name,
    clusterName: cluster.name,
    loadBalancer,
    targetGroups: green ? pair : [{ targetGroup: blue }],
    containerInsights: environment.containerInsights !== "disabled",
  };
}

/** The alarms of a service, but for those that roll a blue/green deployment back. */
export function createServiceAlarms(
  scope: Construct,
  props: {
    readonly config: ServiceConfig;
    readonly names: ServiceNames;
    readonly watched: WatchedService;
    readonly topic: AlarmTopic;
  },
): ServiceAlarms {
  const { config, names, watched, topic } = props;
  const { replicas, scaling } = config;
  const held = (percent: number | false) => (isFixed(replicas) || percent === false ? undefined : percent);
  const fewest = [replicas.min, ...scaling.schedules.map(({ min }) => min)];
  return new ServiceAlarms(scope, "Alarms", {
    namePrefix: names.family,
    service: watched,
    latencyMs: config.alarms.latencyMs,
    cpuPercent: held(scaling.cpuPercent),
    memoryPercent: held(scaling.memoryPercent),
    mayHaveNoTask: fewest.includes(0),
    targetsWatched: config.deployment.controller === "CODE_DEPLOY",
    alarmTopicArn: topic.arn,
  });
}
