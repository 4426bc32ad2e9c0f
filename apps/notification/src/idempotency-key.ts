import { Problem } from "@express-on-ecs/kit/problem";

/** What a tag of SES may have, too. Source: Amazon SES API v2, "MessageTag". */
const KEY = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Reads the header `Idempotency-Key`.
 *
 * @returns `undefined` without the header
 * @throws Problem 400
 */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || KEY.test(header)) return header;
  throw new Problem(
    400,
    'the header "Idempotency-Key" does not fit; allowed: 1 to 64 letters, digits, "_" and "-", such as a UUID, once',
  );
}
