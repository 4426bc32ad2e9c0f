/** Values that somebody waits for by a key, each handed over once. */
export class Awaited<Value> {
  readonly #waiting = new Map<string, (value: Value) => void>();

  /** Whether nobody waits: then a key need not be found out. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /** The value as soon as it is there; `undefined` where that takes longer than `boundMs`. */
  until(key: string, boundMs: number): Promise<Value | undefined> {
    return new Promise((resolve) => {
      const end = (value?: Value) => {
        clearTimeout(timer);
        this.#waiting.delete(key);
        resolve(value);
      };
      const timer = setTimeout(end, boundMs);
      this.#waiting.set(key, end);
    });
  }

  hand(key: string, value: Value): void {
    this.#waiting.get(key)?.(value);
  }
}
