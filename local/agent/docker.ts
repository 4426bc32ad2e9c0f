import { isIPv4 } from "node:net";
import { Failure } from "../../tools/failure";
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

/** The address at which containers in the engine's default network reach this machine. @throws Failure */
export async function bridgeAddress(): Promise<string> {
  const inspected = await docker(["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]);
  const address = inspected.stdout.trim();
  if (inspected.status === 0 && isIPv4(address)) return address;
  throw new Failure(`the container engine's network "bridge" has no address of this machine: ${wordsOf(inspected)}`);
}
