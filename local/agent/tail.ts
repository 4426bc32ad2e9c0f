import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const LINES = 3;

const BYTES = 4_096;

/** The last lines of a log, below what is said about them; nothing where there are none. */
export function tailOf(log: string): string {
  const lines = endOf(log).trimEnd().split("\n").slice(-LINES);
  return lines.join("") === "" ? "" : [`; its log ends (${log}):`, ...lines].join("\n      ");
}

function endOf(log: string): string {
  let file: number | undefined;
  try {
    file = openSync(log, "r");
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, BYTES));
    readSync(file, end, 0, end.length, size - end.length);
    return end.toString();
  } catch {
    // The folder of a run is removed at its end.
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
