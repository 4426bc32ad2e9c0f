import { readFileSync } from "node:fs";

/** A file of /proc. Nothing of a process that has ended in the meantime, and nothing where there is no /proc. */
export function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** The processes that the main thread of a process has started and that are still there. */
export function childrenOf(pid: number): readonly number[] {
  return readProc(`${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean).map(Number);
}
