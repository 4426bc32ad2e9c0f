import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { Failure } from "../../../tools/failure";
import type { Revision } from "../aws/revisions";
import { capacityProviderStrategyOf, primaryTaskSet, readTasks } from "../aws/services";
import type { Context } from "../context";
import { POLL_MS, TIMEOUT_SECONDS } from "../deployment/follow";
import { EXIT } from "../exit-status";
import { hasSucceeded, requireExit } from "./exit";

/** A task that is run once. */
export interface OneOff {
  /** What it does, in one word: part of `startedBy`, by which it is found again. */
  readonly name: "migrate" | "seed" | "prepare-database";
  /** The beginning of a sentence: `the migrations of employee`. */
  readonly what: string;
  readonly revision: Revision;
  /** In place of the container's own command. */
  readonly command?: readonly string[];
  /** Whether it is run once more where it has succeeded already. */
  readonly again: boolean;
  readonly service: Service;
  /** How long it is waited for. @default 900 */
  readonly timeoutSeconds: number | undefined;
}

/** How many former tasks of one client token are passed over: AWS knows a token for a day. */
const FORMER_MAX = 20;

/** How long ECS tells of a task that has stopped. Source: ECS API Reference, DescribeTasks. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Length of a client token. Source: ECS API Reference, RunTask: 64 characters at most. */
const TOKEN_LENGTH = 64;

/**
 * Runs a task of the service and waits for its exit status 0. Where the task runs already, because whoever started it was
 * killed, it is waited for.
 *
 * @throws Unsuccessful with status 1 where it fails, with why and what it logged last; with 5 where the time is up
 */
export async function runOnce(context: Context, oneOff: OneOff): Promise<void> {
  const { lifetime, output } = context;
  const { what } = oneOff;
  const former = await lifetime.until(formerTasks(context, oneOff));
  const done = former.find((task) => !oneOff.again && hasSucceeded(context, task));
  if (done) {
    output.terminal.done(what, `done before, by task ${lastPart(done.taskArn)}`);
    return;
  }
  const alive = former.find(({ lastStatus }) => lastStatus !== "STOPPED");
  const started = alive ?? (await lifetime.until(start(context, oneOff, former)));
  const { service, timeoutSeconds = TIMEOUT_SECONDS } = oneOff;
  const ended = await waitFor(context, started, { what, timeoutSeconds });
  await lifetime.until(requireExit(context, ended, { what, service, timeoutSeconds }));
  output.terminal.done(what, `done by task ${lastPart(ended.taskArn)}`);
}

/** What ECS still knows of earlier runs: it forgets a task an hour after its end. */
async function formerTasks({ aws, place }: Context, { name, revision }: OneOff): Promise<readonly Task[]> {
  const { cluster } = place;
  const { family } = revision;
  const [running, stopped] = await Promise.all([
    readTasks(aws, { cluster, family, desiredStatus: "RUNNING" }),
    readTasks(aws, { cluster, family, desiredStatus: "STOPPED" }),
  ]);
  // One that stopped between the two answers is in both.
  const all = new Map([...running, ...stopped].map((task) => [task.taskArn, task]));
  return [...all.values()].filter(
    (task) => task.taskDefinitionArn === revision.arn && task.startedBy === startedBy(name),
  );
}

/**
 * Starts the task. The client token is made of what is asked for and of the tasks before: whoever asks again, after a lost
 * answer or a kill, gets the same task, and whoever asks after it has failed gets a new one.
 */
async function start(context: Context, oneOff: OneOff, before: readonly Task[]): Promise<Task> {
  const { aws } = context;
  const request = requestOf(context, oneOff);
  const known = before.map(({ taskArn = "" }) => taskArn);
  for (let former = 0; former < FORMER_MAX; former++) {
    const clientToken = tokenOf(request, known);
    const { tasks = [], failures = [] } = await aws.call("ecs:RunTask", () =>
      aws.ecs.send(new RunTaskCommand({ ...request, clientToken })),
    );
    const [task] = tasks;
    if (!task?.taskArn) {
      const why = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": ")).join("; ");
      throw new Failure(`${oneOff.what} cannot start: ${why || "ECS gives no reason"}`, EXIT.failed);
    }
    const started = (await describeTask(context, task.taskArn)) ?? (isForgotten(task) ? undefined : task);
    if (started) {
      aws.changes.push(`started task ${lastPart(task.taskArn)} of ${lastPart(oneOff.revision.arn)}`);
      return started;
    }
    // Of a run that ECS has forgotten, but for its token.
    known.push(task.taskArn);
  }
  throw new Failure(`${oneOff.what} cannot start: ECS names tasks that it does not know; try again later`, EXIT.aws);
}

function requestOf({ place, names }: Context, { name, revision, command, service }: OneOff): RunTaskCommandInput {
  const strategy = capacityProviderStrategyOf(service);
  const primary = primaryTaskSet(service);
  const network = service.networkConfiguration ?? primary?.networkConfiguration;
  const launchType = service.launchType ?? primary?.launchType;
  const overrides = command && { containerOverrides: [{ name: names.container, command: [...command] }] };
  return {
    cluster: place.cluster,
    taskDefinition: revision.arn,
    count: 1,
    startedBy: startedBy(name),
    ...(network && { networkConfiguration: network }),
    ...(strategy.length > 0 ? { capacityProviderStrategy: [...strategy] } : launchType && { launchType }),
    ...(overrides && { overrides }),
  };
}

/** A task that was just made may not be known everywhere yet; an old one is known no longer. */
function isForgotten({ createdAt }: Task): boolean {
  return createdAt !== undefined && Date.now() - createdAt.getTime() > FORGOTTEN_AFTER_MS;
}

function tokenOf(request: RunTaskCommandInput, before: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([request, before.toSorted()]))
    .digest("hex")
    .slice(0, TOKEN_LENGTH);
}

function startedBy(name: OneOff["name"]): string {
  return `release/${name}`;
}

async function describeTask({ aws, place }: Context, task: string): Promise<Task | undefined> {
  const { tasks = [] } = await aws.call("ecs:DescribeTasks", () =>
    aws.ecs.send(new DescribeTasksCommand({ cluster: place.cluster, tasks: [task] })),
  );
  return tasks[0];
}

/** The task at its end; as it is where the time is up. */
async function waitFor(
  context: Context,
  started: Task,
  { what, timeoutSeconds }: { readonly what: string; readonly timeoutSeconds: number },
): Promise<Task> {
  const { lifetime, output } = context;
  const deadline = Date.now() + timeoutSeconds * 1_000;
  let task = started;
  for (let waitMs = POLL_MS.first; ; waitMs = Math.min(waitMs * 1.25, POLL_MS.longest)) {
    output.step(`${what}: task ${lastPart(task.taskArn)} is ${task.lastStatus}`);
    if (task.lastStatus === "STOPPED" || Date.now() + waitMs > deadline) return task;
    await lifetime.until(sleep(waitMs));
    task = (await lifetime.until(describeTask(context, started.taskArn ?? ""))) ?? task;
  }
}
