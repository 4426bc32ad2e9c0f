import type { ECSTarget } from "@aws-sdk/client-codedeploy";
import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../../modules/aws/arn";
import { timeOf } from "../../time-of";
import type { Table } from "../deployer";

/**
 * What `status` tells of a service: its task sets with the share of the traffic that each gets, and the lifecycle events.
 *
 * @param target what the newest deployment does with the service; `undefined` before the first one
 */
export function tablesOf(service: Service, target: ECSTarget | undefined): readonly Table[] {
  return [taskSets(service, target), lifecycleEvents(target)];
}

function taskSets({ taskSets: all = [] }: Service, target: ECSTarget | undefined): Table {
  const content = all.map((taskSet) => ({
    id: taskSet.id,
    revision: lastPart(taskSet.taskDefinition),
    status: taskSet.status,
    runningCount: taskSet.runningCount,
    desiredCount: taskSet.computedDesiredCount,
    trafficPercent: trafficOf(taskSet.id, taskSet.status, target),
    deployment: taskSet.externalId,
  }));
  const rows = content.map(({ id = "", revision, status = "", runningCount, desiredCount, trafficPercent }) => [
    lastPart(id),
    revision,
    status,
    `${runningCount ?? 0} of ${desiredCount ?? 0}`,
    trafficPercent === undefined ? "" : `${trafficPercent} %`,
  ]);
  return { key: "taskSets", columns: ["task set", "revision", "status", "tasks run", "traffic"], rows, content };
}

/** What CodeDeploy says of it; before the first deployment it says nothing, and the primary one gets all. */
function trafficOf(id: string | undefined, status = "", target?: ECSTarget): number | undefined {
  const known = target?.taskSetsInfo?.find(({ identifer }) => identifer !== undefined && identifer === id);
  if (known) return known.trafficWeight;
  return target === undefined && status === "PRIMARY" ? 100 : undefined;
}

function lifecycleEvents(target: ECSTarget | undefined): Table {
  const content = (target?.lifecycleEvents ?? []).map(
    ({ lifecycleEventName: event = "", status = "", startTime, endTime, diagnostics }) => ({
      event,
      status,
      startTime,
      endTime,
      ...(diagnostics?.message && { message: diagnostics.message }),
    }),
  );
  const rows = content.map(({ event, status, startTime, endTime, message = "" }) => [
    event,
    status,
    timeOf(startTime),
    timeOf(endTime),
    message,
  ]);
  const columns = ["event of the newest deployment", "status", "begun", "ended", "message"];
  return { key: "lifecycleEvents", columns, rows, content };
}
