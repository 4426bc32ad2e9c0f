/**
 * Remembers for a moment that something does not answer, so that not everybody who asks has to wait for a timeout to learn
 * it: after a failure nobody may try until the pause is over, then one may; what it learns holds for all.
 */
export class CircuitBreaker {
  #failed = false;
  #retryAt = 0;
  #trying = false;

  /**
   * @param pauseMilliseconds how long after a failure the next may try
   * @param now a clock in milliseconds, for tests
   */
  constructor(
    private readonly pauseMilliseconds: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether to try. Who may has to tell the outcome. */
  mayTry(): boolean {
    if (!this.#failed) return true;
    if (this.#trying || this.now() < this.#retryAt) return false;
    this.#trying = true;
    return true;
  }

  /** Nothing was learned: another may try. */
  undecided(): void {
    this.#trying = false;
  }

  /** @returns whether this ended an outage */
  succeeded(): boolean {
    const ended = this.#failed;
    this.#failed = false;
    this.#trying = false;
    return ended;
  }

  /** @returns whether this began an outage */
  failed(): boolean {
    const began = !this.#failed;
    this.#failed = true;
    this.#trying = false;
    this.#retryAt = this.now() + this.pauseMilliseconds;
    return began;
  }
}
