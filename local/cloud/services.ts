import * as ecs from "@aws-sdk/client-ecs";
import { primaryTaskSet } from "../../jenkins/release/aws/services";
import { lastPart } from "../../modules/aws/arn";
import { Failure } from "../../tools/failure";
import { readClusters } from "./clusters";
import { placeOfName } from "./places";
import type { ClientSettings } from "./variables";

/** DescribeServices takes ten names at a time. */
const SERVICES_PER_CALL = 10;

/** An active service, and the revision that it runs. */
export interface RunningService {
  readonly name: string;
  readonly clusterArn: string;
  readonly launchType: string;
  readonly service: ecs.Service;
  readonly taskDefinition: ecs.TaskDefinition;
}

/** Reads every active service of the account, by name. */
export async function readServices(settings: ClientSettings): Promise<readonly RunningService[]> {
  const services = await readClusters(settings, servicesOf);
  return [...services].sort((first, second) => first.name.localeCompare(second.name));
}

/** Those of one environment: another one, to which pipelines promote, has services of the same names. */
export function servicesOfEnvironment<Running extends Pick<RunningService, "clusterArn">>(
  services: readonly Running[],
  environmentName: string,
): readonly Running[] {
  return services.filter(({ clusterArn }) => placeOfName(lastPart(clusterArn), [environmentName]) !== undefined);
}

async function servicesOf(client: ecs.ECSClient, cluster: string): Promise<readonly RunningService[]> {
  const found: RunningService[] = [];
  const page = { client, pageSize: SERVICES_PER_CALL };
  for await (const { serviceArns = [] } of ecs.paginateListServices(page, { cluster })) {
    if (serviceArns.length === 0) continue;
    const { services = [] } = await client.send(new ecs.DescribeServicesCommand({ cluster, services: serviceArns }));
    const active = services.filter(({ status }) => status === "ACTIVE");
    found.push(...(await Promise.all(active.map((service) => withRevision(client, cluster, service)))));
  }
  return found;
}

async function withRevision(client: ecs.ECSClient, clusterArn: string, service: ecs.Service): Promise<RunningService> {
  const name = service.serviceName ?? "";
  const named = { taskDefinition: service.taskDefinition };
  const { taskDefinition } = await client.send(new ecs.DescribeTaskDefinitionCommand(named));
  if (!taskDefinition) throw new Failure(`service ${name}: its task definition ${service.taskDefinition} is gone`);
  // A service with a capacity provider strategy has no launch type of its own.
  const launchType = taskDefinition.requiresCompatibilities?.[0] ?? service.launchType ?? "EC2";
  return { name, clusterArn, launchType, service, taskDefinition };
}

/** How a service does, and whether it has all that it is to have and nothing else. */
export interface Rollout {
  readonly state: string;
  readonly stable: boolean;
  /** Why the newest deployment has failed. */
  readonly failed: string | undefined;
}

/** How the newest deployment of a service goes, and whether it is at its end. */
export function rolloutOf(service: ecs.Service): Rollout {
  // Those that CodeDeploy deploys have task sets instead of deployments.
  return service.deploymentController?.type === "CODE_DEPLOY" ? taskSetRollout(service) : rollingRollout(service);
}

function rollingRollout({ deployments = [], desiredCount = 0, runningCount = 0 }: ecs.Service): Rollout {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const state = primary?.rolloutState ?? "unknown";
  const failed = deployments.find(({ rolloutState }) => rolloutState === "FAILED");
  const stable = deployments.length === 1 && state === "COMPLETED" && runningCount === desiredCount;
  return { state, stable, failed: failed?.rolloutStateReason };
}

function taskSetRollout(service: ecs.Service): Rollout {
  const { taskSets = [], desiredCount = 0, runningCount = 0 } = service;
  const state = taskSets.length > 1 ? "BLUE_GREEN" : (primaryTaskSet(service)?.stabilityStatus ?? "unknown");
  const stable = state === "STEADY_STATE" && runningCount === desiredCount;
  return { state, stable, failed: undefined };
}
