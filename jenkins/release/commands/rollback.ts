import { type Service, StopServiceDeploymentCommand } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { Failure } from "../../../tools/failure";
import { describeRevision, listRevisions, type Revision } from "../aws/revisions";
import { listServiceDeployments, ONGOING, type ServiceDeployment } from "../aws/service-deployments";
import { primaryOf, readService } from "../aws/services";
import type { Context } from "../context";
import { startDeployment } from "../deployment/start";
import { watch } from "../deployment/watch";
import { EXIT } from "../exit-status";
import { requireGood, verify } from "../verify/verify";
import { requireSuccess } from "./outcome";

export interface RollbackOptions {
  /** Number of the revision, or `family:number`. @default the one that served before the current one */
  readonly to?: string | undefined;
  readonly timeoutMs: number;
}

/**
 * Goes back to an earlier revision, and watches that as a release. A deployment that is in progress is stopped, by ECS's
 * own rollback, unless a revision is named. Nothing is retired.
 */
export async function rollback(context: Context, options: RollbackOptions): Promise<void> {
  const { aws, place, howToDeploy, lifetime } = context;
  const service = await lifetime.until(readService(aws, place, howToDeploy));
  const history = (await lifetime.until(listServiceDeployments(aws, place))) ?? [];
  const [newest] = history;
  const ongoing = newest && ONGOING.includes(newest.status ?? "") ? newest : undefined;
  if (ongoing && options.to === undefined) return stopOngoing(context, service, ongoing, options);
  if (ongoing) throw busy(context, ongoing);
  const target = await lifetime.until(
    options.to === undefined ? previousServing(context, service, history) : named(context, service, options.to),
  );
  await goBack(context, service, target, newest, options);
}

async function goBack(
  context: Context,
  service: Service,
  target: Revision,
  newest: ServiceDeployment | undefined,
  { timeoutMs }: RollbackOptions,
): Promise<void> {
  const { lifetime, output } = context;
  const input = { ...target.taskDefinition, tags: target.tags };
  const findings = await lifetime.until(verify({ context, input, service }));
  requireGood(output, findings);
  const before = service.taskDefinition ?? "";
  const started = await lifetime.until(startDeployment(context, target.arn, newest?.serviceDeploymentArn));
  const watched = await watch(context, { ...started, revision: target.arn, before, earlier: service, timeoutMs });
  const what = `the rollback of ${context.place.service} to ${lastPart(target.arn)}`;
  await requireSuccess(context, watched, { what, revision: target.arn, deployment: started.deployment, timeoutMs });
  tellDone(context, target.arn, before);
}

/** ECS goes back to what served before the deployment. */
async function stopOngoing(
  context: Context,
  service: Service,
  ongoing: ServiceDeployment,
  { timeoutMs }: RollbackOptions,
): Promise<void> {
  const { aws, lifetime, place } = context;
  const arn = ongoing.serviceDeploymentArn ?? "";
  if (["PENDING", "IN_PROGRESS"].includes(ongoing.status ?? "")) {
    await lifetime.until(
      aws.call("ecs:StopServiceDeployment", () =>
        aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: "ROLLBACK" })),
      ),
    );
    aws.changes.push(`stopped the deployment of ${lastPart(ongoing.taskDefinition)}`);
  }
  const revision = ongoing.taskDefinition;
  const deployment = primaryOf(service)?.id ?? "";
  const { verdict, service: after } = await watch(context, {
    serviceDeployment: arn,
    deployment,
    revision,
    before: service.taskDefinition ?? "",
    earlier: service,
    timeoutMs,
  });
  // What was asked for: this deployment is to end as one that was rolled back.
  const wanted = verdict.state === "rolled back" ? { state: "succeeded" as const } : verdict;
  const what = `the rollback of ${place.service} from ${lastPart(revision)}`;
  await requireSuccess(context, { verdict: wanted, service: after }, { what, revision, deployment, timeoutMs });
  tellDone(context, primaryOf(after)?.taskDefinition ?? "", revision);
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
  history: readonly ServiceDeployment[],
): Promise<Revision> {
  const current = service.taskDefinition ?? "";
  const active = await listRevisions(aws, names.family);
  const served = history.filter(({ status }) => status === "SUCCESSFUL").map(({ taskDefinition }) => taskDefinition);
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
  const isCurrent = found !== undefined && found === service.taskDefinition;
  if (found !== undefined && !isCurrent) return describeRevision(aws, found);
  const what = isCurrent ? `is the revision that runs` : `is no active revision of ${names.family}`;
  throw new Failure(`--to "${to}" ${what}; there are: ${active.map(lastPart).join(", ")}`, EXIT.usage);
}

function busy({ place }: Context, { taskDefinition }: ServiceDeployment): Failure {
  return new Failure(
    `a deployment of ${lastPart(taskDefinition)} is in progress; without --to, rollback ends it and goes back to what ` +
      `served before: npm run release -- rollback ${place.service}`,
    EXIT.superseded,
  );
}

function numberOf(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(":") + 1));
}
