import type * as ecs from "@aws-sdk/client-ecs";
import { deploymentUnit } from "../../../config/deployment-unit";
import type { Project } from "../../../config/load";
import { systemNames } from "../../../config/names";
import { lastPart } from "../../../modules/aws/arn";
import { type RunningService, rolloutOf } from "../../cloud/services";
import type { DeploymentState, EventState, ServiceState } from "../state";
import type { PlaceOf } from "./places";

const EVENTS = 10;

/** What a service is, as it is deployed, with what its configuration says of what it uses. */
export function serviceStateOf(running: RunningService, project: Project, placeOf: PlaceOf): ServiceState {
  const { name, clusterArn, launchType, service, taskDefinition } = running;
  const cluster = lastPart(clusterArn);
  const place = placeOf(cluster);
  const configured = project.services.find((one) => one.name === name && deploymentUnit(one) === place?.system);
  const { state, stable, failed } = rolloutOf(service);
  return {
    id: `${cluster}/${name}`,
    name,
    cluster,
    place,
    isOurs: configured !== undefined && place?.environment === project.environment.name,
    launchType,
    controller: service.deploymentController?.type === "CODE_DEPLOY" ? "CODE_DEPLOY" : "ECS",
    revision: lastPart(service.taskDefinition),
    imageTag: taskDefinition.containerDefinitions?.[0]?.image?.split(":").at(-1) ?? "",
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    rollout: state,
    stable,
    failed,
    deployments: deploymentsOf(service),
    events: (service.events ?? []).slice(0, EVENTS).map(eventOf),
    groups: groupsOf(service),
    database: configured?.database && place && systemNames(place.system, place.environment).database,
    calls: configured?.calls ?? [],
    cpu: taskDefinition.cpu ?? "",
    memory: taskDefinition.memory ?? "",
  };
}

/** Those of all task sets, where CodeDeploy deploys: a listener may be ahead of the service. */
function groupsOf({ loadBalancers = [], taskSets = [] }: ecs.Service): readonly string[] {
  const all = [...loadBalancers, ...taskSets.flatMap((set) => set.loadBalancers ?? [])];
  return [...new Set(all.flatMap(({ targetGroupArn }) => targetGroupArn ?? []))];
}

function deploymentsOf({ deployments = [], taskSets = [] }: ecs.Service): readonly DeploymentState[] {
  return [...deployments.map(deploymentOf), ...taskSets.map(taskSetOf)];
}

function deploymentOf(deployment: ecs.Deployment): DeploymentState {
  return {
    ...commonOf(deployment),
    rollout: deployment.rolloutState ?? "",
    reason: deployment.rolloutStateReason,
    desired: deployment.desiredCount ?? 0,
    failedTasks: deployment.failedTasks ?? 0,
  };
}

function taskSetOf(set: ecs.TaskSet): DeploymentState {
  return {
    ...commonOf(set),
    rollout: set.stabilityStatus ?? "",
    reason: undefined,
    desired: set.computedDesiredCount ?? 0,
    failedTasks: 0,
  };
}

function commonOf(one: ecs.Deployment | ecs.TaskSet) {
  return {
    id: one.id ?? "",
    status: one.status ?? "",
    revision: lastPart(one.taskDefinition),
    running: one.runningCount ?? 0,
    pending: one.pendingCount ?? 0,
    createdAt: one.createdAt?.getTime() ?? 0,
  };
}

function eventOf({ createdAt, message = "" }: ecs.ServiceEvent): EventState {
  return { at: createdAt?.getTime() ?? 0, message };
}
