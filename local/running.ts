import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { Failure, USAGE_STATUS } from "../tools/failure";
import { isAbandoned, RUNS } from "./run-folder";

const FILE = "running.json";

const schema = z.object({
  emulatorUrl: z.url(),
  region: z.string(),
  runtime: z.enum(["process", "docker"]),
  /** How many times as fast as a clock the minutes of CloudWatch pass; absent: as fast. */
  timeScale: z.number().optional(),
  /** `HOST:PORT` of the emulated ECR's registry, where it has one. */
  registry: z.string().optional(),
  /** Where each listener is served, by `LOAD_BALANCER PROTOCOL PORT`. */
  listeners: z.record(z.string(), z.url()),
  /** Where each API is served, by its name. */
  apis: z.record(z.string(), z.url()).default({}),
  /** Where sign-in pages are served, by their domain. */
  signIns: z.record(z.string(), z.url()).default({}),
  /** Where the status page is served. */
  statusPage: z.url().optional(),
});

/** What other commands have to know of an `npm start` that runs. */
export type Running = z.infer<typeof schema>;

/** What is written for other commands. */
export function describeRunning(running: Running): string {
  return JSON.stringify(running, undefined, 2);
}

/** Tells other commands of this run. A reader sees the old file or the new one, never half of it. */
export function writeRunning(folder: string, description: string): void {
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, description);
  renameSync(`${file}.new`, file);
}

/**
 * Finds the `npm start` that runs.
 *
 * @param wanted name of its folder, where several run
 * @throws Failure with status 2 where none runs, or several and none is named
 */
export function findRunning(root: string, wanted?: string): Running & { readonly folder: string } {
  const runs = join(root, RUNS);
  const names = (existsSync(runs) ? readdirSync(runs) : []).filter(
    (name) => !isAbandoned(name) && existsSync(join(runs, name, FILE)),
  );
  const found = wanted === undefined ? names : names.filter((name) => name === wanted);
  const [name] = found;
  if (name === undefined) throw new Failure(noneRuns(names, wanted), USAGE_STATUS);
  if (found.length > 1) {
    throw new Failure(`several run: ${found.join(", ")}; name one by --run NAME`, USAGE_STATUS);
  }
  const folder = join(runs, name);
  return { folder, ...schema.parse(JSON.parse(readFileSync(join(folder, FILE), "utf8"))) };
}

/** Whether a run that is gone has run containers, which nobody has ended. */
export function leftContainers(root: string): boolean {
  const runs = join(root, RUNS);
  const gone = (existsSync(runs) ? readdirSync(runs) : []).filter(isAbandoned);
  return gone.some((name) => {
    const file = join(runs, name, FILE);
    return existsSync(file) && schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data?.runtime === "docker";
  });
}

function noneRuns(names: readonly string[], wanted?: string): string {
  if (wanted === undefined) return "nothing runs here: start it by `npm start`, and leave it running";
  return `--run is "${wanted}", which does not run; there ${names.length === 0 ? "runs nothing" : `run: ${names.join(", ")}`}`;
}
