import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { deregisterRevision, describeRevision, listRevisions } from "../aws/revisions";
import { readTasks } from "../aws/services";
import type { Context } from "../context";
import { isReleased } from "../task-definition/provenance";
import { deployerOf } from "./deployer-of";
import { mayRetire, RETIRED_AT_ONCE_MAX } from "./retire-plan";

export interface RetireOptions {
  /** The service's own, or one of its one-off tasks. */
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
export async function retire(context: Context, options: RetireOptions): Promise<readonly string[]> {
  const { aws } = context;
  const { family, keep } = options;
  const active = await listRevisions(aws, family);
  if (active.length <= keep) return [];
  const candidates = mayRetire({ active, keep, inUse: await inUse(context, options) });
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
async function inUse(context: Context, { family, service, published }: RetireOptions): Promise<ReadonlySet<string>> {
  const { aws, place } = context;
  const { cluster } = place;
  const [running, stopping, deploying] = await Promise.all([
    readTasks(aws, { cluster, family, desiredStatus: "RUNNING" }),
    readTasks(aws, { cluster, family, desiredStatus: "STOPPED" }),
    deployerOf(context).deploying(),
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
    ...deploying,
  ];
  return new Set(used.filter((arn) => arn !== undefined));
}
