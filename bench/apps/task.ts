import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ProcessGroup } from "../../tools/processes/process-group";
import { HOST } from "../app-process";
import { ask } from "./open-loop";
import { processorSeconds } from "./processor-time";

const BYTES_PER_KIB = 1024;
const HEALTHY_WITHIN_MS = 20_000;

/** How soon a process was there. */
export interface Start {
  /** Milliseconds from the start of `node` until it listens. */
  readonly listening: number;
  /** Milliseconds that the processor has worked for it by then. */
  readonly worked: number;
  /** Milliseconds until the first 200 of its health check. */
  readonly healthy: number;
}

/** A program to run as a task does. */
export interface Program {
  /** The executable of Node. */
  readonly node: string;
  readonly file: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Path of its health check. */
  readonly health: string;
}

/** A service in a process of its own. */
export interface Task {
  readonly url: string;
  readonly start: Start;
  /** Resident memory now, in MiB: what `ps` calls RSS. Linux only: NaN elsewhere. */
  memory(): number;
  stop(): Promise<void>;
}

/** Runs a program by `node --enable-source-maps` on a free port, and waits until it is healthy. */
export async function startTask(lifetime: Lifetime, { node, file, variables, health }: Program): Promise<Task> {
  const began = performance.now();
  const group = lifetime.start(node, ["--enable-source-maps", file], {
    env: { ...variables, HOST, PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const port = await listeningPort(group, file);
  const listening = performance.now() - began;
  const worked = processorSeconds(group.pid) * 1000;
  const url = `http://${HOST}:${port}`;
  const deadline = began + HEALTHY_WITHIN_MS;
  while (!(await isHealthy(url + health))) {
    if (performance.now() > deadline) throw new Error(`${file} is not healthy at ${url}${health}`);
  }
  return {
    url,
    start: { listening, worked, healthy: performance.now() - began },
    memory: () => residentMiB(group.pid),
    stop: () => group.stop(),
  };
}

/** The port that the log tells. @throws with what the process said when it ends before */
async function listeningPort({ child, exited }: ProcessGroup, file: string): Promise<number> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("the process has no pipes");
  let errors = "";
  stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const lines = createInterface({ input: stdout });
  const listening = new Promise<number>((resolve) => {
    lines.on("line", (line) => {
      const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
      if (msg === "listening" && port) resolve(port);
    });
  });
  const ended = exited.then(({ reason }) => {
    throw new Error(`${file} ${reason} before it listened: ${errors}`);
  });
  try {
    return await Promise.race([listening, ended]);
  } finally {
    ended.catch(() => undefined);
    // Nobody reads the log of requests: parsing it would take from the processor that answers them.
    lines.close();
    stdout.resume();
  }
}

function isHealthy(url: string): Promise<boolean> {
  return ask(url).then(
    () => true,
    () => false,
  );
}

function residentMiB(pid: number | undefined): number {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) / BYTES_PER_KIB;
  } catch {
    return Number.NaN;
  }
}
