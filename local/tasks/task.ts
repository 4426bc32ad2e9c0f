import { closeSync, openSync, readFileSync } from "node:fs";
import type { DeployedService } from "../cloud/deployment";
import type { Target, TargetPool } from "../load-balancer/target-pool";
import type { Lifetime } from "../processes/lifetime";
import type { ProcessGroup } from "../processes/process-group";
import { type Address, addressFor } from "./address";

/** Waits between two starts of a task that keeps failing, in milliseconds: doubled each time up to the longest. */
export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** A task that ran for so long has not failed to start. */
  readonly resetMs: number;
}

const BACK_OFF: BackOff = { firstMs: 500, longestMs: 30_000, resetMs: 10_000 };

const TAIL_LINES = 3;

export interface TaskOptions {
  readonly lifetime: Lifetime;
  readonly service: DeployedService;
  /** Name for people, such as `service-a/1`. */
  readonly name: string;
  /** The program that the container's image stands for. */
  readonly bundle: string;
  /** File for what the task prints. */
  readonly log: string;
  /** The target groups that the task is registered with. */
  readonly pools: readonly TargetPool[];
  /** Preloaded module that ends the task with us. */
  readonly exitWithParent: string;
  /** Tells the person something about this task. */
  readonly say: (text: string) => void;
  /** @default 0.5 s, doubled up to 30 s */
  readonly backOff?: BackOff;
}

/** A task of a service as a Node process: started again when it ends or stays unhealthy, as the ECS scheduler does. */
export class Task {
  #group: ProcessGroup | undefined;
  #targets: readonly (readonly [TargetPool, Target])[] = [];
  #address: Address | undefined;
  #stopping = false;
  #failures = 0;
  #replaced: string | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(private readonly options: TaskOptions) {}

  get pid(): number | undefined {
    return this.#group?.pid;
  }

  get address(): Address | undefined {
    return this.#address;
  }

  /** Whether a target of this task is the given one. */
  owns(target: Target): boolean {
    return this.#targets.some(([, own]) => own === target);
  }

  /** Starts the process and registers it with its target groups. */
  async start(): Promise<void> {
    const { lifetime, service, bundle, log, exitWithParent, pools } = this.options;
    const { networkMode, container } = service;
    const address = await addressFor(networkMode, container.port);
    if (this.#stopping) return;
    const file = openSync(log, "a");
    const startedAt = Date.now();
    const group = lifetime.start(process.execPath, ["--import", exitWithParent, bundle], {
      // A container's environment: what the task definition says, and nothing of the shell.
      env: { PATH: process.env.PATH, ...container.environment, HOST: address.host, PORT: String(address.port) },
      stdio: ["ignore", file, file, "ipc"],
    });
    closeSync(file);
    this.#group = group;
    this.#address = address;
    this.#targets = pools.map((pool) => [pool, pool.register(address.host, address.port)]);
    this.#after(service.gracePeriodSeconds * 1_000, () => {
      if (this.#group === group && this.#targets.some(([, target]) => target.state === "initial")) {
        this.replace(`was not healthy within its grace period of ${service.gracePeriodSeconds} s`);
      }
    });
    void group.exited.then(({ reason }) => this.#ended(reason, Date.now() - startedAt));
  }

  /** Ends the process, so that another one takes its place. */
  replace(reason: string): void {
    this.#replaced = reason;
    this.#deregister();
    void this.#group?.stop("SIGTERM", this.#stopTimeoutMs);
  }

  /** Takes the task out of its target groups and ends it, as ECS does: SIGTERM, then the stop timeout, then SIGKILL. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#deregister();
    await this.#group?.stop("SIGTERM", this.#stopTimeoutMs);
  }

  get #stopTimeoutMs(): number {
    return this.options.service.stopTimeoutSeconds * 1_000;
  }

  #deregister(): void {
    for (const [pool, target] of this.#targets) pool.deregister(target);
    this.#targets = [];
  }

  #ended(reason: string, ranMs: number): void {
    this.#deregister();
    if (this.#stopping || this.options.lifetime.signal.aborted) return;
    const { backOff = BACK_OFF, name, say, log } = this.options;
    this.#failures = ranMs >= backOff.resetMs ? 0 : this.#failures;
    const waitMs = Math.min(backOff.firstMs * 2 ** this.#failures++, backOff.longestMs);
    const why = this.#replaced ?? reason;
    this.#replaced = undefined;
    say(`${name} ${why}; starting again in ${waitMs / 1_000} s${tail(log)}`);
    this.#after(waitMs, () => void this.start().catch((error: Error) => this.#ended(error.message, 0)));
  }

  #after(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }
}

/** The last lines of a log, below what is said about them. */
function tail(log: string): string {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES);
  return [`, its log ends (${log}):`, ...lines].join("\n      ");
}
