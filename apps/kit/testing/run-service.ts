import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { WARM } from "../src/warm-up";

/** One line of a service's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** How a process ended. */
export interface Exit {
  readonly status: number | null;
  readonly stderr: string;
}

/** A service as a process of its own. */
export interface RunningProcess {
  readonly lines: readonly LogLine[];
  readonly exited: Promise<Exit>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the first line that has this message, also one that came before; rejects when the process ends without it. */
  line(message: string): Promise<LogLine>;
}

/** A service that listens. */
export interface RunningService extends RunningProcess {
  readonly port: number;
  readonly url: string;
}

/** The environment a task gets from the stack, on a free port of loopback. */
export const taskVariables = {
  PORT: "0",
  HOST: "127.0.0.1",
  SERVICE_NAME: "service-under-test",
  LAUNCH_TYPE: "EC2",
  ENVIRONMENT: "local",
  NODE_ENV: "production",
  LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: "60",
  STOP_TIMEOUT_SECONDS: "30",
} as const;

// A child would outlive a test runner that is killed: it ends itself when the pipe to its parent does.
const END_WITH_PARENT = "process.stdin.once('end', () => process.exit(1)).resume().unref()";

const running = new Set<ChildProcess>();

/** Ends what a test left running; to be called after the tests. */
export function killRunning(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Whoever asks for any free port gets none of these: Linux gives them out from 32768 on, macOS from 49152. */
const KEPT_PORTS = { first: 20_000, end: 30_000 };

/** A free port of loopback that stays free while a test closes and opens it again, whatever starts beside it meanwhile. */
export async function keptPort(): Promise<number> {
  for (;;) {
    const port = randomInt(KEPT_PORTS.first, KEPT_PORTS.end);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** A line that a SIGKILL has cut is none of JSON: it is kept as it is. */
function lineOf(text: string): LogLine {
  try {
    return JSON.parse(text);
  } catch {
    return { msg: text };
  }
}

/** Starts a bundle with exactly these variables. */
export function runBundle(
  file: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): RunningProcess {
  const child = spawn(process.execPath, ["--import", `data:text/javascript,${END_WITH_PARENT}`, file, ...args], {
    env: { ...variables },
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.add(child);
  const lines: LogLine[] = [];
  let stderr = "";
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (text) => {
    lines.push(lineOf(text));
    for (const look of waiting) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (status) => {
      running.delete(child);
      resolve({ status, stderr });
    });
  });

  const line = (message: string) =>
    new Promise<LogLine>((resolve, reject) => {
      const look = () => {
        const found = lines.find(({ msg }) => msg === message);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void exited.then((exit) => reject(new Error(`ended without the line "${message}": ${JSON.stringify(exit)}`)));
    });

  return { lines, exited, line, signal: (name) => void child.kill(name) };
}

/** Starts a bundle and waits until it listens, and has loaded what its first request would wait for otherwise. */
export async function runService(file: string, variables: Readonly<Record<string, string>>): Promise<RunningService> {
  const started = runBundle(file, variables);
  const { port } = await started.line("listening");
  await started.line(WARM);
  return { ...started, port: Number(port), url: `http://127.0.0.1:${port}` };
}
