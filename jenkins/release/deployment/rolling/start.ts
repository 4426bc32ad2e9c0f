import { setTimeout as sleep } from "node:timers/promises";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../../modules/aws/arn";
import { Failure } from "../../../../tools/failure";
import { listServiceDeployments } from "../../aws/service-deployments";
import { primaryOf } from "../../aws/services";
import type { Context } from "../../context";
import { EXIT } from "../../exit-status";

/** How long ECS may take to list the service deployment that an update has started. */
const LISTED_BOUND_MS = 30_000;
const LISTED_POLL_MS = 250;

/** A deployment of ECS's own. */
export interface Started {
  /** ARN of the service deployment; `undefined` where there are none. */
  readonly serviceDeployment: string | undefined;
  /** Id of the deployment, `ecs-svc/...`. */
  readonly deployment: string;
}

/**
 * Updates the service to a revision.
 *
 * @param newest ARN of the newest service deployment before, `undefined` where there are none
 * @param force starts a deployment of the revision that the service has already: one that failed
 */
export async function startDeployment(
  context: Context,
  revision: string,
  newest: string | undefined,
  force: boolean,
): Promise<Started> {
  const { aws, place } = context;
  const { cluster, service: name } = place;
  const { service } = await aws.call("ecs:UpdateService", () =>
    aws.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service: name,
        taskDefinition: revision,
        ...(force && { forceNewDeployment: true }),
      }),
    ),
  );
  aws.changes.push(`updated ${name} to ${lastPart(revision)}`);
  const deployment = (service && primaryOf(service)?.id) ?? "";
  return { deployment, serviceDeployment: await findStarted(context, revision, newest) };
}

/** The service deployment of a revision that is newer than one; `undefined` where the API is not to be had. */
async function findStarted(
  { aws, place, lifetime }: Context,
  revision: string,
  newest: string | undefined,
): Promise<string | undefined> {
  for (const deadline = Date.now() + LISTED_BOUND_MS; ; await lifetime.until(sleep(LISTED_POLL_MS))) {
    const listed = await lifetime.until(listServiceDeployments(aws, place, { limit: 5 }));
    if (listed === undefined) return undefined;
    const before = listed.findIndex(({ serviceDeploymentArn }) => serviceDeploymentArn === newest);
    const newer = before === -1 ? listed : listed.slice(0, before);
    const own = newer.find(({ taskDefinition }) => taskDefinition === revision);
    if (own) return own.serviceDeploymentArn;
    if (Date.now() > deadline) {
      throw new Failure(
        `ECS has taken the update to ${lastPart(revision)}, but lists no service deployment of it; see how it goes: ` +
          `npm run release -- status ${place.service}`,
        EXIT.timedOut,
      );
    }
  }
}
