import { randomUUID } from "node:crypto";
import type { Statements } from "@express-on-ecs/kit/mysql";
import { StatementRefused } from "@express-on-ecs/kit/mysql-fault";

/** How long a key belongs to who is sending its mail: longer than sending may take, or two would send it. */
export const LEASE_MILLISECONDS = 15_000;
/** How long a key is remembered. */
export const REMEMBERED_DAYS = 7;
/** Rows that one statement removes: it holds their locks for milliseconds. */
export const PURGE_ROWS = 500;

const MESSAGE_ID_LENGTH = 128;

/** A key that is ours until the lease is over. */
export interface Claim {
  readonly kind: "claimed";
  readonly key: string;
  /** Of this claim and no other. */
  readonly token: string;
}

/** What became of the wish to send the mail of a key. */
export type ClaimOutcome =
  | Claim
  /** It is sent. */
  | { readonly kind: "sent"; readonly messageId: string }
  /** Somebody is sending it, or began to and died. */
  | { readonly kind: "busy"; readonly leftMilliseconds: number }
  /** It was another mail's. */
  | { readonly kind: "other mail" };

interface Row {
  readonly body_hash: string;
  readonly state: "sending" | "sent";
  readonly message_id: string | null;
  readonly left_milliseconds: number;
}

// All times are the database's: clocks of tasks differ. While a mail is being sent, message_id has the token of the claim.
const LEASE = `NOW(3) + INTERVAL ${LEASE_MILLISECONDS * 1000} MICROSECOND`;
const INSERT =
  "INSERT INTO notification_deliveries (idempotency_key, body_hash, state, message_id, lease_until, created_at) " +
  `VALUES (?, ?, 'sending', ?, ${LEASE}, NOW(3))`;
const TAKE_OVER =
  `UPDATE notification_deliveries SET message_id = ?, lease_until = ${LEASE} ` +
  "WHERE idempotency_key = ? AND body_hash = ? AND state = 'sending' AND lease_until <= NOW(3)";
const READ =
  "SELECT body_hash, state, message_id, TIMESTAMPDIFF(MICROSECOND, NOW(3), lease_until) DIV 1000 AS left_milliseconds " +
  "FROM notification_deliveries WHERE idempotency_key = ?";
// Without the token: a mail that was sent is sent, whoever has the key by now.
const RECORD =
  "UPDATE notification_deliveries SET state = 'sent', message_id = ? WHERE idempotency_key = ? AND state = 'sending'";
const RELEASE =
  "UPDATE notification_deliveries SET lease_until = NOW(3) " +
  "WHERE idempotency_key = ? AND state = 'sending' AND message_id = ?";
const PURGE =
  `DELETE FROM notification_deliveries WHERE created_at < NOW(3) - INTERVAL ${REMEMBERED_DAYS} DAY ` +
  `AND lease_until < NOW(3) ORDER BY created_at LIMIT ${PURGE_ROWS}`;

/**
 * The keys of mails, in the table `notification_deliveries`: each is claimed by one sender at a time.
 *
 * A sender that dies leaves its key to the next one when the lease is over. If it died after SES had taken the mail and before
 * that was recorded, the mail is sent a second time, with the same key: the one way to a second mail.
 *
 * Every method throws DatabaseUnavailable (503).
 */
export class Deliveries {
  constructor(private readonly database: Statements) {}

  /** Claims a key for a mail. @param bodyHash of the mail */
  async claim(key: string, bodyHash: string): Promise<ClaimOutcome> {
    const claim: Claim = { kind: "claimed", key, token: randomUUID() };
    if (await this.#insert(claim, bodyHash)) return claim;
    if ((await this.database.write(TAKE_OVER, [claim.token, key, bodyHash])).rows === 1) return claim;
    const [row] = await this.database.read<Row>(READ, [key]);
    // Purged this very moment.
    if (!row) return { kind: "busy", leftMilliseconds: 0 };
    if (row.body_hash !== bodyHash) return { kind: "other mail" };
    if (row.state === "sent") return { kind: "sent", messageId: row.message_id ?? "" };
    return { kind: "busy", leftMilliseconds: Math.max(0, Number(row.left_milliseconds)) };
  }

  /** SES has taken the mail. */
  async record({ key }: Claim, messageId: string): Promise<void> {
    await this.database.write(RECORD, [messageId.slice(0, MESSAGE_ID_LENGTH), key]);
  }

  /** The mail was not sent: the next who wants to need not wait until the lease is over. */
  async release({ key, token }: Claim): Promise<void> {
    await this.database.write(RELEASE, [key, token]);
  }

  /** Forgets the oldest keys, at most {@link PURGE_ROWS}. @returns how many */
  async purge(): Promise<number> {
    return (await this.database.write(PURGE)).rows;
  }

  async #insert({ key, token }: Claim, bodyHash: string): Promise<boolean> {
    try {
      return (await this.database.write(INSERT, [key, bodyHash, token])).rows === 1;
    } catch (error) {
      if (error instanceof StatementRefused && error.kind === "duplicate") return false;
      throw error;
    }
  }
}
