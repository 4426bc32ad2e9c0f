import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "@aws-sdk/client-ecs";
import type { Context } from "../context";
import type { Look, Rollout, Verdict } from "./deployer";
import { type DeployedTasks, newEvents, reasonsOfStoppedTasks } from "./reasons";

/** First time between two looks, and the longest: each is a quarter longer than the last. */
export const POLL_MS = { first: 250, longest: 3_000 };

/** How long a deployment is followed where nobody says, apart from what it waits for on purpose. */
export const TIMEOUT_SECONDS = 900;

export interface FollowOptions {
  /** The service before: its events are not told. */
  readonly earlier: Service;
  /** @default 900, and what the deployment waits for on purpose */
  readonly timeoutSeconds: number | undefined;
}

/** How a deployment ended, and the service as it was then. */
export interface Followed {
  readonly verdict: Verdict | { readonly state: "timed out" };
  readonly service: Service;
  /** Whose tasks they are. */
  readonly tasks: DeployedTasks;
  /** How long it was followed at most. */
  readonly timeoutSeconds: number;
}

/**
 * Follows one deployment to its end. Tells where it stands, the service's events, and why tasks stop, each when it changes.
 *
 * @throws Interrupted at Ctrl-C: the deployment goes on
 */
export async function follow(context: Context, rollout: Rollout, options: FollowOptions): Promise<Followed> {
  const { output, lifetime } = context;
  const timeoutSeconds = options.timeoutSeconds ?? TIMEOUT_SECONDS + rollout.waits.seconds;
  tellWaits(context, rollout, timeoutSeconds);
  const deadline = Date.now() + timeoutSeconds * 1_000;
  const toldEvents = new Set(options.earlier.events?.map(({ id = "" }) => id));
  const told = new Set<string>();
  for (let waitMs = POLL_MS.first; ; waitMs = Math.min(waitMs * 1.25, POLL_MS.longest)) {
    const look = await lifetime.until(rollout.look());
    const { verdict, service, tasks } = look;
    for (const event of newEvents(service, toldEvents)) output.terminal.line(`    ${event}`);
    for (const step of firstTold(look.steps, told)) output.terminal.line(`    ${step}`);
    output.step(look.step);
    await tellReasons(context, look, told);
    if (verdict.state !== "ongoing") return { verdict, service, tasks, timeoutSeconds };
    if (Date.now() + waitMs > deadline) return { verdict: { state: "timed out" }, service, tasks, timeoutSeconds };
    await lifetime.until(sleep(waitMs));
  }
}

/** Nobody is to wonder why it takes so long. */
function tellWaits({ output }: Context, { waits }: Rollout, timeoutSeconds: number): void {
  if (waits.words.length === 0) return;
  output.terminal.line(`    followed for ${timeoutSeconds} s at most; it waits on purpose: ${waits.words.join(", ")}`);
}

async function tellReasons({ aws, place, lifetime, output }: Context, look: Look, told: Set<string>): Promise<void> {
  if (!look.mayHaveFailed) return;
  const reasons = await lifetime.until(reasonsOfStoppedTasks(aws, place, look.tasks));
  for (const reason of firstTold(reasons, told)) output.terminal.warn(`task stopped: ${reason}`);
}

/** Those that were not told yet. @param told what was: added to */
function firstTold(texts: readonly string[], told: Set<string>): readonly string[] {
  const fresh = texts.filter((text) => !told.has(text));
  for (const text of fresh) told.add(text);
  return fresh;
}
