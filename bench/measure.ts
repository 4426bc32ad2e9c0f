import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { aimInWords, type Figure, isReached, keep } from "./report/figures";

/** A program to time as a whole process. */
export interface Command {
  readonly name: string;
  readonly args: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a command once. @returns seconds @throws with what it printed when it does not end with 0 */
export async function time({ name, args: [program, ...args], cwd, environment }: Command): Promise<number> {
  const started = performance.now();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${output.trim()}`);
  return (performance.now() - started) / 1000;
}

/**
 * Times commands in turn (A B C, A B C, ...), so that a machine that gets slower is slower for all, after one round that
 * does not count.
 * @returns seconds of each round, a list for each command
 */
export async function timeInTurn(commands: readonly Command[], rounds: number): Promise<number[][]> {
  const seconds: number[][] = commands.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const taken = await time(command);
      if (round > 0) seconds[index]?.push(taken);
    }
  }
  return seconds;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One line of the report: what, how much, and how much was aimed for. */
export function report(what: string, value: number, unit: string, goal: number): void {
  tell({ name: what, value, unit, aim: { atMost: goal } });
}

/** The same for what is to be large: a share of something else. */
export function reportAtLeast(what: string, value: number, goal: number): void {
  tell({ name: what, value, unit: "", aim: { atLeast: goal } });
}

/** The same for what nothing is promised of. */
export function record(what: string, value: number, unit: string): void {
  tell({ name: what, value, unit });
}

function tell(figure: Figure): void {
  keep(figure);
  const { name, value, unit, aim } = figure;
  const goal = aim && ` (goal: ${aimInWords(aim, unit)}, ${isReached(figure) ? "reached" : "MISSED"})`;
  console.log(`${name.padEnd(58)} ${value.toFixed(3).padStart(8)} ${unit.padEnd(2)}${goal ?? ""}`.trimEnd());
}
