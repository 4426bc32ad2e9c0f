import { messageOf } from "../../../tools/failure";
import type { State } from "../state";

/** Some sections of the state, and how to read them. */
export interface Reading {
  /** For the message where it fails. */
  readonly name: string;
  /** Fewest milliseconds from one time to the next. */
  readonly everyMs: number;
  readonly read: () => Promise<Partial<State>> | Partial<State>;
}

/** Shortest time from one message of changes to the next: two a second. */
const FLUSH_MS = 500;

/** A reading rests for this many times as long as it took, so that a busy machine is not kept busy by being looked at. */
const REST_FACTOR = 3;

type Changes = Partial<State>;

type Listener = (changes: Changes) => void;

/** Reads the state while somebody looks, and tells them what has changed. Nothing is read while nobody does. */
export class Collector {
  readonly #listeners = new Set<Listener>();
  readonly #written = new Map<string, string>();
  readonly #faults = new Map<string, string>();
  #state: Changes = {};
  #pending: Record<string, unknown> = {};
  #flush: NodeJS.Timeout | undefined;
  /** Another one for each time that somebody begins to look. */
  #watch: object | undefined;
  readonly #resting = new Set<() => void>();

  constructor(private readonly readings: readonly Reading[]) {}

  /** All that is known; of a moment ago, where nobody has looked in between. */
  get state(): Changes {
    return this.#state;
  }

  /** Tells of each change until the function that is returned is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (!this.#watch) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Reads everything now: somebody has just changed something. */
  wake(): void {
    for (const end of this.#resting) end();
  }

  /** Takes over sections that were not read but told. */
  tell(sections: Changes): void {
    for (const [name, value] of Object.entries(sections)) {
      const text = JSON.stringify(value);
      if (this.#written.get(name) === text) continue;
      this.#written.set(name, text);
      this.#state = { ...this.#state, [name]: value };
      if (this.#listeners.size > 0) this.#pending[name] = value;
    }
    if (Object.keys(this.#pending).length > 0) this.#flush ??= setTimeout(() => this.#send(), FLUSH_MS);
  }

  /** Reads nothing any more. */
  close(): void {
    this.#watch = undefined;
    this.wake();
    clearTimeout(this.#flush);
    this.#flush = undefined;
    this.#pending = {};
  }

  #start(): void {
    const watch = {};
    this.#watch = watch;
    for (const reading of this.readings) void this.#repeat(reading, () => this.#watch === watch);
  }

  async #repeat(reading: Reading, isWatched: () => boolean): Promise<void> {
    while (isWatched()) {
      const startedAt = performance.now();
      const sections = await this.#read(reading);
      if (!isWatched()) return;
      this.tell({ ...sections, faults: [...this.#faults.values()] });
      const tookMs = performance.now() - startedAt;
      await this.#rest(Math.max(reading.everyMs - tookMs, tookMs * REST_FACTOR));
    }
  }

  /** Waits, unless it is woken. */
  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#resting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#resting.add(end);
    });
  }

  async #read({ name, read }: Reading): Promise<Changes> {
    try {
      const sections = await read();
      this.#faults.delete(name);
      return sections;
    } catch (error) {
      this.#faults.set(name, `${name}: ${messageOf(error)}`);
      return {};
    }
  }

  #send(): void {
    this.#flush = undefined;
    const changes = this.#pending;
    this.#pending = {};
    for (const listener of this.#listeners) listener(changes);
  }
}
