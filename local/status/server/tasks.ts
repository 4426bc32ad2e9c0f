import type * as ecs from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { addressOf } from "../../commands/status";
import { groupOf, idOf } from "../../commands/tasks";
import type { TaskState } from "../state";

/** Stopped tasks that are shown: enough to see why one fails again and again. */
const STOPPED_SHOWN = 20;

/** The tasks that run, by age, then those that stopped last. @param instances EC2 ids, by ARN of the container instance */
export function taskStatesOf(tasks: readonly ecs.Task[], instances: ReadonlyMap<string, string>): readonly TaskState[] {
  const all = tasks.map((task) => taskStateOf(task, instances.get(task.containerInstanceArn ?? "")));
  const isStopped = ({ status }: TaskState) => status === "STOPPED";
  const stopped = all
    .filter(isStopped)
    .sort((one, other) => (other.stoppedAt ?? 0) - (one.stoppedAt ?? 0))
    .slice(0, STOPPED_SHOWN);
  const rest = all
    .filter((task) => !isStopped(task))
    .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
  return [...rest, ...stopped];
}

function taskStateOf(task: ecs.Task, instance: string | undefined): TaskState {
  const cluster = lastPart(task.clusterArn);
  const group = groupOf(task);
  return {
    id: idOf(task),
    service: task.group?.startsWith("service:") ? `${cluster}/${group}` : undefined,
    group,
    cluster,
    revision: lastPart(task.taskDefinitionArn),
    status: task.lastStatus ?? "",
    desired: task.desiredStatus ?? "",
    health: task.healthStatus ?? "UNKNOWN",
    createdAt: task.createdAt?.getTime() ?? 0,
    startedAt: task.startedAt?.getTime(),
    stoppedAt: task.stoppedAt?.getTime(),
    address: addressOf(task, instance),
    on: instance ?? task.capacityProviderName ?? "",
    stoppedReason: task.stoppedReason,
    exitCodes: (task.containers ?? []).flatMap(({ exitCode }) => exitCode ?? []),
  };
}
