import type { ServerResponse } from "node:http";
import type { Collector } from "./collector";

/** People who look at once; a page has one connection. */
const CLIENTS_MAX = 20;

/** So that a connection that nobody is at the other end of any more is noticed. */
const HEARTBEAT_MS = 15_000;

/** How soon a page that has lost us tries again. */
const RETRY_MS = 1_000;

/** Sends the state as server-sent events: all of it first, then each section that has changed. */
export class EventStream {
  readonly #clients = new Set<ServerResponse>();

  constructor(private readonly collector: Collector) {}

  /** Serves a page until it goes. @returns whether there was room for it */
  serve(response: ServerResponse): boolean {
    if (this.#clients.size >= CLIENTS_MAX) return false;
    this.#clients.add(response);
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.write(`retry: ${RETRY_MS}\n\n`);
    const send = (changes: object) => response.write(`data: ${JSON.stringify(changes)}\n\n`);
    send(this.collector.state);
    const unsubscribe = this.collector.subscribe(send);
    const heartbeat = setInterval(() => response.write(":\n\n"), HEARTBEAT_MS);
    response.on("error", () => undefined);
    response.on("close", () => {
      clearInterval(heartbeat);
      unsubscribe();
      this.#clients.delete(response);
    });
    return true;
  }
}
