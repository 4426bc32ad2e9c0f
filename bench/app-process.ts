import { mkdirSync, openSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import declaration from "../apps/service-a/service.json" with { type: "json" };
import { buildBundle } from "../local/deploy/bundles";
import { close, listen } from "../tools/listen";
import type { Lifetime } from "../tools/processes/lifetime";
import type { ProcessGroup } from "../tools/processes/process-group";

const ROOT = join(import.meta.dirname, "..");
export const FOLDER = join(ROOT, ".local/bench");
export const HOST = "127.0.0.1";
/** Answers with a page of some 2 KB. */
export const PATH = "/medical";

const START_BOUND_MS = 20_000;

/** Another process that serves on a port of the loopback interface. */
export interface ServingProcess {
  readonly port: number;
  readonly url: string;
  readonly group: ProcessGroup;
}

/** Builds a service and starts it as its task does, logging to a file. */
export async function startApp(lifetime: Lifetime, directory: string): Promise<ServingProcess> {
  const folder = join(FOLDER, "app");
  await buildBundle(lifetime, { root: ROOT, directory: join(ROOT, directory), version: "bench", folder });
  return startBundle(lifetime, folder, declaration);
}

/** What of a service.json a bundle is told. */
export type Declaration = Pick<typeof declaration, "name" | "launchType" | "stopTimeoutSeconds"> & {
  readonly environment: Readonly<Record<string, string>>;
};

/** What a task is told of its service. */
export function taskVariables({ name, launchType, stopTimeoutSeconds, environment }: Declaration) {
  return {
    ...environment,
    SERVICE_NAME: name,
    LAUNCH_TYPE: launchType,
    ENVIRONMENT: "local",
    NODE_ENV: "production",
    LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: "60",
    STOP_TIMEOUT_SECONDS: String(stopTimeoutSeconds),
  };
}

/** Starts what was built into a folder as its task does, with further variables. */
export function startBundle(
  lifetime: Lifetime,
  folder: string,
  declaration: Declaration,
  variables: Readonly<Record<string, string>> = {},
): Promise<ServingProcess> {
  return startServing(lifetime, "/healthcheck", (port) => ({
    command: process.execPath,
    args: ["--enable-source-maps", join(folder, "main.cjs")],
    env: { ...taskVariables(declaration), PORT: String(port), HOST, ...variables },
  }));
}

/** Starts a TypeScript program of this folder, which gets its port as the last argument. */
export function startProgram(lifetime: Lifetime, file: string, ...args: string[]): Promise<ServingProcess> {
  return startServing(lifetime, PATH, (port) => ({
    command: process.execPath,
    args: ["--import", "tsx", join(import.meta.dirname, file), ...args, String(port)],
  }));
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program on a free port, and waits until it answers well there. */
export async function startServing(
  lifetime: Lifetime,
  path: string,
  programOn: (port: number) => Program,
): Promise<ServingProcess> {
  const port = await freePort();
  const { command, args, env } = programOn(port);
  mkdirSync(FOLDER, { recursive: true });
  const log = openSync(join(FOLDER, "process.log"), "w");
  const group = lifetime.start(command, args, { stdio: ["ignore", log, "inherit"], ...(env && { env }) });
  const url = `http://${HOST}:${port}`;
  const deadline = Date.now() + START_BOUND_MS;
  while (!(await isServed(url + path))) {
    if (Date.now() > deadline) throw new Error(`${command} ${args.join(" ")} does not answer at ${url}${path}`);
    await sleep(50);
  }
  return { port, url, group };
}

function isServed(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, 0);
  await close(probe);
  return port;
}
