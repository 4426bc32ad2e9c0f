import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { describeServiceDeployments, listServiceDeployments } from "../aws/service-deployments";
import { readService } from "../aws/services";
import type { Context } from "../context";
import { newEvents, reasonsOfStoppedTasks } from "./reasons";
import { judge, judgeByDeployments, type Verdict } from "./verdict";

/** First time between two looks, and the longest: each is a quarter longer than the last. */
const POLL_MS = { first: 250, longest: 3_000 };

export interface WatchOptions {
  /** ARN of the revision that is deployed. */
  readonly revision: string;
  /** ARN of the revision that served before. */
  readonly before: string;
  /** ARN of the service deployment; `undefined` where there are none. */
  readonly serviceDeployment: string | undefined;
  /** Id of the deployment, `ecs-svc/...`. */
  readonly deployment: string;
  /** The service before the update: its events are not told. */
  readonly earlier: Service;
  readonly timeoutMs: number;
}

/** How a deployment ended, and the service as it was then. */
export interface Watched {
  readonly verdict: Verdict | { readonly state: "timed out" };
  readonly service: Service;
}

/**
 * Follows one deployment to its end. Tells how many tasks run, the service's events, and why tasks stop, each when it
 * changes.
 *
 * @throws Interrupted at Ctrl-C: the deployment goes on
 */
export async function watch(context: Context, options: WatchOptions): Promise<Watched> {
  const { aws, output, lifetime, place, howToDeploy } = context;
  const deadline = Date.now() + options.timeoutMs;
  const toldEvents = new Set(options.earlier.events?.map(({ id = "" }) => id));
  const toldReasons = new Set<string>();
  let failed = 0;
  for (let waitMs = POLL_MS.first; ; waitMs = Math.min(waitMs * 1.25, POLL_MS.longest)) {
    const service = await lifetime.until(readService(aws, place, howToDeploy));
    for (const event of newEvents(service, toldEvents)) output.terminal.line(`    ${event}`);
    output.step(progressOf(service, options.revision));
    const failedNow = deploymentOf(service, options.revision)?.failedTasks ?? 0;
    if (failedNow > failed) {
      failed = failedNow;
      const reasons = await lifetime.until(reasonsOfStoppedTasks(aws, place, options));
      for (const reason of reasons.filter((one) => !toldReasons.has(one)))
        output.terminal.warn(`task stopped: ${reason}`);
      for (const reason of reasons) toldReasons.add(reason);
    }
    const verdict = await lifetime.until(verdictOf(context, options, service));
    if (verdict.state !== "ongoing") return { verdict, service };
    if (Date.now() + waitMs > deadline) return { verdict: { state: "timed out" }, service };
    await lifetime.until(sleep(waitMs));
  }
}

async function verdictOf({ aws, place }: Context, options: WatchOptions, service: Service): Promise<Verdict> {
  const { serviceDeployment, deployment, revision, before } = options;
  if (serviceDeployment === undefined) return judgeByDeployments({ revision, id: deployment }, before, service);
  const [watched] = await describeServiceDeployments(aws, [serviceDeployment]);
  if (!watched) return { state: "superseded", by: service.taskDefinition ?? "" };
  // Asked only where it matters: whether another one came after it.
  const newest = watched.status === "STOPPED" ? (await listServiceDeployments(aws, place, { limit: 1 }))?.[0] : watched;
  return judge(watched, newest ?? watched, service);
}

function deploymentOf({ deployments = [] }: Service, revision: string) {
  return deployments.find(({ taskDefinition }) => taskDefinition === revision);
}

function progressOf(service: Service, revision: string): string {
  const own = deploymentOf(service, revision);
  const serving = service.deployments?.find(({ status }) => status === "PRIMARY");
  if (!own || own !== serving) {
    const { desiredCount = 0, runningCount = 0, taskDefinition = "" } = serving ?? {};
    return `back to ${lastPart(taskDefinition)}: ${runningCount} of ${desiredCount} tasks run`;
  }
  const { desiredCount = 0, runningCount = 0, pendingCount = 0, failedTasks = 0, rolloutState = "" } = own;
  const others = (service.deployments ?? []).filter((one) => one !== own);
  const old = others.reduce((sum, one) => sum + (one.runningCount ?? 0), 0);
  const parts = [
    `${runningCount} of ${desiredCount} tasks of ${lastPart(revision)} run`,
    ...(pendingCount > 0 ? [`${pendingCount} start`] : []),
    ...(failedTasks > 0 ? [`${failedTasks} failed`] : []),
    ...(old > 0 ? [`${old} of the revision before`] : []),
  ];
  return `${rolloutState || "deploying"}: ${parts.join(", ")}`;
}
