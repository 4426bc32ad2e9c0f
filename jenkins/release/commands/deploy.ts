import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import type { Revision } from "../aws/revisions";
import { listServiceDeployments, ONGOING, type ServiceDeployment } from "../aws/service-deployments";
import { primaryOf } from "../aws/services";
import type { Context } from "../context";
import { retire } from "../deployment/retire";
import { ensureRevision, type Started, startDeployment } from "../deployment/start";
import { watch } from "../deployment/watch";
import { EXIT } from "../exit-status";
import { writeRecord } from "../record";
import { Unsuccessful } from "../unsuccessful";
import { requireGood, verify } from "../verify/verify";
import { tellDifferences } from "./diff";
import { type NextRevision, readNextRevision } from "./next-revision";
import { command, requireSuccess } from "./outcome";

export interface DeployOptions {
  readonly imageTag: string;
  readonly timeoutMs: number;
  /** How many of the newest revisions stay. */
  readonly keep: number;
  readonly dryRun: boolean;
  /** Whether to follow the deployment to its end. */
  readonly wait: boolean;
  /** Folder for the rendered task definition and the result. @default - none is written */
  readonly out?: string | undefined;
}

/**
 * The whole release: read, verify, render, register, update, watch that very deployment to its end, retire. Whoever runs it
 * again after it was killed gets to the same end.
 */
export async function deploy(context: Context, options: DeployOptions): Promise<void> {
  const { lifetime, aws, place, output } = context;
  const next = await lifetime.until(readNextRevision(context, options.imageTag));
  writeRecord(options.out, "task-definition.json", next.input);
  const { running, input, service } = next;
  const [findings, history] = await lifetime.until(
    Promise.all([verify({ context, input, service }), listServiceDeployments(aws, place, { limit: 5 })]),
  );
  requireGood(output, findings);
  if (options.dryRun) return tellDryRun(context, next);
  const state = stateOf(next, history?.[0]);
  if (state === "serves") return tellUnchanged(context, next, options);
  if (state === "other deployment") throw inProgress(context, next);
  const { revision, started } =
    state === "under way"
      ? { revision: running, started: underWay(next, history?.[0]) }
      : await begin(context, next, state === "failed before", history?.[0]);
  if (!options.wait) return tellStarted(context, revision, next, options);
  await follow(context, { next, revision, started, options });
}

/** What a release finds: nothing to do, its own deployment, another one, its own one that failed, or none. */
type State = "serves" | "under way" | "other deployment" | "failed before" | "to do";

function stateOf({ service, changes }: NextRevision, newest?: ServiceDeployment): State {
  const primary = primaryOf(service);
  const goesOn = newest ? ONGOING.includes(newest.status ?? "") : primary?.rolloutState === "IN_PROGRESS";
  const isOurs = changes.length === 0;
  if (goesOn) {
    // While ECS rolls back, the service has the earlier revision already.
    const rollsBack = newest !== undefined && newest.taskDefinition !== primary?.taskDefinition;
    return isOurs && !rollsBack ? "under way" : "other deployment";
  }
  if (!isOurs) return "to do";
  return primary?.rolloutState === "FAILED" ? "failed before" : "serves";
}

async function begin(
  context: Context,
  { input }: NextRevision,
  force: boolean,
  newest: ServiceDeployment | undefined,
): Promise<{ revision: Revision; started: Started }> {
  const revision = await ensureRevision(context, input);
  const before = newest?.serviceDeploymentArn;
  const started = await context.lifetime.until(startDeployment(context, revision.arn, before, force));
  return { revision, started };
}

/** The deployment of a release that was killed: it is followed, not begun again. */
function underWay({ service }: NextRevision, newest: ServiceDeployment | undefined): Started {
  return { serviceDeployment: newest?.serviceDeploymentArn, deployment: primaryOf(service)?.id ?? "" };
}

interface Following {
  readonly next: NextRevision;
  readonly revision: Revision;
  readonly started: Started;
  readonly options: DeployOptions;
}

async function follow(context: Context, { next, revision, started, options }: Following): Promise<void> {
  const { aws, output, place, names } = context;
  const { timeoutMs, imageTag, out } = options;
  const before = next.running.arn;
  const watched = await watch(context, {
    ...started,
    revision: revision.arn,
    before,
    earlier: next.service,
    timeoutMs,
  });
  await requireSuccess(context, watched, {
    what: `the release of ${place.service}, tag ${imageTag},`,
    revision: revision.arn,
    deployment: started.deployment,
    timeoutMs,
  });
  const retired = await retireOld(context, watched.service, next, options);
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
  { published }: NextRevision,
  { keep }: DeployOptions,
): Promise<readonly string[]> {
  const { aws, names, place, lifetime, output } = context;
  const retired = await lifetime.until(retire(aws, { place, family: names.family, service, published, keep }));
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

function tellDryRun({ output, place }: Context, { running, image, changes }: NextRevision): void {
  output.terminal.line(`a release would change ${lastPart(running.arn)} of ${place.service}:`);
  tellDifferences(output, changes);
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

function inProgress(context: Context, { service }: NextRevision): Unsuccessful {
  const { place } = context;
  const by = lastPart(primaryOf(service)?.taskDefinition);
  return new Unsuccessful(
    `another deployment of ${place.service} is in progress: ${by}. Wait for its end (${command(context, "status")}), or end ` +
      `it: ${command(context, "rollback")}`,
    EXIT.superseded,
    { outcome: "in progress", service: place.service, by },
  );
}
