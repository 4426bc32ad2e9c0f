const BASE_MILLISECONDS = 100;
const CAP_MILLISECONDS = 2000;

/**
 * How long to wait after a failed attempt: anything up to a bound that doubles, so that many who failed together do not come
 * back together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (full jitter).
 *
 * @param failures how many attempts have failed, from 1
 * @param random from 0 to 1, for tests
 * @returns milliseconds
 */
export function fullJitter(failures: number, random: () => number = Math.random): number {
  return random() * Math.min(CAP_MILLISECONDS, BASE_MILLISECONDS * 2 ** (failures - 1));
}
