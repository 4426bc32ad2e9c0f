import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../../tools/failure";
import { isRunning } from "../../tools/processes/descendants";
import type { Lifetime } from "../../tools/processes/lifetime";

/**
 * Keeps others from doing the same at the same time, until this command ends, however it does: a lock of a process that is
 * gone is none.
 *
 * @param file holds the id of the process
 * @throws Failure where another process has it
 */
export function takeLock(lifetime: Lifetime, file: string, what: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const holder = holderOf(file);
  if (holder !== undefined && !isRunning(holder)) rmSync(file, { force: true });
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch {
    throw new Failure(`${what} by another command (process ${holderOf(file)}): wait for its end, or end it`);
  }
  lifetime.onEnd(() => rmSync(file, { force: true }));
}

/** Nobody as long as the one who has made the file has not written into it. */
function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}
