import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Failure, messageOf } from "../../../tools/failure";
import { close, listen } from "../../../tools/listen";
import { REQUESTS, type RequestName } from "../asked";
import { BadRequest, readAsked } from "./body";
import type { Bundle } from "./bundle";
import type { Collector } from "./collector";
import { documentOf } from "./document";
import { EventStream } from "./event-stream";
import { actingRefusal, type Refusal, readingRefusal, refusalOf, SAFE_HEADERS } from "./protection";

/** Does what is asked by a name, and gives what there is to say. @throws Failure for what can't be done */
export type Act = (name: RequestName, asked: unknown) => Promise<object>;

export interface StatusServerOptions {
  readonly collector: Collector;
  readonly act: Act;
  /** Makes the script and the stylesheet; called when somebody opens the page first. */
  readonly bundle: () => Promise<Bundle>;
}

const TOKEN_BYTES = 32;

const TEXT = "text/plain; charset=utf-8";

/** Serves the page, the state as it changes, and the acts: on the loopback interface, to pages of its own alone. */
export class StatusServer {
  /** Of this run: whoever acts has to know it. */
  readonly token = randomBytes(TOKEN_BYTES).toString("base64url");
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #events: EventStream;
  #bundle: Promise<Bundle> | undefined;
  #port = 0;

  constructor(private readonly options: StatusServerOptions) {
    this.#events = new EventStream(options.collector);
  }

  /** Opens a free port. @throws Failure */
  async open(): Promise<void> {
    this.#port = await listen(this.#server, 0);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.options.collector.close();
    await close(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    try {
      const refusal = refusalOf(request, this.#port) ?? (await this.#answer(request, response));
      if (refusal) refuse(request, response, refusal);
    } catch (error) {
      refuse(request, response, { status: 500, message: messageOf(error) });
    }
  }

  /** Answers, or gives why not. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const path = request.url ?? "";
    if (path.startsWith("/api/")) return this.#act(request, response, path.slice("/api/".length));
    if (request.method !== "GET" && request.method !== "HEAD") return { status: 405, message: "pages take GET only" };
    switch (path) {
      case "/":
        return send(response, "text/html; charset=utf-8", documentOf(this.token));
      case "/page.js":
        return send(response, "text/javascript; charset=utf-8", (await this.#bundled()).script);
      case "/style.css":
        return send(response, "text/css; charset=utf-8", (await this.#bundled()).style);
      case "/events":
        return readingRefusal(request) ?? this.#stream(response);
      default:
        return { status: 404, message: "there is only the page: /" };
    }
  }

  #stream(response: ServerResponse): Refusal | undefined {
    if (this.#events.serve(response)) return undefined;
    return { status: 503, message: "too many pages are open: close one" };
  }

  async #act(request: IncomingMessage, response: ServerResponse, name: string): Promise<Refusal | undefined> {
    const refusal = actingRefusal(request, this.token);
    if (refusal) return refusal;
    if (!isRequestName(name)) return { status: 404, message: `there is no act "${name}"` };
    try {
      const done = await this.options.act(name, await readAsked(request, name));
      this.options.collector.wake();
      return send(response, "application/json", JSON.stringify(done));
    } catch (error) {
      if (error instanceof BadRequest) return { status: error.status, message: error.message };
      // What was asked for is well-formed, but can't be done as things are.
      if (error instanceof Failure) return { status: 409, message: error.message };
      throw error;
    }
  }

  /** Once, unless it fails. */
  #bundled(): Promise<Bundle> {
    this.#bundle ??= this.options.bundle().catch((error: unknown) => {
      this.#bundle = undefined;
      throw error;
    });
    return this.#bundle;
  }
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(REQUESTS, name);
}

function send(response: ServerResponse, contentType: string, body: string): undefined {
  response.writeHead(200, { "content-type": contentType }).end(body);
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, message }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of a body is not read: the connection ends with the answer.
  if (!request.complete) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": TEXT }).end(`${message}\n`);
}
