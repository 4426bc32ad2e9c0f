import { setTimeout as sleep } from "node:timers/promises";
import type { ShutdownHook } from "@express-on-ecs/kit/lifecycle";
import type { Statements, Transactions } from "@express-on-ecs/kit/mysql";
import { DatabaseUnavailable } from "@express-on-ecs/kit/mysql-fault";
import type { Peer } from "@express-on-ecs/kit/peer";
import type { Logger } from "pino";
import { backoff } from "./backoff";
import { deliver, type Outcome } from "./delivery";
import { BATCH, type ClaimedRow, claim, park, postpone, remove } from "./outbox";

/** What a worker needs. */
export interface WorkerParts {
  readonly database: Statements & Transactions;
  readonly notification: Pick<Peer, "request">;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  /** Messages a second, at most. */
  readonly mailsPerSecond: number;
}

/** How often to look for rows that are due again, or that another task has left: mails of this task's users go at once. */
const POLL_MILLISECONDS = 1000;

/** Few messages at a time, often: requests wait behind a burst of ten. */
const BATCHES_PER_SECOND = 5;

/** How long to wait until the next round, and whether a new row ends the wait. */
interface Pause {
  readonly milliseconds: number;
  readonly untilNudged: boolean;
}

/**
 * Sends what is in the outbox, at least once each: claims a few rows, asks notification for each, removes those that were
 * sent. Several tasks do so side by side. While notification takes nothing, one row at a time is tried, ever more rarely.
 */
export class OutboxWorker {
  readonly #parts: WorkerParts;
  readonly #giveUp = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #stopping = false;
  /** A row was added since the last look. */
  #nudged = false;
  #wake: () => void = () => undefined;
  /** Rounds in a row in which notification took nothing. */
  #failures = 0;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Begins to send. */
  start(): void {
    this.#running = this.#run();
  }

  /** Says that there is a new row: committed. */
  nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  /**
   * Ends the batch under way and sends no more; rows without an answer in time are given back.
   *
   * @param graceMilliseconds for the answers
   */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#stopping = true;
    this.#wake();
    const timer = setTimeout(() => this.#giveUp.abort(), graceMilliseconds);
    await this.#running;
    clearTimeout(timer);
  }

  /** Stops the worker after the last request; before the database. */
  shutdownHook(graceMilliseconds: number): ShutdownHook {
    return { name: "outbox", run: () => this.stop(graceMilliseconds) };
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const pause = await this.#round().catch((error) => this.#failed(error));
      await this.#wait(pause);
    }
  }

  /** The rows claimed stay so until their lease is over: then they are sent again, under the same key. */
  #failed(error: unknown): Pause {
    // The pool has told that already.
    if (!(error instanceof DatabaseUnavailable))
      this.#parts.logger.error({ err: error }, "the outbox could not be worked on");
    return { milliseconds: POLL_MILLISECONDS, untilNudged: false };
  }

  /** Rows to claim at once. */
  get #batch(): number {
    return Math.min(BATCH, Math.max(1, Math.round(this.#parts.mailsPerSecond / BATCHES_PER_SECOND)));
  }

  async #round(): Promise<Pause> {
    const startedAt = performance.now();
    this.#nudged = false;
    const limit = this.#failures > 0 ? 1 : this.#batch;
    const rows = await claim(this.#parts.database, limit);
    if (rows.length === 0) return { milliseconds: POLL_MILLISECONDS * (0.75 + Math.random() / 2), untilNudged: true };
    const { notification } = this.#parts;
    const outcomes = await Promise.all(rows.map((row) => deliver(notification, row, this.#giveUp.signal)));
    await this.#settle(rows, outcomes);
    const pace = (rows.length * 1000) / this.#parts.mailsPerSecond - (performance.now() - startedAt);
    return { milliseconds: Math.max(pace, this.#pauseAfter(outcomes)), untilNudged: false };
  }

  /** Stores what became of the messages, those first that would be sent twice. */
  async #settle(rows: readonly ClaimedRow[], outcomes: readonly Outcome[]): Promise<void> {
    const { database, logger } = this.#parts;
    const sent = rows.filter((_, index) => outcomes[index]?.kind === "sent");
    if (sent.length > 0) {
      await remove(
        database,
        sent.map(({ id }) => id),
      );
    }
    for (const [index, row] of rows.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === "later") {
        await postpone(database, row, this.#stopping ? 0 : backoff(row.attempts, outcome.retryAfter));
      }
      if (outcome?.kind === "refused") {
        logger.error({ outbox: row.id, status: outcome.status }, "notification refuses a message: it will not be sent");
        await park(database, row);
      }
    }
  }

  /** Milliseconds to leave notification alone. */
  #pauseAfter(outcomes: readonly Outcome[]): number {
    const { logger } = this.#parts;
    const down = outcomes.filter((outcome) => outcome.kind === "later").filter((outcome) => outcome.down);
    const [first] = down;
    if (!first) {
      if (this.#failures > 0) logger.info("notification takes messages again");
      this.#failures = 0;
      return 0;
    }
    // What was given up for the end of the task says nothing of notification.
    if (this.#failures === 0 && !this.#stopping)
      logger.warn({ reason: first.reason }, "notification takes no messages");
    this.#failures++;
    return backoff(this.#failures, Math.max(...down.map(({ retryAfter }) => retryAfter)));
  }

  async #wait({ milliseconds, untilNudged }: Pause): Promise<void> {
    if (this.#stopping || milliseconds <= 0 || (untilNudged && this.#nudged)) return;
    const ended = new AbortController();
    this.#wake = () => {
      if (this.#stopping || untilNudged) ended.abort();
    };
    await sleep(milliseconds, undefined, { signal: ended.signal }).catch(() => undefined);
  }
}
