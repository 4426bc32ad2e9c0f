import { closeSync, openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Failure } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ProcessGroup } from "../../tools/processes/process-group";

/** Importing moto takes 2 s on a quick machine; a busy one may take long, a hanging one must not. */
const START_BOUND_MS = 60_000;

export interface Emulator {
  /** Address of every AWS API, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Ends when the emulator does. */
  readonly group: ProcessGroup;
}

export interface EmulatorOptions {
  readonly root: string;
  /** Python that has the emulator's packages. */
  readonly python: string;
  /** File for what the emulator prints. */
  readonly log: string;
  /** @default local/emulator/server.py */
  readonly server?: string;
  readonly startBoundMs?: number;
  /** `HOST:PORT` of the registry that serves the images of its ECR. @default - none: repositories have AWS's names */
  readonly registry?: string | undefined;
  /** How many times as fast as a clock the minutes of CloudWatch and of autoscaling pass. @default 1 */
  readonly timeScale?: number | undefined;
  /**
   * `HOST:PORT` of servers that the MySQL instances of its RDS are, each its own.
   * @default - none: nothing answers at their endpoints
   */
  readonly mysql?: readonly string[] | undefined;
}

/** Starts the AWS emulator on a free port of the loopback interface. @throws Failure with its last words */
export async function startEmulator(lifetime: Lifetime, options: EmulatorOptions): Promise<Emulator> {
  const { root, python, log, registry, timeScale = 1, mysql = [] } = options;
  const { server = "local/emulator/server.py", startBoundMs = START_BOUND_MS } = options;
  const file = openSync(log, "a");
  const registryOption = registry === undefined ? [] : ["--registry", registry];
  const mysqlOption = mysql.length === 0 ? [] : ["--mysql", mysql.join(",")];
  const timeOption = timeScale === 1 ? [] : ["--time-scale", String(timeScale)];
  // Its stdin is a pipe from us: when we are gone, however we went, it closes, and the emulator ends.
  const args = [server, "--port", "0", "--exit-with-parent", ...registryOption, ...mysqlOption, ...timeOption];
  const group = lifetime.start(python, args, {
    cwd: root,
    stdio: ["pipe", "pipe", file],
  });
  closeSync(file);
  const url = await lifetime.until(readyUrl(group, startBoundMs));
  if (url) return { url, group };
  await group.stop("SIGTERM", 1_000);
  const { reason } = await group.exited;
  throw new Failure(`the AWS emulator did not start: it ${reason}\n${readFileSync(log, "utf8").trim()}`);
}

async function readyUrl(group: ProcessGroup, boundMs: number): Promise<string | undefined> {
  const { stdout } = group.child;
  if (!stdout) return undefined;
  const lines = createInterface({ input: stdout });
  const ready = new Promise<string>((resolve) => {
    lines.on("line", (line) => {
      const url = /^ready (http:\/\/\S+)$/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), boundMs);
  });
  try {
    return await Promise.race([ready, tooLate, group.exited.then(() => undefined)]);
  } finally {
    clearTimeout(timer);
  }
}
