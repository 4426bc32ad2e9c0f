import { get } from "node:http";
import type { HealthCheck } from "../cloud/deployment";

export type TargetState = "initial" | "healthy" | "unhealthy";

export interface Target {
  readonly host: string;
  readonly port: number;
  state: TargetState;
}

export interface PoolOptions {
  readonly healthCheck: HealthCheck;
  /** Longest time between two checks of a target, in milliseconds; on AWS the target group's own. @default 2,000 */
  readonly longestIntervalMs?: number;
  /** Time between the checks of a target that was never healthy, in milliseconds. @default 100 */
  readonly initialIntervalMs?: number;
  /** Called when a target turns unhealthy. */
  readonly onUnhealthy?: (target: Target) => void;
}

interface Entry {
  readonly target: Target;
  timer: NodeJS.Timeout | undefined;
  successes: number;
  failures: number;
}

/**
 * The targets of a target group and their health. It is kept here and not in the emulator's target group: that refuses,
 * as AWS does, an address outside the VPC, and an instance that does not exist. What is checked, and how many answers
 * make a target healthy or unhealthy, is the target group's own setting; only the checks come more often, since nobody
 * wants to wait 30 s for a process on the same machine.
 */
export class TargetPool {
  readonly #entries: Entry[] = [];
  #turn = 0;

  constructor(private readonly options: PoolOptions) {}

  get targets(): readonly Target[] {
    return this.#entries.map(({ target }) => target);
  }

  /** Registers a target and begins to check it; it gets requests from its first healthy answer on. */
  register(host: string, port: number): Target {
    const entry: Entry = { target: { host, port, state: "initial" }, timer: undefined, successes: 0, failures: 0 };
    this.#entries.push(entry);
    this.#check(entry);
    return entry.target;
  }

  /** Sends no further requests to a target; those in flight go on. */
  deregister(target: Target): void {
    const index = this.#entries.findIndex((entry) => entry.target === target);
    const [entry] = index < 0 ? [] : this.#entries.splice(index, 1);
    clearTimeout(entry?.timer);
  }

  /** The healthy target whose turn it is. On AWS a group without any healthy target tries the unhealthy ones. */
  next(): Target | undefined {
    const healthy = this.targets.filter(({ state }) => state === "healthy");
    return healthy[this.#turn++ % healthy.length];
  }

  #check(entry: Entry): void {
    const { healthCheck, onUnhealthy } = this.options;
    void answer(entry.target, healthCheck).then((status) => {
      if (!this.#entries.includes(entry)) return;
      const before = entry.target.state;
      count(entry, status !== undefined && matches(healthCheck.matcher, status));
      entry.target.state = nextState(entry, healthCheck);
      entry.timer = setTimeout(() => this.#check(entry), this.#interval(entry.target));
      if (before !== "unhealthy" && entry.target.state === "unhealthy") onUnhealthy?.(entry.target);
    });
  }

  #interval({ state }: Target): number {
    const { healthCheck, longestIntervalMs = 2_000, initialIntervalMs = 100 } = this.options;
    return state === "initial" ? initialIntervalMs : Math.min(healthCheck.intervalSeconds * 1_000, longestIntervalMs);
  }
}

function count(entry: Entry, healthy: boolean): void {
  entry.successes = healthy ? entry.successes + 1 : 0;
  entry.failures = healthy ? 0 : entry.failures + 1;
}

/** A new target is healthy after its first good answer, an unhealthy one only after `healthyThreshold` of them. */
function nextState({ target, successes, failures }: Entry, healthCheck: HealthCheck): TargetState {
  switch (target.state) {
    case "initial":
      return successes > 0 ? "healthy" : "initial";
    case "healthy":
      return failures >= healthCheck.unhealthyThreshold ? "unhealthy" : "healthy";
    case "unhealthy":
      return successes >= healthCheck.healthyThreshold ? "healthy" : "unhealthy";
  }
}

/** Status code of a health check, or `undefined` where none came in time. */
function answer({ host, port }: Target, { path, timeoutSeconds }: HealthCheck): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { "user-agent": "ELB-HealthChecker/2.0" };
    const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
    const request = get({ host, port, path, headers, signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", () => resolve(undefined));
  });
}

/** Whether a status code is one of a matcher's: `200`, `200,204`, `200-299`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return status >= first && status <= last;
  });
}
