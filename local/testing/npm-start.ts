import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { descendants, isRunning } from "../../tools/processes/descendants";
import { type ClientSettings, clientSettings } from "../cloud/variables";

/** Of the environment `local`. */
const REGION = "us-east-1";

const run = promisify(execFile);

const RUN_WITH_PARENT = join(import.meta.dirname, "../agent/run-with-parent.mjs");

/** `npm start` as a person runs it: a process group of its own, as a terminal gives it, and what it has printed. */
export class NpmStart {
  readonly child: ChildProcess;
  /** Exit status, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  output = "";

  /** @param cwd folder of the repository that is started. @default this one */
  constructor(
    args: readonly string[] = [],
    private readonly cwd = process.cwd(),
  ) {
    // It hears of no Ctrl-C that ends the tests, so it has to notice by itself that they are gone.
    this.child = spawn(process.execPath, [RUN_WITH_PARENT, "npm", "start", "--", ...args], {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += String(chunk);
      });
    }
    this.exited = new Promise((end) => this.child.on("close", (status, signal) => end(status ?? signal)));
  }

  /** Waits until it has printed a text. @throws with all that it printed, when it ends without */
  async printed(text: string): Promise<void> {
    let ended = false;
    void this.exited.then(() => {
      ended = true;
    });
    while (!this.output.includes(text)) {
      if (ended) throw new Error(`npm start ended before it printed "${text}":\n${this.output}`);
      await new Promise((wait) => setTimeout(wait, 200));
    }
  }

  /** What Ctrl-C in a terminal does: SIGINT to everything in the foreground. */
  interrupt(): void {
    if (this.child.pid && this.child.exitCode === null && this.child.signalCode === null) {
      process.kill(-this.child.pid, "SIGINT");
    }
  }

  /** How clients of the AWS SDK reach its emulator. */
  get settings(): ClientSettings {
    return clientSettings(this.emulatorUrl, REGION);
  }

  /** The address that the first listener is served on. */
  get url(): string {
    return this.#found(/listener HTTP 80: (http:\/\/\S+)/);
  }

  /** The address that a listener is served on, by its load balancer's name and its port. */
  listener(loadBalancer: string, port: number): string {
    return this.#found(new RegExp(`${loadBalancer}\\S*, listener HTTP ${port}: (http://\\S+)`));
  }

  #found(pattern: RegExp): string {
    const url = pattern.exec(this.output)?.[1];
    if (!url) throw new Error(`npm start printed no URL:\n${this.output}`);
    return url;
  }

  /** The file of variables that it tells people to source in another terminal. */
  get variablesFile(): string {
    const file = /in another terminal: \. (\S+),/.exec(this.output)?.[1];
    if (!file) throw new Error(`npm start named no file of variables:\n${this.output}`);
    return resolve(this.cwd, file);
  }

  /** The folder of this run: state, logs, synthesised stacks. */
  get folder(): string {
    return dirname(this.variablesFile);
  }

  /** The name of that folder, by which commands find the run. */
  get name(): string {
    return basename(this.folder);
  }

  /** The address of the emulator, which lives as long as the run. */
  get emulatorUrl(): string {
    return /AWS_ENDPOINT_URL='([^']+)'/.exec(readFileSync(this.variablesFile, "utf8"))?.[1] ?? "";
  }

  /** Every process that it has started, itself too, by id. */
  get processes(): readonly number[] {
    const { pid = Number.NaN } = this.child;
    return [pid, ...descendants(pid)];
  }

  /** Those of them that run the bundle of an app: the tasks. */
  get tasks(): readonly number[] {
    return this.processes.filter((pid) => commandLineOf(pid).includes("main.cjs"));
  }

  /** The process that runs the tasks and serves: its folder's name begins with its id. */
  get runner(): number {
    return Number.parseInt(this.name, 10);
  }

  /** Runs a command in a shell that has sourced the variables. Gives what it printed. */
  async inAnotherTerminal(command: string): Promise<string> {
    const script = `. '${this.variablesFile}' && ${command}`;
    try {
      return (await run("sh", ["-c", script], { cwd: this.cwd, maxBuffer: 64 << 20 })).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`failed: ${command}\n${stdout}\n${stderr}`);
    }
  }
}

/** The beginning of what a process was started as; nothing where it has ended. */
export function commandLineOf(pid: number): string {
  const { stdout } = spawnSync("ps", ["-o", "args=", "-ww", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim();
}

/** The processes of these that run: id and command line. */
export function stillRunning(pids: readonly number[]): readonly string[] {
  return pids.filter(isRunning).map((pid) => `${pid} ${commandLineOf(pid)}`);
}
