import { readdirSync, readFileSync } from "node:fs";

/**
 * Seconds that the processor has worked for a process, in all of its threads: what others do on a busy machine is no part of
 * them, as it is of the time that has passed. Linux only: NaN elsewhere.
 */
export function processorSeconds(pid: number | undefined): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const worked = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]));
    return worked.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
  } catch {
    return Number.NaN;
  }
}
