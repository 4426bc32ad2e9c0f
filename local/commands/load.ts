import type { Terminal } from "../../tools/terminal/terminal";
import { LoadGenerator } from "../load/generator";
import { LOAD_LIMITS, type LoadPlan, type LoadShape, loopbackUrl } from "../load/plan";
import { routeOfService, type ServiceRoute } from "../load/service-route";
import { countsOf, type Latency, type LoadOutcome } from "../load/tally";
import { type CommandOptions, type Context, misuse, wholeNumber } from "./command";

const CLIENTS = 10;

const PROGRESS_MS = 1_000;

/** Sends requests to a service for a while, and tells what became of them. */
export async function loadService(context: Context, args: readonly string[], options: CommandOptions): Promise<void> {
  const { lifetime, terminal } = context;
  const [target] = args;
  if (!target || args.length > 1) throw misuse("load takes one service, or one URL");
  const shape = readShape(options);
  const seconds = wholeNumber("--seconds", options.seconds, LOAD_LIMITS.seconds.min, LOAD_LIMITS.seconds.max);
  const plan: LoadPlan = { ...(await lifetime.until(whereTo(context, target))), shape, seconds };
  terminal.line(`${inWords(shape)} to ${plan.url}${plan.host ? ` (Host: ${plan.host})` : ""} for ${seconds} s`);
  const generator = new LoadGenerator(plan);
  const timer = setInterval(() => terminal.progress(progressOf(generator.outcome, seconds)), PROGRESS_MS);
  const outcome = await generator.run(lifetime.signal).finally(() => clearInterval(timer));
  printOutcome(terminal, outcome);
  lifetime.signal.throwIfAborted();
}

async function whereTo(context: Context, target: string): Promise<ServiceRoute> {
  return target.includes("://") ? { url: loopbackUrl(target), host: undefined } : routeOfService(context, target);
}

function readShape({ clients, rate }: Pick<CommandOptions, "clients" | "rate">): LoadShape {
  if (clients !== undefined && rate !== undefined) {
    throw misuse(
      "--clients and --rate are two ways to say how much: clients that each wait for their answer, or requests a second whatever the answers",
    );
  }
  if (rate !== undefined) return { rate: wholeNumber("--rate", rate, LOAD_LIMITS.rate.min, LOAD_LIMITS.rate.max) };
  const { min, max } = LOAD_LIMITS.clients;
  return { clients: wholeNumber("--clients", clients ?? String(CLIENTS), min, max) };
}

function inWords(shape: LoadShape): string {
  return "rate" in shape ? `${shape.rate} requests a second` : `${shape.clients} clients, one request each at a time,`;
}

function progressOf(outcome: LoadOutcome, seconds: number): string {
  const { requests, failed } = countsOf(outcome);
  const p95 = outcome.latency ? `, p95 ${milliseconds(outcome.latency.p95)}` : "";
  return `${Math.round(outcome.seconds)} s of ${seconds}: ${requests} requests, ${failed} failed${p95}`;
}

/** Prints what became of each request. */
export function printOutcome(terminal: Terminal, outcome: LoadOutcome): void {
  const { statuses, failures, skipped, latency, seconds } = outcome;
  const { requests, failed } = countsOf(outcome);
  const skippedRow = skipped > 0 ? [["not sent: too many under way", String(skipped)]] : [];
  const rows = [...Object.entries(statuses), ...Object.entries(failures)].map(([what, count]) => [what, String(count)]);
  terminal.table(["answer", "requests"], [...rows, ...skippedRow]);
  terminal.line();
  const rate = seconds > 0 ? Math.round(requests / seconds) : 0;
  terminal.line(`${requests} requests in ${seconds.toFixed(1)} s: ${rate} a second, ${failed} failed`);
  if (latency) terminal.line(`answered within: ${latencyInWords(latency)}`);
}

function latencyInWords({ p50, p95, p99, max }: Latency): string {
  return `${milliseconds(p50)} (half), ${milliseconds(p95)} (p95), ${milliseconds(p99)} (p99), ${milliseconds(max)} (all)`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
