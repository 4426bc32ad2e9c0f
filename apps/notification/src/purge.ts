import type { ShutdownHook } from "@express-on-ecs/kit/lifecycle";
import type { Logger } from "pino";
import { type Deliveries, PURGE_ROWS } from "./deliveries";
import { pause } from "./pause";

const PAUSE_MILLISECONDS = 200;
const INTERVAL_MILLISECONDS = 10 * 60_000;
const FIRST_WITHIN_MILLISECONDS = 60_000;

/** Forgets old keys, a batch at a time, for as long as the service runs. Several tasks do it side by side: it does no harm. */
export class Purge {
  readonly #stopped = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(
    private readonly deliveries: Pick<Deliveries, "purge">,
    private readonly logger: Pick<Logger, "info" | "warn">,
    private readonly random: () => number = Math.random,
  ) {}

  /** Begins at a moment within the first minute, so that tasks that were started together do not purge together. */
  start(): this {
    this.#done = this.#run();
    return this;
  }

  /** Ends it: the batch under way is finished. */
  get shutdownHook(): ShutdownHook {
    const run = () => {
      this.#stopped.abort();
      return this.#done;
    };
    return { name: "purge", run };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let milliseconds = this.random() * FIRST_WITHIN_MILLISECONDS;
    while (await pause(milliseconds, signal)) {
      await this.#purge();
      milliseconds = INTERVAL_MILLISECONDS;
    }
  }

  async #purge(): Promise<void> {
    try {
      let removed = 0;
      let batch: number;
      do {
        batch = await this.deliveries.purge();
        removed += batch;
      } while (batch === PURGE_ROWS && (await pause(PAUSE_MILLISECONDS, this.#stopped.signal)));
      if (removed > 0) this.logger.info({ removed }, "old keys forgotten");
    } catch (error) {
      this.logger.warn({ err: error }, "old keys could not be forgotten; the next try follows");
    }
  }
}
