import type { Deployment, Service } from "@aws-sdk/client-ecs";
import { ONGOING, type ServiceDeployment } from "../../aws/service-deployments";
import { primaryOf } from "../../aws/services";
import type { Verdict } from "../deployer";

/** What is watched: a revision, and the deployment of it. */
export interface Watched {
  /** ARN of the revision that is deployed. */
  readonly revision: string;
  /** ARN of the service deployment, or the id of the deployment where there are no service deployments. */
  readonly id: string;
}

/**
 * Judges by the service deployment itself, which ECS keeps to its end: a rollback is told from a newer deployment.
 *
 * @param newest the newest service deployment of the service
 */
export function judge(watched: ServiceDeployment, newest: ServiceDeployment, service: Service): Verdict {
  const { status = "", statusReason = "", taskDefinition } = watched;
  if (ONGOING.includes(status)) return { state: "ongoing" };
  const reason = statusReason || status;
  if (status === "ROLLBACK_SUCCESSFUL") return { state: "rolled back", reason };
  if (status !== "SUCCESSFUL") {
    const isNewest = newest.serviceDeploymentArn === watched.serviceDeploymentArn;
    return isNewest || status !== "STOPPED"
      ? { state: "failed", reason }
      : { state: "superseded", by: newest.taskDefinition };
  }
  const primary = primaryOf(service);
  if (primary?.taskDefinition !== taskDefinition) return { state: "superseded", by: primary?.taskDefinition ?? "" };
  // DescribeServices may be a moment behind.
  return primary.rolloutState === "COMPLETED" ? { state: "succeeded" } : { state: "ongoing" };
}

/**
 * Judges by the service's deployments alone, where ECS tells of no service deployments. A deployment that is rolled back
 * disappears from them, as one that is superseded does: what serves instead tells the two apart, but for a newer
 * deployment that goes back to the revision before.
 *
 * @param before ARN of the revision that served before
 */
export function judgeByDeployments({ revision, id }: Watched, before: string, service: Service): Verdict {
  const primary = primaryOf(service);
  const own = service.deployments?.find((deployment) => deployment.id === id);
  if (own && own === primary) {
    if (own.rolloutState === "FAILED") return { state: "failed", reason: reasonOf(own) };
    return isComplete(own, service) ? { state: "succeeded" } : { state: "ongoing" };
  }
  if (primary?.taskDefinition === before && before !== revision) {
    if (primary.rolloutState === "IN_PROGRESS") return { state: "ongoing" };
    return { state: "rolled back", reason: own ? reasonOf(own) : reasonOf(primary) };
  }
  return { state: "superseded", by: primary?.taskDefinition ?? "" };
}

/** Services without a deployment circuit breaker have no rollout state in some partitions. */
function isComplete(deployment: Deployment, service: Service): boolean {
  if (deployment.rolloutState !== undefined) return deployment.rolloutState === "COMPLETED";
  return service.deployments?.length === 1 && deployment.runningCount === deployment.desiredCount;
}

function reasonOf({ rolloutStateReason, rolloutState }: Deployment): string {
  return rolloutStateReason || rolloutState || "no reason given";
}
