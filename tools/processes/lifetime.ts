import { setMaxListeners } from "node:events";
import { Interrupted } from "../failure";
import { ProcessGroup, type StartOptions } from "./process-group";

type Cleanup = () => void | Promise<void>;

/**
 * What a command started and has to end again. Everything that starts a process or opens a server does so through it;
 * once the end has begun, nothing new can be started.
 */
export class Lifetime {
  readonly #controller = new AbortController();
  readonly #cleanups: Cleanup[] = [];
  readonly #groups = new Set<ProcessGroup>();

  constructor() {
    // Everything that can be interrupted listens, and that is no leak.
    setMaxListeners(0, this.signal);
  }

  /** Aborted when the command has to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Asks everything that is awaited through `until` to give up. */
  interrupt(): void {
    this.#controller.abort(new Interrupted("interrupted"));
  }

  /** Runs `cleanup` at the end, before the cleanups that were registered earlier. */
  onEnd(cleanup: Cleanup): void {
    this.signal.throwIfAborted();
    this.#cleanups.push(cleanup);
  }

  /** Starts a program that ends with this lifetime at the latest. @throws Interrupted once the end has begun */
  start(command: string, args: readonly string[], options: StartOptions = {}): ProcessGroup {
    this.signal.throwIfAborted();
    const group = new ProcessGroup(command, args, options);
    this.#groups.add(group);
    void group.exited.then(() => this.#groups.delete(group));
    return group;
  }

  /** The result of `work`, unless the command has to end before that. @throws Interrupted */
  async until<T>(work: Promise<T>): Promise<T> {
    // The loser of the race may fail later, with nobody left to hear of it.
    work.catch(() => undefined);
    this.signal.throwIfAborted();
    let stop = (): void => undefined;
    const interrupted = new Promise<never>((_, reject) => {
      stop = () => reject(this.signal.reason);
      this.signal.addEventListener("abort", stop);
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
  }

  /** Ends everything, the latest first; then whatever still runs. */
  async end(): Promise<void> {
    this.interrupt();
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) await cleanup();
    await Promise.all([...this.#groups].map((group) => group.stop()));
  }

  /** Ends every process at once, without asking. */
  kill(): void {
    this.interrupt();
    for (const group of this.#groups) group.kill();
  }
}
