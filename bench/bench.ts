import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchApp } from "./app";
import { benchApps } from "./apps/apps";
import { benchLoadBalancer } from "./load-balancer";
import { benchOutbox } from "./outbox";
import { benchRelease } from "./release";
import { markdownOf } from "./report/markdown";
import { type BenchmarkReport, beginReport, runBenchmark, writeReport } from "./report/report";
import { benchScale } from "./scale/scale";
import { benchStart } from "./start";
import { benchSuppliers } from "./suppliers";
import { benchSynth } from "./synth";
import { benchToken } from "./token";

const ROOT = join(import.meta.dirname, "..");
const REPORT_FILE = join(ROOT, ".local/bench/report.json");
const PAGE = join(ROOT, "docs/benchmarks.md");

/** In the order in which they run: those that wait most of the time, and so heat the machine least, are not first. */
const BENCHES = {
  synth: { run: benchSynth, what: "Synthesis of this repository's stacks." },
  scale: {
    run: benchScale,
    what: "Generated services, half of them on instances and half on Fargate, 50 in a group, which is a stack.",
  },
  start: {
    run: benchStart,
    what: "`npm start -- --system jenkins-ecs`, the updates of a service in it, and `terraform apply` of the same stacks.",
  },
  "load-balancer": { run: benchLoadBalancer, what: "The load balancer of this machine, in front of service-a." },
  app: { run: benchApp, what: "service-a, bundled as in its image, with its log." },
  apps: { run: benchApps, what: "Every service, bundled as in its image: size, start, memory, requests." },
  release: { run: benchRelease, what: "The release program, against the original's six steps in a shell script." },
  suppliers: { run: benchSuppliers, what: "The list of 100,000 coffee suppliers, one task." },
  outbox: { run: benchOutbox, what: "Creating users, one task whose pool of connections is at its bound." },
  token: { run: benchToken, what: "The check of tokens in service-b, against the same bundle without it." },
};

/** `npm run bench [-- NAME ...] [--write]`: all by default. */
async function main(args: readonly string[]): Promise<number> {
  const { wanted, write, fault } = parse(args);
  if (fault !== undefined) {
    console.error(fault);
    return 2;
  }
  const begun = beginReport(ROOT, args);
  const benchmarks: BenchmarkReport[] = [];
  for (const [name, { run }] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n${name}`);
    const benchmark = await runBenchmark(name, run);
    tell(benchmark);
    benchmarks.push(benchmark);
    // After each: for who ends it half way, and because some empty the folder.
    writeReport(REPORT_FILE, { ...begun, benchmarks });
  }
  console.log(`\nin all ${benchmarks.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s; ${REPORT_FILE}`);
  const descriptions = Object.fromEntries(Object.entries(BENCHES).map(([name, { what }]) => [name, what]));
  if (write) writeFileSync(PAGE, markdownOf({ ...begun, benchmarks }, descriptions));
  const failed = benchmarks.filter(({ failure }) => failure !== undefined).map(({ name }) => name);
  if (failed.length === 0) return 0;
  console.error(`failed: ${failed.join(", ")}`);
  return 1;
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
    const known = Object.keys(BENCHES).join(", ");
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
