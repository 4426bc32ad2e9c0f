import { Agent } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TargetReport, ViewHealthCheck } from "../cloud/view";
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
  readonly onReport: (report: Pick<TargetReport, "state" | "reason" | "description">) => void;
}

/** Connections kept for the next request. More than that are closed after theirs. */
const MAX_IDLE_CONNECTIONS = 1_024;

/** Source: "Attributes of Application Load Balancers", idle timeout. */
const MAX_IDLE_TIMEOUT_MS = 4_000_000;

/**
 * A target of a target group: its health, its connections, and its end.
 *
 * It is chosen and counted as in use in one step, so that it can't be called drained in between.
 */
export class Target {
  readonly health: HealthCheck;
  #inFlight = 0;
  #draining = false;
  #goneSince: number | undefined;
  #drained: (() => void) | undefined;
  #deadline: NodeJS.Timeout | undefined;
  readonly #kept: KeptConnections;
  readonly #single = new Agent({ keepAlive: true });
  readonly #upgraded = new Set<Duplex>();

  constructor(readonly options: TargetOptions) {
    const { host, port, healthCheck, healthCheckCapMs, idleTimeoutMs, onReport } = options;
    this.#kept = new KeptConnections(idleTimeoutMs);
    // Its connections are closed after one request, but by this side: a target that is told `Connection: close` resets the
    // connection where it answers before the end of an upload, and its answer (413) would be lost.
    this.#single.maxFreeSockets = 0;
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
    return connection === "kept" ? this.#kept : this.#single;
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
    this.#kept.maxFreeSockets = 0;
    for (const sockets of Object.values(this.#kept.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  #cut(): void {
    this.#kept.destroy();
    this.#single.destroy();
    for (const socket of this.#upgraded) socket.destroy();
  }
}

/** Connections that are closed when nobody has used them for the idle timeout, or a moment before their target does so. */
class KeptConnections extends Agent {
  constructor(private readonly idleTimeoutMs: () => number) {
    // Only with a timeout of its own does Node listen to the target's (`Keep-Alive: timeout=5`).
    super({ keepAlive: true, timeout: MAX_IDLE_TIMEOUT_MS, maxFreeSockets: MAX_IDLE_CONNECTIONS });
  }

  override keepSocketAlive(socket: Socket) {
    const isKept = super.keepSocketAlive(socket);
    const idleTimeoutMs = this.idleTimeoutMs();
    if ((socket.timeout ?? 0) > idleTimeoutMs) socket.setTimeout(idleTimeoutMs);
    return isKept;
  }
}
