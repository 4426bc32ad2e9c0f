import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../../modules/aws/arn";
import type { CodeDeploy } from "../../aws/code-deploy";
import { readService, revisionOf } from "../../aws/services";
import type { Context } from "../../context";
import type { Look } from "../deployer";
import { deployedRevision } from "./deployed-revision";
import { eventsOf, isBaking, isStarting, progressOf } from "./progress";
import { isOngoing, judge } from "./verdict";

/** What is looked at. */
export interface Watched {
  /** Id of the deployment, `d-...`. */
  readonly id: string;
  /** ARN of the revision that it deploys. */
  readonly revision: string;
}

/** Gives what looks at one deployment of CodeDeploy's: its lifecycle events, tasks, traffic, and what has become of it. */
export function looksAt(context: Context, codeDeploy: CodeDeploy, watched: Watched): () => Promise<Look> {
  const { aws, place, howToDeploy } = context;
  const { id, revision } = watched;
  let endedAt: number | undefined;
  // Of a task set that is gone, the service no longer tells.
  let taskSet = "";
  return async () => {
    // In this order: what serves is not to be older than the deployment's end.
    const deployment = await codeDeploy.readDeployment(id);
    const [target, service] = await Promise.all([
      codeDeploy.readTarget(id, place),
      readService(aws, place, howToDeploy),
    ]);
    taskSet = service.taskSets?.find(({ externalId }) => externalId === id)?.id ?? taskSet;
    if (!isOngoing(deployment)) endedAt ??= Date.now();
    const after = isOngoing(deployment) ? NOTHING_AFTER : await readAfter(codeDeploy, deployment, service, revision);
    const endedForMs = endedAt === undefined ? 0 : Date.now() - endedAt;
    return {
      service,
      verdict: judge({ deployment, target, ...after, service, revision, endedForMs }),
      step: after.rollback
        ? `${deployment.status}: back to the revision before by ${after.rollback.deploymentId}`
        : progressOf(deployment, target, revision),
      steps: [
        ...eventsOf(target),
        ...(isBaking(deployment, target)
          ? [`${lastPart(revision)} serves all traffic; the tasks before stay for a while, for a quick way back`]
          : []),
      ],
      mayHaveFailed: isStarting(target),
      tasks: { revision, deployment: taskSet },
    };
  };
}

/** What came after a deployment that has ended. */
interface After {
  readonly rollback: DeploymentInfo | undefined;
  readonly newer: string | undefined;
}

const NOTHING_AFTER: After = { rollback: undefined, newer: undefined };

/** Asked only where it matters: whether CodeDeploy goes back, and whether another deployment came after it. */
async function readAfter(
  codeDeploy: CodeDeploy,
  { status, rollbackInfo, deploymentId, createTime }: DeploymentInfo,
  service: Service,
  revision: string,
): Promise<After> {
  if (status === "Succeeded" && revisionOf(service) === revision) return NOTHING_AFTER;
  const rollbackId = rollbackInfo?.rollbackDeploymentId;
  const [rollback, listed] = await Promise.all([
    rollbackId ? codeDeploy.readDeployment(rollbackId) : undefined,
    codeDeploy.listDeployments(),
  ]);
  const isLater = (other: DeploymentInfo) => (other.createTime?.getTime() ?? 0) > (createTime?.getTime() ?? 0);
  const others = listed.filter((other) => other.deploymentId !== deploymentId && isLater(other));
  const isOurs = (other: DeploymentInfo) =>
    other.deploymentId === rollbackId || other.rollbackInfo?.rollbackTriggeringDeploymentId === deploymentId;
  const newer = others.find((other) => !isOurs(other));
  return {
    rollback: rollback ?? others.find(isOurs),
    newer: newer && (await deployedRevision(codeDeploy, newer, service)),
  };
}
