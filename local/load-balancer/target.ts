import type { Agent } from "node:http";
import type { Duplex } from "node:stream";
import type { TargetReport, ViewHealthCheck } from "../cloud/view";
import { Connections } from "../http/connections";
import type { ExchangeTarget } from "../http/exchange";
import type { TargetCounter } from "./counters";
import { HealthCheck } from "./health-check";

export interface TargetOptions {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** One that is registered again is another target: its health has to be found out anew. */
  readonly registration: number;
  readonly healthCheck: ViewHealthCheck;
  readonly healthCheckCapMs: number;
  /** Milliseconds that a connection to it is kept without a request, as of now. */
  readonly idleTimeoutMs: () => number;
  readonly counter: TargetCounter;
  readonly onReport: (report: Pick<TargetReport, "state" | "reason" | "description">) => void;
}

/**
 * A target of a target group: its health, its connections, and its end.
 *
 * It is chosen and counted as in use in one step, so that it can't be called drained in between.
 */
export class Target implements ExchangeTarget {
  readonly health: HealthCheck;
  #inFlight = 0;
  #draining = false;
  #goneSince: number | undefined;
  #drained: (() => void) | undefined;
  #deadline: NodeJS.Timeout | undefined;
  readonly #connections: Connections;
  readonly #upgraded = new Set<Duplex>();

  constructor(readonly options: TargetOptions) {
    const { host, port, healthCheck, healthCheckCapMs, idleTimeoutMs, onReport } = options;
    this.#connections = new Connections(idleTimeoutMs);
    this.health = new HealthCheck({
      host,
      port,
      settings: healthCheck,
      capMs: healthCheckCapMs,
      onChange: onReport,
      onSuccess: (askedAt) => {
        // The answer to an earlier question can still arrive when the process that gave it is gone.
        if (askedAt > (this.#goneSince ?? 0)) this.#goneSince = undefined;
      },
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether it is to get requests, as far as its health allows it. */
  get takesRequests(): boolean {
    return !this.#draining && this.#goneSince === undefined;
  }

  /** The connections for a request: those that are kept, or one that is used once. */
  agent(connection: "kept" | "single"): Agent {
    return this.#connections.agent(connection);
  }

  enter(): void {
    this.#inFlight++;
  }

  leave(): void {
    this.#inFlight--;
    if (this.#inFlight === 0) this.#drained?.();
  }

  /** Takes on a connection that has become a WebSocket, which no agent knows any more. */
  adopt(socket: Duplex): void {
    this.#upgraded.add(socket);
    socket.once("close", () => this.#upgraded.delete(socket));
  }

  refused(): void {
    this.options.counter.refused();
  }

  /** Sends no further requests here, and reports `drained` as soon as the last one has ended, `delayMs` from now at the latest. */
  drain(delayMs: number): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#retire();
    this.#drained = () => {
      this.#drained = undefined;
      clearTimeout(this.#deadline);
      this.options.onReport({ state: "drained" });
    };
    this.#deadline = setTimeout(() => {
      this.#cut();
      // What was cut ends in its own time, in no more than a moment.
      this.#drained?.();
    }, delayMs);
    if (this.#inFlight === 0) this.#drained();
  }

  /** Its process is gone: it gets no requests before it answers a health check again, and those in flight end now. */
  lose(): void {
    this.#goneSince = performance.now();
    this.#cut();
  }

  /** Forgets it without a report; requests in flight go on, unless they are to be cut. */
  remove({ cut = false } = {}): void {
    this.#drained = undefined;
    this.#draining = true;
    clearTimeout(this.#deadline);
    this.#retire();
    if (cut) this.#cut();
  }

  /** Ends the health checks, closes what is idle now and what becomes idle later. */
  #retire(): void {
    this.health.stop();
    this.#connections.retire();
  }

  #cut(): void {
    this.#connections.cut();
    for (const socket of this.#upgraded) socket.destroy();
  }
}
