import { setImmediate as otherWork } from "node:timers/promises";
import type { Logger } from "pino";

/** What is logged when the first request has nothing to wait for any more. */
export const WARM = "warmed up";

/** Something to load before the first request needs it. */
export interface WarmUp {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/**
 * Runs one after the other, with requests in between, and logs when nothing is left to load. One that fails is logged; who needs
 * it is told so by itself.
 */
export async function warmUp(warmUps: readonly WarmUp[], logger: Pick<Logger, "info" | "error">): Promise<void> {
  const startedAt = performance.now();
  for (const { name, run } of warmUps) {
    await otherWork();
    await run().catch((error: unknown) => logger.error({ err: error, warmUp: name }, "warm-up failed"));
  }
  logger.info({ milliseconds: Math.round(performance.now() - startedAt) }, WARM);
}
