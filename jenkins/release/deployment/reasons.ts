import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws";
import { AwsFault } from "../aws/aws-fault";
import { readTasks, type ServicePlace } from "../aws/services";
import { lastWords } from "./last-words";

/** Why tasks of a revision have stopped. */
export interface StoppedTasks {
  /** Each reason once, with how often it was there, the most frequent first. */
  readonly reasons: readonly string[];
  /** What one of them has logged last, the newest line last. */
  readonly lastWords: readonly string[];
}

/** The tasks of which deployment of which revision. */
export interface DeployedTasks {
  /** ARN of the revision. */
  readonly revision: string;
  /** Id of the deployment, `ecs-svc/...`; an earlier one may have had the same revision. */
  readonly deployment: string;
}

/** Why tasks of a deployment have stopped, without what they have logged. */
export async function reasonsOfStoppedTasks(
  aws: Aws,
  place: ServicePlace,
  deployed: DeployedTasks,
): Promise<readonly string[]> {
  return counted((await stoppedTasks(aws, place, deployed)).flatMap(reasonOf));
}

/** Why tasks of a deployment have stopped. What cannot be asked is no reason to fail: this is asked after a failure. */
export async function explainStoppedTasks(
  aws: Aws,
  place: ServicePlace,
  deployed: DeployedTasks,
): Promise<StoppedTasks> {
  try {
    const tasks = await stoppedTasks(aws, place, deployed);
    const [told] = tasks.filter((task) => reasonOf(task).length > 0);
    return { reasons: counted(tasks.flatMap(reasonOf)), lastWords: told ? await lastWords(aws, told) : [] };
  } catch (error) {
    if (error instanceof AwsFault) return { reasons: [error.message], lastWords: [] };
    throw error;
  }
}

async function stoppedTasks(
  aws: Aws,
  { cluster, service: serviceName }: ServicePlace,
  { revision, deployment }: DeployedTasks,
): Promise<readonly Task[]> {
  const stopped = await readTasks(aws, { cluster, serviceName, desiredStatus: "STOPPED" });
  // ECS writes the deployment into `startedBy`.
  return stopped.filter(
    ({ taskDefinitionArn, startedBy }) => taskDefinitionArn === revision && (!deployment || startedBy === deployment),
  );
}

/** Events of a service that are not known yet, the oldest first. @param known ids of those that are: added to */
export function newEvents(service: Service, known: Set<string>): readonly string[] {
  const fresh = (service.events ?? []).filter(({ id = "" }) => !known.has(id));
  for (const { id = "" } of fresh) known.add(id);
  return fresh.map(({ message = "" }) => withoutNames(message)).reverse();
}

/** Why a task has stopped; nothing where ECS itself wanted it to. */
export function reasonOf({ stoppedReason, stopCode, containers = [] }: Task): string[] {
  // ECS itself stops the tasks of a failed deployment that still run: that is no reason of theirs.
  if (/^Scaling activity|deployment ecs-svc/.test(stoppedReason ?? "")) return [];
  const details = containers.flatMap(({ name = "", exitCode, reason }) => {
    const parts = [exitCode === undefined ? "" : `exit code ${exitCode}`, reason ?? ""].filter(Boolean);
    return parts.length > 0 ? [`${name}: ${parts.join(", ")}`] : [];
  });
  const words = withoutNames(stoppedReason || stopCode || "no reason given");
  return [details.length > 0 ? `${words} (${details.join("; ")})` : words];
}

/** A message without what tells one task from another: the same thing is then the same text. */
function withoutNames(message: string): string {
  return message
    .replace(/^\(service [^)]+\) /, "")
    .replace(/\((task|port|deployment|instance) \S+?\)/g, "($1)")
    .replace(/\(target-group \S+?\)/g, "(target group)");
}

function counted(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .sort(([, first], [, second]) => second - first)
    .map(([text, count]) => (count === 1 ? text : `${count} times: ${text}`));
}
