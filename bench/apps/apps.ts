import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import autocannon from "autocannon";
import { loadProject } from "../../config/load";
import type { Service } from "../../config/service";
import { Lifetime } from "../../tools/processes/lifetime";
import { median, record, report } from "../measure";
import { type Build, buildBundled, buildUnbundled } from "./builds";
import { imageNode } from "./image-node";
import { askAtRate, type Latency } from "./open-loop";
import { type Program, type Start, startTask, type Task } from "./task";
import { Databases } from "./variables";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, ".local/bench-apps");

const STARTS = 5;
const START_GOAL_MS = 150;
const IDLE_MS = 2_000;
const CLIENTS = 16;
const WARM_UP_SECONDS = 1;
const SECONDS = 2;
/** Requests a second. */
const RATES = [100, 500] as const;

/** A page that does what the service is for; its health check where none is named. */
const PAGES: Readonly<Record<string, string>> = {
  "service-a": "/medical",
  "service-b": "/finance",
  customer: "/suppliers",
  employee: "/admin/suppliers",
  "user-management": "/usermgmt/users",
  notification: "/notification/info",
};

/** A program whose starts are measured. */
interface Starting {
  /** As figures are called: `service-a`, `service-a unbundled`. */
  readonly name: string;
  readonly program: Program;
  /** Whether it is to listen within `START_GOAL_MS`. */
  readonly hasGoal: boolean;
}

/** A service bundled, or not. */
interface Form extends Starting {
  readonly build: Build;
  readonly page: string;
}

/** What is left of a start when a service does nothing: Node's own. */
const bareOn = (node: string): Starting => ({
  name: "bare node:http",
  program: { node, file: join(import.meta.dirname, "bare-listener.cjs"), variables: {}, health: "/" },
  hasGoal: false,
});

/**
 * Prints, for every service, on the Node of its image, bundled as there and unbundled (see `buildUnbundled`): the size of
 * its image over the base image, without a compile cache, how soon it listens and is healthy, its memory when nobody asks,
 * how many requests a second it answers to 16 clients, and what clients see who come at a fixed rate.
 */
export async function benchApps(): Promise<void> {
  const lifetime = new Lifetime();
  const { services } = loadProject({ root: ROOT, environment: "local" });
  const applications = services.filter(({ app }) => app === undefined);
  const databases = await Databases.start(applications);
  try {
    const node = await imageNode(lifetime);
    await measureStarts(lifetime, [bareOn(node)]);
    for (const service of applications) {
      const forms = await formsOf(service, databases, node);
      for (const { name, build } of forms) record(`${name}: image over its base`, build.mebibytes, "MiB");
      await measureStarts(lifetime, forms);
      await measureWork(lifetime, forms);
    }
  } finally {
    await lifetime.end();
    await databases.close();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

async function formsOf(service: Service, databases: Databases, node: string): Promise<readonly Form[]> {
  const { name, healthCheck } = service;
  const folder = join(FOLDER, name);
  const variables = databases.variablesOf(service);
  const form = (formName: string, build: Build, more: Readonly<Record<string, string>> = {}): Form => ({
    name: formName,
    build,
    program: { node, file: build.file, variables: { ...variables, ...more }, health: healthCheck.path },
    page: PAGES[name] ?? healthCheck.path,
    hasGoal: formName === name,
  });
  // As the image has it. The first start, which does not count, fills it.
  const cache = { NODE_COMPILE_CACHE: join(folder, "compile-cache") };
  return [
    form(name, await buildBundled(name, join(folder, "bundled")), cache),
    form(`${name} unbundled`, await buildUnbundled(name, join(folder, "unbundled"))),
  ];
}

/** In turn, so that a machine that gets slower is slower for both, after one round that does not count. */
async function measureStarts(lifetime: Lifetime, forms: readonly Starting[]): Promise<void> {
  const starts: Start[][] = forms.map(() => []);
  for (let round = 0; round <= STARTS; round++) {
    for (const [index, { program }] of forms.entries()) {
      const task = await startTask(lifetime, program);
      if (round > 0) starts[index]?.push(task.start);
      await task.stop();
    }
  }
  for (const [index, { name, hasGoal }] of forms.entries()) {
    const [listening, worked, healthy] = (["listening", "worked", "healthy"] as const).map((figure) =>
      median((starts[index] ?? []).map((start) => start[figure])),
    ) as [number, number, number];
    const tell = (what: string, value: number) =>
      hasGoal ? report(`${name}: ${what}`, value, "ms", START_GOAL_MS) : record(`${name}: ${what}`, value, "ms");
    tell("node to listening", listening);
    tell("node to listening, processor time", worked);
    record(`${name}: node to the first 200 of its health check`, healthy, "ms");
  }
}

async function measureWork(lifetime: Lifetime, forms: readonly Form[]): Promise<void> {
  const tasks = await Promise.all(forms.map(({ program }) => startTask(lifetime, program)));
  await sleep(IDLE_MS);
  for (const [index, { name }] of forms.entries()) {
    record(`${name}: memory (RSS) at idle`, tasks[index]?.memory() ?? Number.NaN, "MiB");
  }
  for (const [index, form] of forms.entries()) {
    const task = tasks[index];
    if (task) await measureRequests(form, task);
  }
  await Promise.all(tasks.map((task) => task.stop()));
}

async function measureRequests({ name, page }: Form, { url }: Task): Promise<void> {
  await requestsPerSecond(url + page, WARM_UP_SECONDS);
  const most = await requestsPerSecond(url + page, SECONDS);
  record(`${name}: requests of ${page}, ${CLIENTS} clients`, most, "/s");
  for (const rate of RATES) {
    const { p50, p99 }: Latency = await askAtRate(url + page, rate, SECONDS);
    record(`${name}: p50 at ${rate} requests/s`, p50, "ms");
    record(`${name}: p99 at ${rate} requests/s`, p99, "ms");
  }
}

/** @throws for an answer other than 2xx */
async function requestsPerSecond(url: string, seconds: number): Promise<number> {
  const { requests, errors, non2xx } = await autocannon({ url, connections: CLIENTS, duration: seconds });
  if (errors + non2xx > 0) throw new Error(`${url}: ${errors} errors, ${non2xx} answers other than 2xx`);
  return requests.average;
}
