/** A clock that stands still until a test moves it. */
export class ManualClock {
  #time = 0;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  readonly now = (): number => this.#time;

  readonly pause = (milliseconds: number): Promise<void> =>
    new Promise((wake) => this.#sleepers.push({ until: this.#time + milliseconds, wake }));

  /** How many wait for it. */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  advance(milliseconds: number): void {
    this.#time += milliseconds;
    const due = this.#sleepers.filter(({ until }) => until <= this.#time);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#time);
    for (const { wake } of due) wake();
  }
}
