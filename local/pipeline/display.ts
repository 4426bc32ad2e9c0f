import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "../../tools/terminal/terminal";
import type { WalkEvents } from "./action";
import type { ActionRecord } from "./record";

const TICK_MS = 1_000;

/** Lines of a failed action's log that are shown. */
const LAST_LINES = 20;

/** Shows a walk: a heading for each stage, a line for each action that has ended, one for those that run. */
export class WalkDisplay implements WalkEvents {
  readonly #running = new Map<string, { text: string; readonly since: number }>();
  readonly #ticker: NodeJS.Timeout;

  /** @param root folder that the paths of logs are told from */
  constructor(
    private readonly terminal: Terminal,
    private readonly root: string,
  ) {
    this.#ticker = setInterval(() => this.#show(), TICK_MS);
    this.#ticker.unref();
  }

  stage(name: string): void {
    this.terminal.line();
    this.terminal.line(this.terminal.style("bold", name));
  }

  progress(action: string, text: string): void {
    this.#running.set(action, { text, since: this.#running.get(action)?.since ?? Date.now() });
    this.#show();
  }

  waiting(action: string): void {
    this.#running.delete(action);
    this.terminal.progress("");
  }

  done({ name, status, seconds, detail, failure, log }: ActionRecord): void {
    this.#running.delete(name);
    const took = `${seconds.toFixed(1)} s`;
    if (status === "succeeded") {
      this.terminal.done(name, detail === undefined ? took : `${took}, ${detail}`);
      return;
    }
    this.terminal.error(`${name}, after ${took}: ${failure}`);
    if (log === undefined) return;
    for (const line of lastLines(readFileSync(log, "utf8")))
      this.terminal.line(`    ${this.terminal.style("dim", line)}`);
    this.terminal.line(`    all of its log: ${relative(this.root, log)}`);
  }

  end(): void {
    clearInterval(this.#ticker);
    this.terminal.progress("");
  }

  #show(): void {
    const words = [...this.#running].map(
      ([name, { text, since }]) => `${name}: ${text} (${Math.round((Date.now() - since) / 1_000)} s)`,
    );
    if (words.length > 0) this.terminal.progress(words.join(", "));
  }
}

/** The last lines of what commands have printed; what CodeBuild says of them, the message has said. */
export function lastLines(log: string): readonly string[] {
  const lines = stripVTControlCharacters(log)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\[Container\] /.test(line));
  return lines.slice(-LAST_LINES);
}
