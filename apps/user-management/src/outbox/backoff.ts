const FIRST_MILLISECONDS = 200;
const LONGEST_MILLISECONDS = 10_000;
/** More than a service that means well asks for: a wrong header must not hold mails back for days. */
const LONGEST_RETRY_AFTER_MILLISECONDS = 5 * 60_000;

/**
 * How long to wait after a number of failures, in milliseconds: twice as long each time, 10 s at most, and of that the first
 * half and a random part of the second, so that tasks that failed together don't try together.
 *
 * @param retryAfter what the other side asked for, in milliseconds: the least. @default 0
 * @param random gives a number from 0 to 1, for tests
 */
export function backoff(failures: number, retryAfter = 0, random: () => number = Math.random): number {
  const half = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (failures - 1)) / 2;
  return Math.max(half, Math.min(retryAfter, LONGEST_RETRY_AFTER_MILLISECONDS)) + half * random();
}

/**
 * Reads the header `Retry-After`: seconds, or a date. Source: RFC 9110, 10.2.3.
 *
 * @returns milliseconds; 0 without one, and for what is none
 */
export function retryAfterMilliseconds(header: string | null, now: number = Date.now()): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
