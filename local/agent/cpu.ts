import { childrenOf, readProc } from "./proc";

/** Ticks a second of the times in /proc: USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Where the fields of `stat` are that follow the name. Source: proc_pid_stat(5), fields 14 to 17. */
const FIELDS = { user: 11, system: 12, endedUser: 13, endedSystem: 14 } as const;

/**
 * Processor time in seconds of a process and of what its main thread started. That of a child which has ended is its
 * parent's, who has waited for it. Linux only: 0 elsewhere.
 */
export function cpuOf(pid: number): number {
  const { user, system } = FIELDS;
  return secondsOf(pid, user, system) + cpuOfChildren(pid);
}

/** The same without the process itself. */
export function cpuOfChildren(pid: number): number {
  const { endedUser, endedSystem } = FIELDS;
  const running = childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0);
  return running + secondsOf(pid, endedUser, endedSystem);
}

function secondsOf(pid: number, ...fields: readonly number[]): number {
  const stat = readProc(`${pid}/stat`);
  // "PID (NAME) STATE PPID ...", and NAME may hold spaces and brackets.
  const values = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.reduce((sum, field) => sum + Number(values[field] ?? 0), 0) / TICKS_PER_SECOND;
}

/** The readings of a counter that never falls. A child that ends while it is read is in neither of two readings. */
export function neverFalling(read: () => number): () => number {
  let highest = 0;
  return () => {
    highest = Math.max(highest, read());
    return highest;
  };
}
