import { Agent } from "node:http";
import type { Socket } from "node:net";

/** Connections kept for the next request. More than that are closed after theirs. */
const MAX_IDLE_CONNECTIONS = 1_024;

/** Source: "Attributes of Application Load Balancers", idle timeout. */
const MAX_IDLE_TIMEOUT_MS = 4_000_000;

/** The connections to a server: those that are kept, and those that are used once. */
export class Connections {
  readonly #kept: KeptConnections;
  readonly #single = new Agent({ keepAlive: true });

  /** @param idleTimeoutMs milliseconds that a connection is kept without a request, as of now */
  constructor(idleTimeoutMs: () => number) {
    this.#kept = new KeptConnections(idleTimeoutMs);
    // Its connections are closed after one request, but by this side: a target that is told `Connection: close` resets the
    // connection where it answers before the end of an upload, and its answer (413) would be lost.
    this.#single.maxFreeSockets = 0;
  }

  agent(connection: "kept" | "single"): Agent {
    return connection === "kept" ? this.#kept : this.#single;
  }

  /** Closes what is idle now and what becomes idle later. */
  retire(): void {
    this.#kept.maxFreeSockets = 0;
    for (const sockets of Object.values(this.#kept.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  /** Ends everything at once. */
  cut(): void {
    this.#kept.destroy();
    this.#single.destroy();
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
