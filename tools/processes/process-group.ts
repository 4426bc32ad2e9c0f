import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants, isRunning } from "./descendants";

/** How long a process may take to end after it was asked to, in milliseconds. */
const STOP_BOUND_MS = 10_000;

/** How long the system may take to end what was killed, in milliseconds: a busy machine lets it wait for its last turn. */
const KILL_BOUND_MS = 10_000;

const POLL_MS = 25;

export interface StartOptions {
  readonly cwd?: string;
  /** The whole environment of the process. @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** @default nothing to read, output dropped */
  readonly stdio?: StdioOptions;
}

export interface Exit {
  /** Exit status, or `undefined` where a signal or a failed start ended the process. */
  readonly status: number | undefined;
  /** How it ended, in words: `exited with status 1`, `was ended by SIGKILL`, `could not be started (ENOENT)`. */
  readonly reason: string;
}

/**
 * A program in a process group of its own, so that Ctrl-C at the terminal does not reach it behind our back, and one
 * signal reaches all that it started.
 */
export class ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves when the program has ended and its output is read; never rejects. */
  readonly exited: Promise<Exit>;

  constructor(command: string, args: readonly string[], { cwd, env, stdio = "ignore" }: StartOptions) {
    this.child = spawn(command, [...args], {
      ...(cwd && { cwd }),
      env: env ?? process.env,
      stdio,
      detached: true,
    });
    this.exited = new Promise((resolve) => {
      this.child.on("error", (error: NodeJS.ErrnoException) =>
        resolve({ status: undefined, reason: `could not be started (${error.code ?? error.message})` }),
      );
      this.child.on("close", (status, signal) =>
        resolve({
          status: status ?? undefined,
          reason: signal ? `was ended by ${signal}` : `exited with status ${status}`,
        }),
      );
    });
  }

  /** Process id, or `undefined` where the program could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * Asks the program to end, and ends it and all that it started by SIGKILL when the time is up.
   *
   * @param signal the polite request. @default "SIGTERM"
   * @param boundMs milliseconds until SIGKILL. @default 10,000
   */
  async stop(signal: NodeJS.Signals = "SIGTERM", boundMs = STOP_BOUND_MS): Promise<void> {
    if (this.pid === undefined) return;
    const family = [this.pid, ...descendants(this.pid)];
    send(-this.pid, signal);
    // A child that left the group outlives the program for a moment: wait for the whole family.
    await untilGone(family, boundMs);
    for (const pid of family.filter(isRunning)) send(pid, "SIGKILL");
    this.kill();
    await untilGone(family, KILL_BOUND_MS);
    await this.exited;
  }

  /** Ends the program and all that it started at once. */
  kill(): void {
    if (this.pid === undefined) return;
    for (const pid of descendants(this.pid)) send(pid, "SIGKILL");
    send(-this.pid, "SIGKILL");
  }
}

async function untilGone(pids: readonly number[], boundMs: number): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (pids.some(isRunning) && Date.now() < deadline) await sleep(POLL_MS);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
