import { type Peer, type PeerAnswer, PeerUnavailable } from "@express-on-ecs/kit/peer";
import { retryAfterMilliseconds } from "./backoff";
import type { ClaimedRow } from "./outbox";

/** What became of a message. */
export type Outcome =
  | { readonly kind: "sent" }
  /** It can never be sent, such as it is. */
  | { readonly kind: "refused"; readonly status: number }
  | {
      readonly kind: "later";
      /** For the log: a status, or a code such as ECONNREFUSED. */
      readonly reason: string;
      /** Whether others would fare the same at the moment. */
      readonly down: boolean;
      /** Milliseconds, as the answer says; 0 without. */
      readonly retryAfter: number;
    };

/**
 * Longer than notification tries to send a mail (10 s). What it does after that is no loss: the same message comes again with
 * the same key.
 */
const TIMEOUT_MILLISECONDS = 11_000;

/**
 * What notification answers to a message that is none for it: not well-formed, too large, no JSON, or another one under the
 * same key. 401, 403, 404 and the like are not among them: so answers a load balancer that does not let this service
 * through, and no mail is to be lost for that.
 */
const REFUSED: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** What is about this very message: it is being sent already, or came too slowly. */
const OF_THE_MESSAGE: ReadonlySet<number> = new Set([408, 409, 425]);

/** What an answer means. */
export function outcomeOf({ status, headers }: Pick<PeerAnswer, "status" | "headers">): Outcome {
  if (status === 200) return { kind: "sent" };
  if (REFUSED.has(status)) return { kind: "refused", status };
  const retryAfter = retryAfterMilliseconds(headers.get("retry-after"));
  return { kind: "later", reason: `status ${status}`, down: !OF_THE_MESSAGE.has(status), retryAfter };
}

/** Asks notification to send a message. @param signal gives up: whether it was sent is not known then */
export async function deliver(
  notification: Pick<Peer, "request">,
  row: ClaimedRow,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const answer = await notification.request("/notification/send", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": row.id, "x-request-id": row.requestId },
      body: row.message,
      timeoutMs: TIMEOUT_MILLISECONDS,
      signal,
    });
    return outcomeOf(answer);
  } catch (error) {
    if (!(error instanceof PeerUnavailable)) throw error;
    return { kind: "later", reason: error.reason, down: true, retryAfter: 0 };
  }
}
