import { get } from "node:http";
import type { TargetReport, ViewHealthCheck } from "../cloud/view";

/** Time between the checks of a target that was never healthy, in milliseconds. */
const INITIAL_INTERVAL_MS = 100;

/** What is known of a target's health, in the words of DescribeTargetHealth. */
export interface Health extends Pick<TargetReport, "reason" | "description"> {
  readonly state: "initial" | "healthy" | "unhealthy";
}

export interface HealthCheckOptions {
  readonly host: string;
  readonly port: number;
  readonly settings: ViewHealthCheck;
  /** Longest time between two checks, in milliseconds; on AWS the target group's own. */
  readonly capMs: number;
  readonly onChange: (health: Health) => void;
  /** Called after each good answer, with the time (of `performance.now()`) at which it was asked for. */
  readonly onSuccess: (askedAt: number) => void;
}

type Outcome = "good" | Pick<Health, "reason" | "description">;

/**
 * Checks a target as its target group says: what is asked, and how many answers make it healthy or unhealthy. Only the
 * checks come more often than on AWS, since nobody wants to wait 30 s for a process on the same machine.
 *
 * A target that was never healthy is asked every 100 ms, but its failures are counted no more often than those of any
 * other, so that a task may take a while to start.
 *
 * Source: "Health checks for Application Load Balancer target groups".
 */
export class HealthCheck {
  settings: ViewHealthCheck;
  #health: Health = { state: "initial" };
  #successes = 0;
  #failures = 0;
  #countedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  readonly #stopped = new AbortController();

  constructor(private readonly options: HealthCheckOptions) {
    this.settings = options.settings;
    void this.#check();
  }

  get state(): Health["state"] {
    return this.#health.state;
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    const { host, port, onSuccess } = this.options;
    const askedAt = performance.now();
    const outcome = await ask(host, port, this.settings, this.#stopped.signal);
    if (this.#stopped.signal.aborted) return;
    const intervalMs = Math.min(this.settings.intervalSeconds * 1_000, this.options.capMs);
    this.#count(outcome, intervalMs);
    const waitMs = this.state === "initial" ? Math.min(INITIAL_INTERVAL_MS, intervalMs) : intervalMs;
    this.#timer = setTimeout(() => void this.#check(), waitMs);
    if (outcome === "good") onSuccess(askedAt);
  }

  #count(outcome: Outcome, intervalMs: number): void {
    const { state } = this.#health;
    if (outcome === "good") {
      this.#failures = 0;
      this.#successes++;
      if (state === "healthy") return;
      if (state === "initial" || this.#successes >= this.settings.healthyThreshold) this.#turn({ state: "healthy" });
    } else {
      this.#successes = 0;
      const now = performance.now();
      if (state === "initial" && now - this.#countedAt < intervalMs) return;
      this.#countedAt = now;
      this.#failures++;
      if (state === "unhealthy" || this.#failures < this.settings.unhealthyThreshold) return;
      this.#turn({ state: "unhealthy", ...outcome });
    }
  }

  #turn(health: Health): void {
    this.#health = health;
    this.options.onChange(health);
  }
}

/** Asks once, over a connection of its own. */
function ask(host: string, port: number, settings: ViewHealthCheck, stopped: AbortSignal): Promise<Outcome> {
  const { path, timeoutSeconds, matcher } = settings;
  return new Promise((resolve) => {
    const request = get({
      host,
      port: settings.port === "traffic-port" ? port : Number(settings.port),
      path,
      headers: { "user-agent": "ELB-HealthChecker/2.0" },
      signal: stopped,
      agent: false,
    });
    const timer = setTimeout(() => {
      resolve({ reason: "Target.Timeout", description: "Request timed out" });
      request.destroy();
    }, timeoutSeconds * 1_000);
    request.on("close", () => clearTimeout(timer));
    request.on("response", (response) => {
      const { statusCode = 0 } = response;
      response.resume().on("error", () => undefined);
      if (matches(matcher, statusCode)) resolve("good");
      const description = `Health checks failed with these codes: [${statusCode}]`;
      resolve({ reason: "Target.ResponseCodeMismatch", description });
    });
    request.on("error", () => resolve({ reason: "Target.FailedHealthChecks", description: "Health checks failed" }));
  });
}

/** Whether a status code is one of a matcher's: `200`, `200,204`, `200-299`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return status >= first && status <= last;
  });
}
