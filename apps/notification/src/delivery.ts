import { randomUUID } from "node:crypto";
import { Problem } from "@express-on-ecs/kit/problem";
import type { Logger } from "pino";
import { fullJitter } from "./backoff";
import { Deadline } from "./deadline";
import type { Claim, ClaimOutcome, Deliveries } from "./deliveries";
import type { Mailer } from "./mailer";
import { hashOf, type Message } from "./message";
import { pause } from "./pause";
import { countOf } from "./recipients";
import { QueueFull, type WorkQueue } from "./work-queue";

/**
 * How long sending a mail may take, from its request on: waiting for a place, and all attempts. Shorter than the lease of its
 * key, and than what a task has to finish requests after SIGTERM.
 */
export const SEND_MILLISECONDS = 10_000;
/** How long to try to record a mail that is sent. */
export const RECORD_MILLISECONDS = 5000;
/** Mails sent at a time, and requests that wait for their turn. SES takes 14 mails a second of a new account. */
export const QUEUE_BOUNDS = { concurrency: 8, waiting: 100 } as const;

const FULL_RETRY_AFTER_SECONDS = 2;
/** Who sends it is mostly done in a moment; of one who died the lease has to end. */
const LONGEST_BUSY_RETRY_AFTER_SECONDS = 5;

/** The answer to who sent a mail. */
export interface Sent {
  /** SES's. */
  readonly messageId: string;
  readonly status: "sent" | "already-sent";
}

/** What a mail is sent with. */
export interface DeliveryParts {
  readonly deliveries: Pick<Deliveries, "claim" | "record" | "release">;
  readonly mailer: Pick<Mailer, "send">;
  readonly queue: Pick<WorkQueue, "run">;
}

const retryAfter = (seconds: number) => ({ "Retry-After": String(seconds) });

function queueFull(): Problem {
  const { concurrency, waiting } = QUEUE_BOUNDS;
  return new Problem(
    429,
    `the queue is full: ${concurrency} mails are being sent and ${waiting} wait; the mail was not taken, try again later`,
    retryAfter(FULL_RETRY_AFTER_SECONDS),
  );
}

function refusal(outcome: Exclude<ClaimOutcome, { kind: "claimed" | "sent" }>): Problem {
  if (outcome.kind === "other mail") {
    return new Problem(
      422,
      'the key of the header "Idempotency-Key" was used for another mail; allowed: the same mail again, or a new key',
    );
  }
  const seconds = Math.ceil(outcome.leftMilliseconds / 1000);
  const bounded = Math.min(LONGEST_BUSY_RETRY_AFTER_SECONDS, Math.max(1, seconds));
  return new Problem(409, "the mail with this key is being sent at this moment; try again later", retryAfter(bounded));
}

/** Sends mails, each once. */
export class Delivery {
  constructor(private readonly parts: DeliveryParts) {}

  /**
   * Sends a mail when its turn comes. Nothing is remembered that nobody waits for: who is not told that the mail was sent has
   * to try again.
   *
   * @param key of the mail. @default a second call sends a second mail
   * @throws Problem 429 (the queue is full), 409 (the key is in use), 422 (the key of another mail, or refused by SES), 503
   */
  async send(message: Message, key: string | undefined, logger: Logger): Promise<Sent> {
    const deadline = new Deadline(SEND_MILLISECONDS);
    try {
      return await this.parts.queue.run(() =>
        key === undefined
          ? this.#mail(message, randomUUID(), deadline, logger)
          : this.#once(message, key, deadline, logger),
      );
    } catch (error) {
      throw error instanceof QueueFull ? queueFull() : error;
    }
  }

  async #mail(message: Message, key: string, deadline: Deadline, logger: Logger): Promise<Sent> {
    const messageId = await this.parts.mailer.send(message, key, deadline, logger);
    logger.info({ key, messageId, recipients: countOf(message.recipients) }, "mail sent");
    return { messageId, status: "sent" };
  }

  async #once(message: Message, key: string, deadline: Deadline, logger: Logger): Promise<Sent> {
    const outcome = await this.parts.deliveries.claim(key, hashOf(message));
    if (outcome.kind === "sent") return { messageId: outcome.messageId, status: "already-sent" };
    if (outcome.kind !== "claimed") throw refusal(outcome);
    const sent = await this.#mail(message, key, deadline, logger).catch(async (error: unknown) => {
      await this.#release(outcome, logger);
      throw error;
    });
    await this.#record(outcome, sent.messageId, logger);
    return sent;
  }

  /** Tries for a while. After that it is answered all the same: to say that it was not sent would make a second mail certain. */
  async #record(claim: Claim, messageId: string, logger: Logger): Promise<void> {
    const deadline = new Deadline(RECORD_MILLISECONDS);
    for (let failures = 1; ; failures++) {
      try {
        return await this.parts.deliveries.record(claim, messageId);
      } catch (error) {
        const milliseconds = fullJitter(failures);
        if (deadline.left <= milliseconds) {
          logger.error({ key: claim.key, err: error }, "mail sent, but not recorded: the same key sends it again");
          return;
        }
        await pause(milliseconds);
      }
    }
  }

  async #release(claim: Claim, logger: Logger): Promise<void> {
    await this.parts.deliveries.release(claim).catch((error: unknown) => {
      logger.warn({ key: claim.key, err: error }, "the key could not be released: it is free when its lease is over");
    });
  }
}
