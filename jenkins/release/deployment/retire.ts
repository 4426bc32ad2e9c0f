import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import type { Aws } from "../aws/aws";
import { deregisterRevision, describeRevision, listRevisions } from "../aws/revisions";
import { listServiceDeployments, ONGOING } from "../aws/service-deployments";
import { readTasks, type ServicePlace } from "../aws/services";
import { isReleased } from "../task-definition/provenance";
import { mayRetire, RETIRED_AT_ONCE_MAX } from "./retire-plan";

export interface RetireOptions {
  readonly place: ServicePlace;
  readonly family: string;
  /** The service as it is after the release. */
  readonly service: Service;
  /** ARN of the revision that Terraform published. */
  readonly published: string | undefined;
  /** How many of the newest revisions stay. */
  readonly keep: number;
}

/**
 * Retires old revisions of a family: such that a release registered, that nothing uses, and that are not among the newest.
 * To be called when the new revision serves, never before. Gives the names of the retired ones.
 */
export async function retire(aws: Aws, options: RetireOptions): Promise<readonly string[]> {
  const { family, keep } = options;
  const active = await listRevisions(aws, family);
  if (active.length <= keep) return [];
  const candidates = mayRetire({ active, keep, inUse: await inUse(aws, options) });
  const retired: string[] = [];
  for (const arn of candidates) {
    if (retired.length === RETIRED_AT_ONCE_MAX) break;
    if (!isReleased((await describeRevision(aws, arn)).tags)) continue;
    await deregisterRevision(aws, arn);
    retired.push(lastPart(arn));
    aws.changes.push(`retired ${lastPart(arn)}`);
  }
  return retired;
}

/** Revisions that the service, one of its deployments, or any task of the family uses, and the published one. */
async function inUse(aws: Aws, { place, family, service, published }: RetireOptions): Promise<ReadonlySet<string>> {
  const { cluster } = place;
  const [running, stopping, deployments] = await Promise.all([
    readTasks(aws, { cluster, family, desiredStatus: "RUNNING" }),
    readTasks(aws, { cluster, family, desiredStatus: "STOPPED" }),
    listServiceDeployments(aws, place),
  ]);
  const used = [
    published,
    service.taskDefinition,
    ...(service.deployments ?? []).map(({ taskDefinition }) => taskDefinition),
    ...(service.taskSets ?? []).map(({ taskDefinition }) => taskDefinition),
    // A task that is asked to stop still runs for a while.
    ...[...running, ...stopping]
      .filter(({ lastStatus }) => lastStatus !== "STOPPED")
      .map(({ taskDefinitionArn }) => taskDefinitionArn),
    ...(deployments ?? [])
      .filter(({ status = "" }) => ONGOING.includes(status))
      .map(({ taskDefinition }) => taskDefinition),
  ];
  return new Set(used.filter((arn) => arn !== undefined));
}
