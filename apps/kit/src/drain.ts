import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as arrivals, setTimeout as sleep } from "node:timers/promises";

const SWEEP_MILLISECONDS = 50;

/**
 * How long connections are still accepted and answered after the drain began: a client that is busy on a keep-alive
 * connection learns with its next answer that it is the last one. `server.close()` at once would reset such a
 * connection between two requests, with the next one unread.
 */
const LAST_ANSWERS_MILLISECONDS = 250;

/**
 * Ends the connections of a server without cutting a request.
 *
 * `server.close()` alone waits for a keep-alive connection that was busy when it was called until its keep-alive timeout,
 * which is longer than the load balancer's idle timeout and so longer than the stop timeout: every deployment would end
 * with SIGKILL. So responses carry `Connection: close` while draining, and what has become idle is swept away.
 *
 * Create it before the first request: it has to see every connection and response.
 */
export class ConnectionDrain {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #responses = new Set<ServerResponse>();
  #draining = false;

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.prependListener("request", (_request, response) => {
      this.#responses.add(response);
      response.once("close", () => this.#responses.delete(response));
      if (this.#draining) response.setHeader("Connection", "close");
    });
  }

  /** From now on every answer is the last one of its connection: `Connection: close`. */
  begin(): void {
    this.#draining = true;
    for (const response of this.#responses) {
      if (!response.headersSent) response.setHeader("Connection", "close");
    }
  }

  /**
   * Gives busy connections their last answer, refuses new ones, lets requests finish, and resolves when no connection is
   * left.
   *
   * @param deadlineMilliseconds after this time the connections still open are destroyed
   * @returns whether all requests could finish in time
   */
  async close(deadlineMilliseconds: number): Promise<boolean> {
    this.begin();
    const lastAnswers = Math.min(LAST_ANSWERS_MILLISECONDS, deadlineMilliseconds / 2);
    await sleep(lastAnswers);
    // What came meanwhile to a process that had no processor is still unread, and its connection looks idle: it is read first.
    await arrivals();
    let inTime = true;
    const sweep = setInterval(() => this.#sweep(), SWEEP_MILLISECONDS);
    const deadline = setTimeout(() => {
      inTime = false;
      this.#server.closeAllConnections();
    }, deadlineMilliseconds - lastAnswers);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    clearInterval(sweep);
    clearTimeout(deadline);
    return inTime;
  }

  #sweep(): void {
    this.#server.closeIdleConnections();
    // To Node a connection that never sent a byte is not idle: it would wait for a first request until `headersTimeout`.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
