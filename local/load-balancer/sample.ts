/** Values of a stream that may be any length: all of them, or so many at most that are evenly far from each other. */
export class Sample {
  #values: number[] = [];
  #seen = 0;
  /** Every so many of the stream are kept. */
  #stride = 1;

  /** @param most an even number */
  constructor(private readonly most: number) {}

  get values(): readonly number[] {
    return this.#values;
  }

  add(value: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    if (this.#values.length === this.most) {
      this.#values = this.#values.filter((_, index) => index % 2 === 0);
      this.#stride *= 2;
    }
    this.#values.push(value);
  }
}
