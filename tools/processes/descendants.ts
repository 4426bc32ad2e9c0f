import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * The processes below a process, children first. Terraform needs it: the CDKTF CLI starts it on a pseudo-terminal of its
 * own, so that it is in no process group that a signal to the CLI's group would reach.
 */
export function descendants(pid: number): readonly number[] {
  const parents = parentsByPid();
  const found: number[] = [];
  for (let level = [pid]; level.length > 0; ) {
    level = [...parents].filter(([, parent]) => level.includes(parent)).map(([child]) => child);
    found.push(...level);
  }
  return found;
}

/** Whether a process runs. One that has ended and waits for its parent to notice does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  const stat = statOf(pid);
  // Where process 1 is no init (in a container), nobody ever collects the children of a process that was killed. One that
  // has just been collected has no state any more.
  return stat !== undefined && stat.state !== "Z";
}

function parentsByPid(): ReadonlyMap<number, number> {
  return process.platform === "linux" ? parentsFromProc() : parentsFromPs();
}

/** Slim container images have no `ps`. */
function parentsFromProc(): ReadonlyMap<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const stat = statOf(Number(name));
    if (stat) parents.set(Number(name), stat.parent);
  }
  return parents;
}

function statOf(pid: number): { state: string | undefined; parent: number } | undefined {
  try {
    // "PID (NAME) STATE PPID ...", and NAME may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    // The process has ended in the meantime.
    return undefined;
  }
}

function parentsFromPs(): ReadonlyMap<number, number> {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  return new Map(lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]));
}
