/** There is no place left: the work was not taken. */
export class QueueFull extends Error {
  override readonly name = "QueueFull";
}

/** Does so much work at a time, lets so much wait, and refuses the rest: what waits is bounded, and so is the memory. */
export class WorkQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #whenIdle: (() => void)[] = [];

  constructor(private readonly bounds: { readonly concurrency: number; readonly waiting: number }) {}

  /**
   * Does the work, as soon as there is a place for it; first come, first served.
   *
   * @throws QueueFull at once
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#place();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Resolves when nothing is done and nothing waits. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #place(): Promise<void> {
    if (this.#running < this.bounds.concurrency) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.length >= this.bounds.waiting) return Promise.reject(new QueueFull());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes to the next one directly: somebody who comes now must not be faster than who waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) {
      next();
      return;
    }
    this.#running--;
    if (this.#running === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
