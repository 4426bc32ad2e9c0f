import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { close, listen } from "../../tools/listen";

/** A server of the loopback interface that can end with its last request, and is told of each that it answers. */
export class HttpServer {
  readonly #active = new Set<ServerResponse>();
  #port = 0;

  constructor(private readonly server: Server) {}

  /** 0 until it is open. */
  get port(): number {
    return this.#port;
  }

  /** Opens its port (0 for a free one). @throws Failure */
  async open(port: number): Promise<void> {
    this.#port = await listen(this.server, port, "give another one by --port N, or none for a free one");
  }

  /** A request is being answered: until its response is closed, after which `left` is called. */
  enter(response: ServerResponse, left: () => void): void {
    this.#active.add(response);
    if (!this.server.listening) response.shouldKeepAlive = false;
    response.once("close", () => {
      this.#active.delete(response);
      if (!this.server.listening) this.server.closeIdleConnections();
      left();
    });
  }

  /** The response that is under way on a connection. */
  responseOn(socket: Socket): ServerResponse | undefined {
    return [...this.#active].find((response) => response.socket === socket);
  }

  /** Takes no further requests and ends with the last one, or at once. */
  close({ cut = false } = {}): Promise<void> {
    if (cut) return close(this.server);
    const closed = new Promise<void>((resolve) => void this.server.close(() => resolve()));
    for (const response of this.#active) response.shouldKeepAlive = false;
    return closed;
  }
}
