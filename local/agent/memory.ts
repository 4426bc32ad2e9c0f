import { childrenOf, readProc } from "./proc";

const BYTES_PER_KIB = 1_024;

/**
 * Memory in bytes of a process and of what its main thread started: what nobody can take back from them. Pages of files
 * (the program itself) are not counted: a container's memory is not full because of them. Linux only.
 */
export function memoryOf(pid: number): number {
  const own = readProc(`${pid}/status`).matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm);
  const bytes = [...own].reduce((sum, [, kib]) => sum + Number(kib) * BYTES_PER_KIB, 0);
  return bytes + memoryOfChildren(pid);
}

export function memoryOfChildren(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), 0);
}
