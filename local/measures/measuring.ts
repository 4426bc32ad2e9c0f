import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Measures } from "../cloud/view";
import { measureSeconds } from "./pace";
import { type MeasuredTask, TaskMeasures } from "./task-measures";

const MS_PER_SECOND = 1_000;

export interface MeasuringOptions {
  readonly lifetime: Lifetime;
  /** Address of the emulator. */
  readonly url: string;
  /** How many times as fast as a clock the minutes of CloudWatch pass. */
  readonly timeScale: number;
  /** Those that run. */
  readonly tasks: () => readonly MeasuredTask[];
  /** What load balancers have counted since they were asked for last. */
  readonly requests: () => Pick<Measures, "targets" | "loadBalancers">;
  readonly say: (text: string) => void;
}

/** Tells the emulator's control plane what tasks use and load balancers serve, several times a minute of CloudWatch. */
export class Measuring {
  readonly #tasks = new TaskMeasures();
  #since = performance.now();
  #hasComplained = false;

  constructor(private readonly options: MeasuringOptions) {}

  /** Ends with the lifetime. */
  async run(): Promise<void> {
    const { signal } = this.options.lifetime;
    const pauseMs = measureSeconds(this.options.timeScale) * MS_PER_SECOND;
    while (!signal.aborted) {
      // However long a measure takes, the next one is taken when its time has come.
      await sleep(Math.max(0, this.#since + pauseMs - performance.now()), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#send(await this.#take());
    }
  }

  async #take(): Promise<Measures> {
    const now = performance.now();
    const seconds = (now - this.#since) / MS_PER_SECOND;
    this.#since = now;
    return { seconds, tasks: await this.#tasks.take(this.options.tasks()), ...this.options.requests() };
  }

  /** A measure that does not arrive is lost: CloudWatch has gaps too, and the next one is of the next seconds. */
  async #send(measures: Measures): Promise<void> {
    const { url, lifetime } = this.options;
    try {
      const body = JSON.stringify(measures);
      const response = await fetch(`${url}/_local/measures`, { method: "POST", body, signal: lifetime.signal });
      const answer = await response.text();
      if (response.ok) this.#hasComplained = false;
      else this.#complain(`were refused (${response.status}): ${answer}`);
    } catch (error) {
      this.#complain(`could not be sent: ${messageOf(error)}`);
    }
  }

  /** Once, until one arrives again. */
  #complain(what: string): void {
    const { lifetime, say } = this.options;
    if (!this.#hasComplained && !lifetime.signal.aborted) say(`measures for CloudWatch ${what}`);
    this.#hasComplained = true;
  }
}
