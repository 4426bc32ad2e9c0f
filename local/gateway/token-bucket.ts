import type { ViewThrottle } from "../cloud/view";

/**
 * The throttle of a stage: a bucket that holds `burst` requests, and gets `rate` a second.
 *
 * Source: "Throttle requests to your HTTP APIs for better throughput in API Gateway".
 */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds of a clock that only goes on */
  constructor(
    private readonly throttle: ViewThrottle,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#tokens = throttle.burst;
    this.#filledAt = now();
  }

  /** Whether one more request may pass. */
  take(): boolean {
    const { rate, burst } = this.throttle;
    const now = this.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1_000) * rate);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Whether it has these limits. */
  is({ rate, burst }: ViewThrottle): boolean {
    return this.throttle.rate === rate && this.throttle.burst === burst;
  }
}
