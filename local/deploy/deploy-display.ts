import type { Terminal } from "../../tools/terminal/terminal";
import type { DeployProgress } from "./deploy-progress";

const TICK_MS = 1_000;

/** Shows how far the deployments are that run at the same time: a line for each stack that is done, one for the rest. */
export class DeployDisplay {
  readonly #startedAt = Date.now();
  readonly #running = new Set<DeployProgress>();
  readonly #done = new Set<string>();
  readonly #ticker: NodeJS.Timeout;

  constructor(private readonly terminal: Terminal) {
    this.#ticker = setInterval(() => this.#show(), TICK_MS);
  }

  /** Called with each step of a deployment. */
  update(progress: DeployProgress): void {
    this.#running.add(progress);
    for (const [name, stack] of progress.stacks) {
      if (!stack.done || this.#done.has(name)) continue;
      this.#done.add(name);
      this.terminal.done(`stack ${name}`, `${stack.created} resources, after ${this.#seconds()}`);
    }
  }

  end(): void {
    clearInterval(this.#ticker);
  }

  #show(): void {
    const words = [...this.#running].map(String).filter(Boolean).join(", ") || "the stacks";
    this.terminal.progress(`deploying ${words} (${this.#seconds()})`);
  }

  #seconds(): string {
    return `${Math.round((Date.now() - this.#startedAt) / 1_000)} s`;
  }
}
