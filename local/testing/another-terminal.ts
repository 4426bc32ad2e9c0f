import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";

const RUN_WITH_PARENT = join(import.meta.dirname, "../agent/run-with-parent.mjs");

/** A minute more than the longest command of `npm run local` waits. */
const BOUND_MS = 10 * 60_000;

/** What a step has printed, to both outputs, and the exit status of its last command. */
export interface Typed {
  readonly output: string;
  readonly status: number;
}

/** A shell that somebody types into: what one step sets (variables, folder) is there in the next. */
export class AnotherTerminal {
  readonly #shell: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  #printed = "";
  #heard: () => void = () => undefined;
  #hasEnded = false;

  /**
   * @param cwd folder that the shell starts in
   * @param variablesFile what it reads first
   */
  constructor(cwd: string, variablesFile: string) {
    // A group of its own: what a step leaves running ends with the terminal, and both with the tests.
    this.#shell = spawn(process.execPath, [RUN_WITH_PARENT, "sh"], {
      cwd,
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "ipc"],
    }) as ChildProcessWithoutNullStreams;
    this.#shell.stdout.on("data", (chunk) => this.#hear(String(chunk)));
    this.#ended = new Promise((end) =>
      this.#shell.on("close", () => {
        this.#hasEnded = true;
        this.#heard();
        end();
      }),
    );
    this.#shell.stdin.on("error", () => undefined);
    this.#shell.stdin.write(`exec 2>&1\n. '${variablesFile}'\n`);
  }

  /** @throws Error when the shell ends, or has not come back after ten minutes */
  async type(commands: string): Promise<Typed> {
    const mark = randomUUID();
    this.#printed = "";
    // The commands read nothing of what is typed later.
    this.#shell.stdin.write(`{\n${commands}\n} < /dev/null\nprintf '\\n%s %s\\n' ${mark} $?\n`);
    const end = new RegExp(`\\n${mark} (\\d+)\\n`);
    const deadline = Date.now() + BOUND_MS;
    while (!end.test(this.#printed)) {
      if (this.#hasEnded) throw new Error(`the terminal was closed by: ${commands}\n${this.#printed}`);
      if (Date.now() > deadline) throw new Error(`did not come back: ${commands}\n${this.#printed}`);
      await this.#next(deadline);
    }
    const [found = "", status] = end.exec(this.#printed) ?? [];
    return { output: this.#printed.slice(0, this.#printed.indexOf(found)), status: Number(status) };
  }

  /** Closes it, with whatever still runs in it. */
  async close(): Promise<void> {
    if (this.#shell.pid !== undefined && !this.#hasEnded) process.kill(-this.#shell.pid, "SIGKILL");
    await this.#ended;
  }

  #hear(text: string): void {
    this.#printed += text;
    this.#heard();
  }

  /** Until something is printed, the shell ends, or it is too late. */
  #next(deadline: number): Promise<void> {
    return new Promise((heard) => {
      const timer = setTimeout(heard, deadline - Date.now());
      this.#heard = () => {
        clearTimeout(timer);
        heard();
      };
    });
  }
}
