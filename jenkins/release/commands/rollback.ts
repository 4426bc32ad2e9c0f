import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { Failure } from "../../../tools/failure";
import { describeRevision, listRevisions, type Revision } from "../aws/revisions";
import { readService, revisionOf } from "../aws/services";
import { command } from "../command-text";
import type { Context } from "../context";
import type { Deployer, Rollout, Situation } from "../deployment/deployer";
import { deployerOf } from "../deployment/deployer-of";
import { follow } from "../deployment/follow";
import { EXIT } from "../exit-status";
import { Unsuccessful } from "../unsuccessful";
import { requireGood, verify } from "../verify/verify";
import { requireController } from "./next-revision";
import { requireSuccess } from "./outcome";

export interface RollbackOptions {
  /** Number of the revision, or `family:number`. @default the one that served before the current one */
  readonly to?: string | undefined;
  /** How long to follow it. @default as for a release */
  readonly timeoutSeconds: number | undefined;
}

/**
 * Goes back to an earlier revision, and follows that as a release. A deployment that is in progress is ended, by the
 * deployer's own way back, unless a revision is named. Nothing is retired.
 */
export async function rollback(context: Context, options: RollbackOptions): Promise<void> {
  const { aws, place, howToDeploy, lifetime } = context;
  const service = await lifetime.until(readService(aws, place, howToDeploy));
  requireController(context, service);
  const deployer = deployerOf(context);
  const situation = await lifetime.until(deployer.look(service));
  const { ongoing } = situation;
  if (ongoing && options.to === undefined) return stopOngoing(context, service, ongoing, options);
  if (ongoing) throw busy(context, ongoing);
  const target = await lifetime.until(
    options.to === undefined ? previousServing(context, service, deployer) : named(context, service, options.to),
  );
  await goBack(context, service, { target, situation, options });
}

interface GoingBack {
  readonly target: Revision;
  readonly situation: Situation;
  readonly options: RollbackOptions;
}

async function goBack(context: Context, service: Service, { target, situation, options }: GoingBack): Promise<void> {
  const { lifetime, output } = context;
  const input = { ...target.taskDefinition, tags: target.tags };
  const findings = await lifetime.until(verify({ context, input, service }));
  requireGood(output, findings);
  const rollout = await lifetime.until(situation.start(target.arn));
  const followed = await follow(context, rollout, { earlier: service, ...options });
  const what = `the rollback of ${context.place.service} to ${lastPart(target.arn)}`;
  await requireSuccess(context, followed, { what, revision: target.arn });
  tellDone(context, target.arn, revisionOf(service));
}

/** What served before the deployment is to serve again. */
async function stopOngoing(
  context: Context,
  service: Service,
  ongoing: Rollout,
  options: RollbackOptions,
): Promise<void> {
  const { lifetime, place } = context;
  const { revision } = ongoing;
  if (!ongoing.goesBack) await lifetime.until(ongoing.stop());
  const followed = await follow(context, ongoing, { earlier: service, ...options });
  const { verdict, service: after } = followed;
  const serving = revisionOf(after);
  if (verdict.state === "succeeded" && !ongoing.goesBack) throw tooLate(context, revision);
  const what = `the rollback of ${place.service}${revision && ` from ${lastPart(revision)}`}`;
  // What was asked for: this deployment is to end as one that was rolled back.
  if (verdict.state !== "rolled back") await requireSuccess(context, followed, { what, revision });
  tellDone(context, serving, serving === revision ? revisionOf(service) : revision);
}

function tellDone({ output, place, aws }: Context, to: string, from: string): void {
  output.terminal.done(`${place.service} runs ${lastPart(to)}`, `before: ${lastPart(from)}`);
  output.result({
    outcome: "rolled back",
    service: place.service,
    revision: lastPart(to),
    before: lastPart(from),
    calls: aws.calls,
  });
}

/**
 * The newest revision before the current one that has served: a deployment of it has succeeded. Of a failed release nobody
 * wants to get back to. A revision before, not the last one that served: two rollbacks go back two steps.
 */
async function previousServing(
  { aws, names, place }: Context,
  service: Service,
  deployer: Deployer,
): Promise<Revision> {
  const current = revisionOf(service);
  const [active, served] = await Promise.all([listRevisions(aws, names.family), deployer.served()]);
  const found = active.find((arn) => numberOf(arn) < numberOf(current) && served.includes(arn));
  if (found !== undefined) return describeRevision(aws, found);
  throw new Failure(
    `no active revision before ${lastPart(current)} is known to have served as ${place.service}; name one by --to: ` +
      `${active.map(lastPart).join(", ")}`,
    EXIT.usage,
  );
}

async function named({ aws, names }: Context, service: Service, to: string): Promise<Revision> {
  const [, family = names.family, number] = /^(?:([\w-]+):)?(\d+)$/.exec(to) ?? [];
  const active = await listRevisions(aws, names.family);
  const found = active.find((arn) => lastPart(arn) === `${family}:${number}`);
  const isCurrent = found !== undefined && found === revisionOf(service);
  if (found !== undefined && !isCurrent) return describeRevision(aws, found);
  const what = isCurrent ? `is the revision that runs` : `is no active revision of ${names.family}`;
  throw new Failure(`--to "${to}" ${what}; there are: ${active.map(lastPart).join(", ")}`, EXIT.usage);
}

function busy({ place }: Context, { revision }: Rollout): Failure {
  return new Failure(
    `a deployment${revision && ` of ${lastPart(revision)}`} is in progress; without --to, rollback ends it and goes back to what ` +
      `served before: npm run release -- rollback ${place.service}`,
    EXIT.superseded,
  );
}

/** The deployment was done before it could be ended. */
function tooLate(context: Context, revision: string): Unsuccessful {
  const name = lastPart(revision);
  return new Unsuccessful(
    `the deployment of ${name} had come to its end before it could be ended: ${name} serves. The same command goes back ` +
      `from it: ${command(context, "rollback")}`,
    EXIT.failed,
    { outcome: "failed", service: context.place.service, serves: name },
  );
}

function numberOf(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(":") + 1));
}
