import { randomUUID } from "node:crypto";
import type { Statements, Transactions } from "@express-on-ecs/kit/mysql";
import type { Message } from "./message";

/** A message that a worker has to send now. */
export interface ClaimedRow {
  /** The idempotency key of the message. */
  readonly id: string;
  /** JSON of a {@link Message}. */
  readonly message: string;
  /** Of the request that it tells about. */
  readonly requestId: string;
  /** How often it was claimed, this time included: who has an older number has lost it. */
  readonly attempts: number;
}

/** Rows that can be claimed at once. */
export const BATCH = 10;

/**
 * How long a row belongs to who has claimed it: longer than it takes to send a message and to store that. A worker that was
 * killed leaves its rows to others after this time.
 */
const LEASE_SECONDS = 20;

/** As many placeholders always, so that there is one statement to prepare. */
const PLACES = Array.from({ length: BATCH }, () => "?").join(", ");
const padded = (ids: readonly string[]) => Array.from({ length: BATCH }, (_, index) => ids[index] ?? "");

/** Stores a message to be sent, in the transaction of what it tells about. */
export async function addToOutbox(statements: Statements, message: Message, requestId: string): Promise<void> {
  await statements.write("INSERT INTO outbox (id, message, request_id) VALUES (?, ?, ?)", [
    randomUUID(),
    JSON.stringify(message),
    requestId,
  ]);
}

/** Claims the rows that have been due for the longest time; none that another worker has, or is about to have. */
export function claim(database: Transactions, limit: number): Promise<readonly ClaimedRow[]> {
  return database.transaction(async (statements) => {
    const due = await statements.read<ClaimedRow>(
      `SELECT id, message, request_id AS requestId, attempts + 1 AS attempts FROM outbox
      WHERE state = 'waiting' AND due_at <= NOW(3) AND (locked_until IS NULL OR locked_until <= NOW(3))
      ORDER BY due_at LIMIT ${Math.min(limit, BATCH)} FOR UPDATE SKIP LOCKED`,
    );
    if (due.length > 0) {
      await statements.write(
        `UPDATE outbox SET attempts = attempts + 1, locked_until = NOW(3) + INTERVAL ${LEASE_SECONDS} SECOND WHERE id IN (${PLACES})`,
        padded(due.map(({ id }) => id)),
      );
    }
    return due;
  });
}

/** Removes messages that were sent; whoever has claimed them by now, they are. */
export async function remove(statements: Statements, ids: readonly string[]): Promise<void> {
  await statements.write(`DELETE FROM outbox WHERE id IN (${PLACES})`, padded(ids));
}

/** Gives a row back, due in a while. */
export async function postpone(statements: Statements, row: ClaimedRow, milliseconds: number): Promise<void> {
  await statements.write(
    "UPDATE outbox SET due_at = NOW(3) + INTERVAL ? MICROSECOND, locked_until = NULL WHERE id = ? AND attempts = ?",
    [Math.round(milliseconds) * 1000, row.id, row.attempts],
  );
}

/** Puts a row aside that can never be sent; it stays for a person to look at. */
export async function park(statements: Statements, row: ClaimedRow): Promise<void> {
  await statements.write("UPDATE outbox SET state = 'failed', locked_until = NULL WHERE id = ? AND attempts = ?", [
    row.id,
    row.attempts,
  ]);
}
