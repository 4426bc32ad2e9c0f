import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchApp } from "./app";
import { benchApps } from "./apps/apps";
import { benchLoadBalancer } from "./load-balancer";
import { benchOutbox } from "./outbox";
import { benchRelease } from "./release";
import { BENCHMARK_NAMES, type BenchmarkName } from "./report/descriptions";
import { markdownOf } from "./report/markdown";
import {
  type BenchmarkReport,
  describeMachine,
  mergeReports,
  originOf,
  type Report,
  readReport,
  runBenchmark,
  writeReport,
} from "./report/report";
import { benchScale } from "./scale/scale";
import { benchStart } from "./start";
import { benchSuppliers } from "./suppliers";
import { benchSynth } from "./synth";
import { benchToken } from "./token";

const ROOT = join(import.meta.dirname, "..");
const REPORT_FILE = join(ROOT, ".local/bench/report.json");
const COMMITTED = join(ROOT, "docs/benchmarks.json");
const PAGE = join(ROOT, "docs/benchmarks.md");

const BENCHES: Readonly<Record<BenchmarkName, () => Promise<void>>> = {
  synth: benchSynth,
  scale: benchScale,
  start: benchStart,
  "load-balancer": benchLoadBalancer,
  app: benchApp,
  apps: benchApps,
  release: benchRelease,
  suppliers: benchSuppliers,
  outbox: benchOutbox,
  token: benchToken,
};

/** `npm run bench [-- NAME ...] [--write]`: all by default. */
async function main(args: readonly string[]): Promise<number> {
  const { wanted, write, fault } = parse(args);
  if (fault !== undefined) {
    console.error(fault);
    return 2;
  }
  const [machine, origin] = [describeMachine(), originOf(ROOT, args)];
  const benchmarks: BenchmarkReport[] = [];
  for (const name of BENCHMARK_NAMES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n${name}`);
    const benchmark = await runBenchmark(name, origin, BENCHES[name]);
    tell(benchmark);
    benchmarks.push(benchmark);
    // After each: for who ends it half way, and because some empty the folder.
    writeReport(REPORT_FILE, { machine, benchmarks });
  }
  console.log(`\nin all ${benchmarks.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s; ${REPORT_FILE}`);
  if (write) writePage({ machine, benchmarks });
  const failed = benchmarks.filter(({ failure }) => failure !== undefined).map(({ name }) => name);
  if (failed.length === 0) return 0;
  console.error(`failed: ${failed.join(", ")}`);
  return 1;
}

/** The committed figures; of benchmarks that were not run now, those of an earlier run on such a machine. */
function writePage(report: Report): void {
  const merged = mergeReports(existsSync(COMMITTED) ? readReport(COMMITTED) : undefined, report);
  writeReport(COMMITTED, merged);
  writeFileSync(PAGE, markdownOf(merged));
}

interface Arguments {
  readonly wanted: readonly string[];
  readonly write: boolean;
  readonly fault?: string;
}

function parse(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { write: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const unknown = positionals.filter((name) => !(name in BENCHES));
    const known = BENCHMARK_NAMES.join(", ");
    return {
      wanted: positionals,
      write: values.write,
      ...(unknown.length > 0 && { fault: `unknown benchmark ${unknown.join(", ")}; there are: ${known}` }),
    };
  } catch (error) {
    // `parseArgs` says which option there is not.
    return { wanted: [], write: false, fault: `${(error as Error).message}; allowed: NAME ... and --write` };
  }
}

function tell({ seconds, failure, loaded, loadAverage }: BenchmarkReport): void {
  console.log(`  took ${seconds.toFixed(0)} s`);
  if (loaded) console.log(`  the machine was busy (load average ${loadAverage.toFixed(1)} at the start): a hint only`);
  if (failure !== undefined) console.error(`  FAILED: ${failure}`);
}

process.exitCode = await main(process.argv.slice(2));
