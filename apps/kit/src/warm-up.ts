import { setImmediate as otherWork } from "node:timers/promises";
import type { Logger } from "pino";

/** Something to load before the first request needs it. */
export interface WarmUp {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/** Runs one after the other, with requests in between. One that fails is logged; who needs it is told so by itself. */
export async function warmUp(warmUps: readonly WarmUp[], logger: Pick<Logger, "error">): Promise<void> {
  for (const { name, run } of warmUps) {
    await otherWork();
    await run().catch((error: unknown) => logger.error({ err: error, warmUp: name }, "warm-up failed"));
  }
}
