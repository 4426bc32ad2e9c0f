import type { DeploymentInfo, ECSTarget } from "@aws-sdk/client-codedeploy";
import type { Service } from "@aws-sdk/client-ecs";
import { ONGOING_DEPLOYMENT } from "../../aws/code-deploy";
import { revisionOf } from "../../aws/services";
import type { Verdict } from "../deployer";

/** How long traffic may take to go back after a deployment has ended, where CodeDeploy names no deployment that does it. */
export const BACK_BOUND_MS = 60_000;

/** What is seen of a deployment. */
export interface Seen {
  readonly deployment: DeploymentInfo;
  /** What it does with the service. */
  readonly target: ECSTarget | undefined;
  /** The deployment by which CodeDeploy goes back from it. */
  readonly rollback: DeploymentInfo | undefined;
  /** ARN of the revision that another deployment of the group deploys, which came after it; empty where it is unknown. */
  readonly newer: string | undefined;
  readonly service: Service;
  /** ARN of the revision that it deploys. */
  readonly revision: string;
  /** For how long its end is known. */
  readonly endedForMs: number;
}

/** Judges a deployment by itself, by what CodeDeploy does after it, and by what serves then. */
export function judge(seen: Seen): Verdict {
  const { deployment, service, revision } = seen;
  if (isOngoing(deployment)) return { state: "ongoing" };
  if (deployment.status !== "Succeeded") return judgeEnded(seen);
  // Of a deployment that is not ours it may not be known what it deploys.
  if (revision === "" || revisionOf(service) === revision) return { state: "succeeded" };
  // DescribeServices may be a moment behind.
  return seen.newer === undefined ? { state: "ongoing" } : supersededBy(seen.newer, service);
}

/** Of one that failed or was stopped. */
function judgeEnded(seen: Seen): Verdict {
  const { rollback, newer, service, revision, endedForMs } = seen;
  const reason = reasonOf(seen);
  if (rollback && isOngoing(rollback)) return { state: "ongoing" };
  if (rollback && rollback.status !== "Succeeded") {
    const why = rollback.errorInformation?.message ?? rollback.status ?? "";
    return { state: "failed", reason: `${reason}; the rollback ${rollback.deploymentId} failed, too: ${why}` };
  }
  if (newer !== undefined) return supersededBy(newer, service);
  const isBack = revisionOf(service) !== revision && greenWeight(seen) === 0;
  if (isBack) return { state: "rolled back", reason };
  return endedForMs < BACK_BOUND_MS ? { state: "ongoing" } : { state: "failed", reason };
}

/** Share of the traffic that the new tasks get, in percent. */
function greenWeight({ target, revision, service, deployment }: Seen): number {
  const own = service.taskSets?.find(
    ({ externalId, taskDefinition }) => externalId === deployment.deploymentId || taskDefinition === revision,
  );
  // A task set that is gone gets none, whatever CodeDeploy has seen last.
  if (!own) return 0;
  return target?.taskSetsInfo?.find(({ taskSetLabel }) => taskSetLabel === "Green")?.trafficWeight ?? 0;
}

export function isOngoing({ status }: DeploymentInfo): boolean {
  return status !== undefined && ONGOING_DEPLOYMENT.includes(status);
}

function supersededBy(newer: string, service: Service): Verdict {
  return { state: "superseded", by: newer || revisionOf(service) };
}

/** Why it ended: in CodeDeploy's own words, with what each lifecycle event that failed says. */
function reasonOf({ deployment, target, rollback }: Seen): string {
  const { status = "", errorInformation: error, rollbackInfo } = deployment;
  const texts = [
    error ? [error.message, error.code && `(${error.code})`].filter(Boolean).join(" ") : status,
    ...failedEvents(target),
    rollback && rollbackInfo?.rollbackMessage,
  ];
  return texts.filter(Boolean).join("; ");
}

function failedEvents(target: ECSTarget | undefined): readonly string[] {
  const failed = (target?.lifecycleEvents ?? []).filter(({ status }) => status === "Failed");
  return failed.map(({ lifecycleEventName = "", diagnostics = {} }) => {
    const { message, logTail, scriptName, errorCode } = diagnostics;
    const words = [message ?? errorCode, scriptName && `in ${scriptName}`, logTail].filter(Boolean).join(", ");
    return words ? `${lifecycleEventName}: ${words}` : `${lifecycleEventName} failed`;
  });
}
