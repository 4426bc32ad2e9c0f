import { setTimeout as sleep } from "node:timers/promises";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { Failure } from "../../../tools/failure";
import { AwsFault } from "../aws/aws-fault";
import { describeRevision, listRevisions, type Revision, registerRevision } from "../aws/revisions";
import { listServiceDeployments } from "../aws/service-deployments";
import { primaryOf } from "../aws/services";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
import { differences } from "../task-definition/difference";
import { describedBy, type RegisterInput } from "../task-definition/render";

/** Newest revisions that are looked at for one that is the same: what a release that was killed has left is among them. */
const COMPARED_MAX = 10;

/** Attempts to register, where AWS throttles or an answer is lost. */
const REGISTER_ATTEMPTS = 5;
const REGISTER_WAIT_MS = 500;

/** How long ECS may take to list the service deployment that an update has started. */
const LISTED_BOUND_MS = 30_000;
const LISTED_POLL_MS = 250;

/**
 * The active revision that is what `input` describes, registered where there is none. Whoever does this again, after having
 * been killed or after a lost answer, gets the same revision.
 */
export async function ensureRevision(context: Context, input: RegisterInput): Promise<Revision> {
  const { aws, output, lifetime } = context;
  for (let attempt = 1; ; attempt++) {
    const same = await lifetime.until(findSame(context, input));
    if (same) {
      output.terminal.done(`revision ${lastPart(same.arn)}`, "registered before");
      return same;
    }
    try {
      const revision = await registerRevision(aws, input);
      aws.changes.push(`registered ${lastPart(revision.arn)}`);
      output.terminal.done(`revision ${lastPart(revision.arn)}`, "registered");
      return revision;
    } catch (error) {
      const isPassing = error instanceof AwsFault && (error.isAmbiguous || /Throttl|TooManyRequests/.test(error.code));
      if (!isPassing || attempt === REGISTER_ATTEMPTS) throw error;
      await lifetime.until(sleep(REGISTER_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)));
    }
  }
}

async function findSame({ aws }: Context, input: RegisterInput): Promise<Revision | undefined> {
  const newest = (await listRevisions(aws, input.family)).slice(0, COMPARED_MAX);
  const revisions = await Promise.all(newest.map((arn) => describeRevision(aws, arn)));
  const wanted = describedBy(input);
  return revisions.find((revision) => revision.isActive && differences(revision, wanted).length === 0);
}

/** A deployment that was started: what `watch` follows. */
export interface Started {
  readonly serviceDeployment: string | undefined;
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
  force = false,
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
