import * as ecs from "@aws-sdk/client-ecs";
import { lastPart } from "../../modules/aws/arn";
import { readClusters } from "../cloud/clusters";

import type { ClientSettings } from "../cloud/variables";
import { misuse } from "./command";

/** DescribeTasks takes a hundred at a time. */
const TASKS_PER_CALL = 100;

/** Reads the tasks of every cluster, also those that have stopped a short while ago. */
export function readTasks(
  settings: ClientSettings,
  statuses: readonly ecs.DesiredStatus[] = ["RUNNING", "STOPPED"],
): Promise<readonly ecs.Task[]> {
  return readClusters(settings, async (client, cluster) => {
    const asked = statuses.map((status) => tasksOf(client, cluster, status));
    return (await Promise.all(asked)).flat();
  });
}

async function tasksOf(client: ecs.ECSClient, cluster: string, desiredStatus: ecs.DesiredStatus): Promise<ecs.Task[]> {
  const found: ecs.Task[] = [];
  const pages = ecs.paginateListTasks({ client, pageSize: TASKS_PER_CALL }, { cluster, desiredStatus });
  for await (const { taskArns = [] } of pages) {
    if (taskArns.length === 0) continue;
    const { tasks = [] } = await client.send(new ecs.DescribeTasksCommand({ cluster, tasks: taskArns }));
    found.push(...tasks);
  }
  return found;
}

export function idOf({ taskArn }: ecs.Task): string {
  return lastPart(taskArn);
}

/** `service-a` of `service:service-a`, `migrate` of `family:migrate`. */
export function groupOf({ group = "" }: ecs.Task): string {
  return group.replace(/^\w+:/, "");
}

/** The one task whose id begins so. @throws Failure where there is none, or several */
export function taskStarting(tasks: readonly ecs.Task[], beginning: string): ecs.Task {
  const found = tasks.filter((task) => idOf(task).startsWith(beginning));
  const [task] = found;
  const list = (some: readonly ecs.Task[]) => some.map((one) => `${idOf(one)} (${groupOf(one)})`).join(", ");
  if (!task) throw misuse(`no task's id begins with "${beginning}"; there are: ${list(tasks) || "none"}`);
  if (found.length > 1) throw misuse(`several tasks' ids begin with "${beginning}": ${list(found)}`);
  return task;
}
