import { listAt, numberAt, textAt } from "../documents/body";
import type { DocumentResource, Documents } from "../documents/documents";

/** A service of ECS, and how many tasks of it there may be. */
export interface PlannedTasks {
  readonly service: DocumentResource;
  readonly taskDefinition: DocumentResource | undefined;
  /** Most tasks that it is scaled to. */
  readonly max: number;
  /** Most tasks that run at one time: while a release starts new ones beside the old ones. */
  readonly peak: number;
}

/** Of CodeDeploy: as many new tasks as there are old ones. */
const BLUE_GREEN_PERCENT = 200;

/** AWS's default of `maximumPercent`. Source: ECS API, `DeploymentConfiguration`. */
const DEFAULT_MAXIMUM_PERCENT = 200;

/** What is known of the tasks of every service. */
export function planTasks(documents: Documents): readonly PlannedTasks[] {
  const scaled = scaledTo(documents);
  return documents.ofType("aws_ecs_service").map((service) => {
    const max = scaled.get(scalableName(documents, service)) ?? numberAt(service.body, "desired_count") ?? 1;
    const [taskDefinition] = documents.referred(service.stack, service.body.task_definition, "aws_ecs_task_definition");
    return { service, taskDefinition, max, peak: Math.floor((max * maximumPercent(service)) / 100) };
  });
}

/** Most tasks by the scalable target's name (`service/CLUSTER/SERVICE`); a schedule may allow more than the target. */
function scaledTo(documents: Documents): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  const names = new Map<DocumentResource, string>();
  const raise = (name: string, to = 0) => most.set(name, Math.max(most.get(name) ?? 0, to));
  for (const target of documents.ofType("aws_appautoscaling_target")) {
    const name = String(target.body.resource_id);
    names.set(target, name);
    raise(name, numberAt(target.body, "max_capacity"));
  }
  for (const { stack, body } of documents.ofType("aws_appautoscaling_scheduled_action")) {
    for (const target of documents.referred(stack, body.resource_id, "aws_appautoscaling_target")) {
      raise(names.get(target) ?? "", numberAt(body, "scalable_target_action", "max_capacity"));
    }
  }
  return most;
}

function scalableName(documents: Documents, { stack, body }: DocumentResource): string {
  const [cluster] = documents.referred(stack, body.cluster, "aws_ecs_cluster");
  return `service/${textAt(cluster?.body, "name")}/${textAt(body, "name")}`;
}

function maximumPercent({ body }: DocumentResource): number {
  if (textAt(body, "deployment_controller", "type") === "CODE_DEPLOY") return BLUE_GREEN_PERCENT;
  return numberAt(body, "deployment_maximum_percent") ?? DEFAULT_MAXIMUM_PERCENT;
}

/** Whether its tasks have network interfaces of their own. */
export function hasInterfaces({ taskDefinition }: PlannedTasks): boolean {
  return textAt(taskDefinition?.body, "network_mode") === "awsvpc";
}

/** Capacity providers that may get tasks of a service: names such as FARGATE, and references. */
export function capacityProviders({ service }: PlannedTasks): readonly string[] {
  return listAt(service.body, "capacity_provider_strategy")
    .filter((one) => (numberAt(one, "base") ?? 0) + (numberAt(one, "weight") ?? 0) > 0)
    .map((one) => String(one.capacity_provider));
}
