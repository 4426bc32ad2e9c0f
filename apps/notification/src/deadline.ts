/** A moment by which something has to be done, on a clock that nobody sets. */
export class Deadline {
  readonly #at: number;

  /** @param now a clock in milliseconds, for tests */
  constructor(
    milliseconds: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#at = now() + milliseconds;
  }

  /** Whole milliseconds until then, as `AbortSignal.timeout` wants them; 0 when it has passed. */
  get left(): number {
    return Math.max(0, Math.floor(this.#at - this.now()));
  }
}
