import type { DeploymentInfo, ECSTarget, ECSTaskSet } from "@aws-sdk/client-codedeploy";
import { lastPart } from "../../../../modules/aws/arn";

/** Where a deployment stands, in one line: tasks and traffic of either side. */
export function progressOf({ status }: DeploymentInfo, target: ECSTarget | undefined, revision: string): string {
  const [green, blue] = (["Green", "Blue"] as const).map((label) => setOf(target, label));
  const sides = [
    ...(green ? [`${counts(green)} of ${lastPart(revision)} run, ${weight(green)} of the traffic`] : []),
    ...(blue ? [`${blue.runningCount ?? 0} of the revision before, ${weight(blue)}`] : []),
  ];
  return [status, sides.join("; ")].filter(Boolean).join(": ");
}

/** The lifecycle events that have begun, with their states. */
export function eventsOf(target: ECSTarget | undefined): readonly string[] {
  return (target?.lifecycleEvents ?? [])
    .filter(({ status }) => status !== undefined && status !== "Pending" && status !== "Unknown")
    .map(({ lifecycleEventName = "", status = "" }) => `${lifecycleEventName}: ${status}`);
}

/** Whether all traffic has moved, and the tasks before only stay for a quick way back. */
export function isBaking({ instanceTerminationWaitTimeStarted, status }: DeploymentInfo, target?: ECSTarget): boolean {
  if (status !== "InProgress" && status !== "Baking") return false;
  const isMoved = setOf(target, "Green")?.trafficWeight === 100;
  const last = target?.lifecycleEvents?.find(({ lifecycleEventName }) => lifecycleEventName === "AfterAllowTraffic");
  return instanceTerminationWaitTimeStarted === true || (isMoved && isDone(last?.status));
}

/** Whether the new tasks are still being started. */
export function isStarting(target: ECSTarget | undefined): boolean {
  const install = target?.lifecycleEvents?.find(({ lifecycleEventName }) => lifecycleEventName === "Install");
  return install?.status === "InProgress" || install?.status === "Failed";
}

function isDone(status: string | undefined): boolean {
  return status === "Succeeded" || status === "Skipped";
}

function setOf(target: ECSTarget | undefined, label: "Green" | "Blue"): ECSTaskSet | undefined {
  return target?.taskSetsInfo?.find(({ taskSetLabel }) => taskSetLabel === label);
}

function counts({ runningCount = 0, desiredCount = 0 }: ECSTaskSet): string {
  return `${runningCount} of ${desiredCount} tasks`;
}

function weight({ trafficWeight = 0 }: ECSTaskSet): string {
  return `${trafficWeight} %`;
}
