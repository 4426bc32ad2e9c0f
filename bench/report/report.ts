import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { BENCHMARK_NAMES, type BenchmarkName } from "./descriptions";
import { isReached, takeFigures } from "./figures";

/** Processes that want to run for each core, from which on a machine is busy with something else. */
const BUSY_PER_CORE = 0.5;

const GIB = 1024 ** 3;

const aim = z.union([z.strictObject({ atMost: z.number() }), z.strictObject({ atLeast: z.number() })]);

const figure = z.strictObject({
  name: z.string().min(1),
  value: z.number(),
  unit: z.string(),
  aim: aim.optional(),
  /** Absent where nothing was aimed for. */
  reached: z.boolean().optional(),
});

/** Where figures come from. */
const origin = z.strictObject({
  /** ISO 8601, of the start of the command. */
  date: z.iso.datetime(),
  command: z.string(),
  /** Commit of the working tree, with `, changed` where it was changed; absent outside of a repository. */
  commit: z.string().optional(),
});

const benchmark = origin.extend({
  name: z.string().min(1),
  seconds: z.number(),
  /** Of the minute before it began. */
  loadAverage: z.number(),
  /** Whether the machine did something else: its figures are no more than a hint. */
  loaded: z.boolean(),
  figures: z.array(figure),
  /** Why it ended early; absent where it did not. */
  failure: z.string().optional(),
});

const machine = z.strictObject({
  processor: z.string(),
  cores: z.int().min(1),
  memoryGiB: z.number(),
  operatingSystem: z.string(),
  node: z.string(),
});

/** `.local/bench/report.json`: what one `npm run bench` has measured; `docs/benchmarks.json`: the newest of each. */
export const reportSchema = z.strictObject({ machine, benchmarks: z.array(benchmark) });

export type Report = z.infer<typeof reportSchema>;
export type BenchmarkReport = Report["benchmarks"][number];
export type Origin = z.infer<typeof origin>;

/** @param args of the command */
export function originOf(root: string, args: readonly string[]): Origin {
  const commit = commitOf(root);
  return {
    date: new Date().toISOString(),
    command: ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
    ...(commit !== undefined && { commit }),
  };
}

/** The figures of a run, and those that an earlier one on such a machine has of other benchmarks. */
export function mergeReports(earlier: Report | undefined, { machine, benchmarks }: Report): Report {
  const isSame = earlier && isDeepStrictEqual(earlier.machine, machine);
  const others = isSame ? earlier.benchmarks.filter(({ name }) => !benchmarks.some((one) => one.name === name)) : [];
  const place = ({ name }: BenchmarkReport) => BENCHMARK_NAMES.indexOf(name as BenchmarkName);
  return { machine, benchmarks: [...others, ...benchmarks].sort((a, b) => place(a) - place(b)) };
}

/** Runs a benchmark, and tells what it has measured; one that fails keeps the figures that it had. */
export async function runBenchmark(name: string, origin: Origin, bench: () => Promise<void>): Promise<BenchmarkReport> {
  const [loadAverage = 0] = loadavg();
  const started = performance.now();
  takeFigures();
  let failure: string | undefined;
  try {
    await bench();
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return {
    ...origin,
    name,
    seconds: (performance.now() - started) / 1_000,
    loadAverage,
    loaded: loadAverage > BUSY_PER_CORE * availableParallelism(),
    figures: takeFigures().map((measured) => {
      const reached = isReached(measured);
      return { ...measured, ...(reached !== undefined && { reached }) };
    }),
    ...(failure !== undefined && { failure }),
  };
}

/** @throws where the file is none */
export const readReport = (file: string): Report => reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));

export function writeReport(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`);
}

/** Nothing that tells whose machine it is. */
export function describeMachine(): Report["machine"] {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / GIB),
    operatingSystem: `${platform()} ${release().split(".").slice(0, 2).join(".")} ${arch()}`,
    node: process.versions.node,
  };
}

function commitOf(root: string): string | undefined {
  const git = (...args: readonly string[]) => execFileSync("git", [...args], { cwd: root, encoding: "utf8" }).trim();
  try {
    const commit = git("rev-parse", "--short", "HEAD");
    return git("status", "--porcelain") === "" ? commit : `${commit}, changed`;
  } catch {
    return undefined;
  }
}
