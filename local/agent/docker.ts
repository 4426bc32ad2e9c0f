import { type Captured, type CaptureOptions, capture } from "../../tools/processes/capture";
import { Lifetime } from "../../tools/processes/lifetime";

const CALL_BOUND_MS = 60_000;

/** Calls of the engine end by themselves: at the end of a run, containers have still to be stopped and removed. */
const calls = new Lifetime();

/** Runs a command of the engine. @param options by default, it has 60 s */
export function docker(args: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  return capture(calls, "docker", args, { timeoutMs: CALL_BOUND_MS, ...options });
}

/** Why a command failed. */
export function wordsOf({ stderr, reason }: Captured): string {
  return stderr.trim() || `docker ${reason}`;
}
