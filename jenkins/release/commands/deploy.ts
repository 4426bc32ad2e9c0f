import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { describeRevision, type Revision } from "../aws/revisions";
import { primaryOf } from "../aws/services";
import { command } from "../command-text";
import type { Context } from "../context";
import type { Rollout, Situation } from "../deployment/deployer";
import { deployerOf } from "../deployment/deployer-of";
import { ensureRevision } from "../deployment/ensure-revision";
import { follow } from "../deployment/follow";
import { retire } from "../deployment/retire";
import { EXIT } from "../exit-status";
import { migrate } from "../one-off/migrate";
import { writeRecord } from "../record";
import { differences } from "../task-definition/difference";
import { describedBy } from "../task-definition/render";
import { Unsuccessful } from "../unsuccessful";
import { requireGood, verifyRelease } from "../verify/verify";
import { tellDifferences } from "./diff";
import { type NextRevision, readNextRevision } from "./next-revision";
import { requireSuccess } from "./outcome";

export interface DeployOptions {
  readonly imageTag: string;
  /** How long to follow the deployment, and to wait for migrations. @default 900, and what it waits for on purpose */
  readonly timeoutSeconds: number | undefined;
  /** How many of the newest revisions stay. */
  readonly keep: number;
  readonly dryRun: boolean;
  /** Whether to follow the deployment to its end. */
  readonly wait: boolean;
  /** Folder for the rendered task definition and the result. @default - none is written */
  readonly out?: string | undefined;
}

/**
 * The whole release: read, verify, render, register, migrate, deploy, follow that very deployment to its end, retire.
 * Whoever runs it again after it was killed gets to the same end.
 */
export async function deploy(context: Context, options: DeployOptions): Promise<void> {
  const { lifetime, output } = context;
  const next = await lifetime.until(readNextRevision(context, options.imageTag));
  writeRecord(options.out, "task-definition.json", next.input);
  const [findings, situation] = await lifetime.until(
    Promise.all([verifyRelease(context, next), deployerOf(context).look(next.service)]),
  );
  requireGood(output, findings);
  if (options.dryRun) return tellDryRun(context, next);
  const { ongoing, hasFailed } = situation;
  const underWay = ongoing && (await lifetime.until(ownRevision(context, next, ongoing)));
  if (ongoing && !underWay) throw inProgress(context, next, ongoing);
  if (!ongoing && next.changes.length === 0 && !hasFailed) return tellUnchanged(context, next, options);
  const revision = underWay ?? (await ensureRevision(context, next.input));
  const rollout = ongoing ?? (await begin(context, { next, situation, revision, options }));
  if (!options.wait) return tellStarted(context, revision, next, options);
  await finish(context, { next, revision, rollout, options });
}

/** The revision of a deployment in progress, where that is this release's: of one that was killed. */
async function ownRevision(
  { aws }: Context,
  { running, input }: NextRevision,
  { revision, goesBack }: Rollout,
): Promise<Revision | undefined> {
  if (goesBack || revision === "") return undefined;
  const deployed = revision === running.arn ? running : await describeRevision(aws, revision);
  return differences(deployed, describedBy(input)).length === 0 ? deployed : undefined;
}

interface Beginning {
  readonly next: NextRevision;
  readonly situation: Situation;
  readonly revision: Revision;
  readonly options: DeployOptions;
}

/** Nothing of the service is touched before its migrations are done. */
async function begin(context: Context, { next, situation, revision, options }: Beginning): Promise<Rollout> {
  const { service, migration } = next;
  const { timeoutSeconds } = options;
  if (migration) await migrate(context, { service, migration, again: false, timeoutSeconds });
  return context.lifetime.until(situation.start(revision.arn));
}

interface Finishing {
  readonly next: NextRevision;
  readonly revision: Revision;
  readonly rollout: Rollout;
  readonly options: DeployOptions;
}

async function finish(context: Context, { next, revision, rollout, options }: Finishing): Promise<void> {
  const { aws, output, place, names } = context;
  const { timeoutSeconds, imageTag, out } = options;
  const before = next.running.arn;
  const followed = await follow(context, rollout, { earlier: next.service, timeoutSeconds });
  await requireSuccess(context, followed, {
    what: `the release of ${place.service}, tag ${imageTag},`,
    revision: revision.arn,
  });
  const retired = await retireOld(context, followed.service, next, options);
  const name = lastPart(revision.arn);
  output.terminal.done(`${place.service} runs ${name}, tag ${imageTag}`, `before: ${lastPart(before)}`);
  const result = {
    outcome: "released",
    service: place.service,
    environment: context.environment.name,
    family: names.family,
    revision: name,
    before: lastPart(before),
    image: next.image,
    retired,
    calls: aws.calls,
  };
  writeRecord(out, "result.json", result);
  output.result(result);
}

async function retireOld(
  context: Context,
  service: Service,
  { published, migration }: NextRevision,
  { keep }: DeployOptions,
): Promise<readonly string[]> {
  const { names, lifetime, output } = context;
  const own = await lifetime.until(retire(context, { family: names.family, service, published, keep }));
  const ofMigrations =
    migration &&
    (await lifetime.until(
      retire(context, { family: names.migrateFamily, service, published: migration.published, keep }),
    ));
  const retired = [...own, ...(ofMigrations ?? [])];
  if (retired.length > 0) output.terminal.done(`retired ${retired.join(", ")}`);
  return retired;
}

/** Nothing is registered; what an earlier run had no time to retire is. */
async function tellUnchanged(context: Context, next: NextRevision, options: DeployOptions): Promise<void> {
  const { output, place, aws } = context;
  const retired = await retireOld(context, next.service, next, options);
  const revision = lastPart(next.running.arn);
  output.terminal.done(
    `nothing to change: ${place.service} runs ${revision}, tag ${options.imageTag}`,
    "nothing was registered",
  );
  const result = {
    outcome: "unchanged",
    service: place.service,
    revision,
    image: next.image,
    retired,
    calls: aws.calls,
  };
  writeRecord(options.out, "result.json", result);
  output.result(result);
}

function tellDryRun({ output, place }: Context, { running, image, changes, migration }: NextRevision): void {
  output.terminal.line(`a release would change ${lastPart(running.arn)} of ${place.service}:`);
  tellDifferences(output, changes);
  const migrates = migration !== undefined && changes.length > 0;
  if (migrates)
    output.terminal.line(`before that, a task of ${migration.input.family} would run the image's migrations`);
  output.result({ outcome: "dry run", service: place.service, running: lastPart(running.arn), image, changes });
}

function tellStarted(context: Context, revision: Revision, { image }: NextRevision, { out }: DeployOptions): void {
  const { output, place, aws } = context;
  const name = lastPart(revision.arn);
  output.terminal.done(`${place.service} is being deployed`, `${name}; see how it goes: ${command(context, "status")}`);
  const result = { outcome: "started", service: place.service, revision: name, image, calls: aws.calls };
  writeRecord(out, "result.json", result);
  output.result(result);
}

function inProgress(context: Context, { service }: NextRevision, { goesBack, revision }: Rollout): Unsuccessful {
  const { place } = context;
  const by = lastPart(goesBack || revision === "" ? primaryOf(service)?.taskDefinition : revision);
  return new Unsuccessful(
    `another deployment of ${place.service} is in progress: ${by}. Wait for its end (${command(context, "status")}), or end ` +
      `it: ${command(context, "rollback")}`,
    EXIT.superseded,
    { outcome: "in progress", service: place.service, by },
  );
}
