import { readFileSync } from "node:fs";

const BYTES_PER_KIB = 1_024;

/**
 * Memory in bytes of a process and of what its main thread started: what nobody can take back from them. Pages of files
 * (the program itself) are not counted: a container's memory is not full because of them. Linux only.
 */
export function memoryOf(pid: number): number {
  const own = read(`/proc/${pid}/status`).matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm);
  const bytes = [...own].reduce((sum, [, kib]) => sum + Number(kib) * BYTES_PER_KIB, 0);
  return bytes + memoryOfChildren(pid);
}

export function memoryOfChildren(pid: number): number {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean);
  return children.reduce((sum, child) => sum + memoryOf(Number(child)), 0);
}

/** Nothing of a process that has ended in the meantime. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
