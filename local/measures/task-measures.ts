import type { Usage } from "../agent/runtime";
import type { TaskMeasure } from "../cloud/view";

/** A task that runs on this machine. */
export interface MeasuredTask {
  readonly view: { readonly arn: string };
  /** `undefined` where it cannot be told. */
  usage(): Promise<Usage | undefined>;
}

/** What tasks use from one measure to the next. */
export class TaskMeasures {
  /** Processor time at the last measure, by task. */
  #cpuSeconds: ReadonlyMap<string, number> = new Map();

  /** Of those that can tell. A task that is new has used all of its processor time since the last measure. */
  async take(tasks: readonly MeasuredTask[]): Promise<readonly TaskMeasure[]> {
    const read = await Promise.all(tasks.map(async (task) => ({ arn: task.view.arn, usage: await task.usage() })));
    const known = read.flatMap(({ arn, usage }) => (usage ? [{ arn, ...usage }] : []));
    const before = this.#cpuSeconds;
    // One that could not tell this time may be able to the next time.
    const unknown = read.filter(({ arn, usage }) => !usage && before.has(arn));
    this.#cpuSeconds = new Map([
      ...unknown.map(({ arn }) => [arn, before.get(arn) ?? 0] as const),
      ...known.map(({ arn, cpuSeconds }) => [arn, cpuSeconds] as const),
    ]);
    return known.map(({ arn, cpuSeconds, memoryBytes }) => ({
      arn,
      cpuSeconds: Math.max(0, cpuSeconds - (before.get(arn) ?? 0)),
      memoryBytes,
    }));
  }
}
