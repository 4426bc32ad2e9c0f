import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import { hasBody, returnedHeaders } from "./headers";
import { limited } from "./limited";

/** A server that requests are passed on to. */
export interface ExchangeTarget {
  readonly options: { readonly host: string; readonly port: number };
  /** Whether it is to get requests. */
  readonly takesRequests: boolean;
  /** The connections for a request: those that are kept, or one that is used once. */
  agent(connection: "kept" | "single"): Agent;
  enter(): void;
  leave(): void;
  /** Takes on a connection that has become a WebSocket, which no agent knows any more. */
  adopt(socket: Duplex): void;
  /** Hears that a connection to it could not be made. */
  refused?(): void;
}

export interface ExchangeOptions<Target extends ExchangeTarget> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The target whose turn it is, none of those that were tried. */
  readonly choose: (tried: ReadonlySet<Target>) => Target | undefined;
  /**
   * Answers in the server's own words: 408 where the client was too slow, 502 for a target that broke off or that no
   * connection could be made to, 503 without a target, 504 for one that was too slow. Breaks off what has begun.
   */
  readonly refuse: (response: ServerResponse, status: number) => void;
  /** Path and query for the target. @default - as they came */
  readonly path?: string;
  /** Names and values in turn. */
  readonly headers: string[];
  /** The headers of the client's answer, names and values in turn. @default - the target's, but for those of a connection */
  readonly answerHeaders?: (answer: IncomingMessage) => string[];
  /** The client's connection, where it is to become a WebSocket. */
  readonly upgrade?: Upgrade | undefined;
  /** Longest body: `refuse` with 413 for a request, 500 for an answer. @default - any */
  readonly maxBodyBytes?: number;
}

export interface Upgrade {
  readonly socket: Socket;
  /** What the client sent already behind its request. */
  readonly head: Buffer;
}

/** Longest headers of an answer, in bytes. Source: "Troubleshoot your Application Load Balancers", HTTP 502. */
const MAX_ANSWER_HEADER_BYTES = 32 * 1024;

const MS_PER_SECOND = 1_000;

const REPEATABLE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/**
 * A request on its way to a target, and the answer on its way back, both streamed.
 *
 * A request may meet a connection that the target has just closed for being idle. Whether the target had read it nobody
 * can tell for sure, so only a request that does no harm twice (of an idempotent method, without a body) goes over a
 * connection that was kept, and once more over a new one if that was closed. Every other goes over a new connection: there
 * is none that could be stale. A connection that was refused had carried nothing, so any request then tries another target.
 */
export class Exchange<Target extends ExchangeTarget> {
  /** The target that the request was sent to last. */
  target: Target | undefined;
  readonly #tried = new Set<Target>();
  readonly #hasBody: boolean;
  #body: Readable;
  #outgoing: ClientRequest | undefined;
  #sentAt = 0;
  #responseSeconds: number | undefined;
  #inUse = false;
  #upgraded = false;

  constructor(private readonly options: ExchangeOptions<Target>) {
    this.#hasBody = hasBody(options.request);
    this.#body = options.request;
    options.response.once("close", () => {
      this.#leave();
      // Finished or not: a client that has gone wants no answer, and a target that has answered no more of the request.
      if (!options.response.writableFinished || !options.request.complete) this.#outgoing?.destroy();
    });
  }

  /** Whether the connection has become a WebSocket. */
  get upgraded(): boolean {
    return this.#upgraded;
  }

  /** From sending the request to the first byte of the answer; `undefined` while the target has not answered. */
  get responseSeconds(): number | undefined {
    return this.#responseSeconds;
  }

  /** Sends the request to the target whose turn it is. */
  start(): void {
    const { choose, refuse, request, response, maxBodyBytes } = this.options;
    if (maxBodyBytes !== undefined && Number(request.headers["content-length"] ?? 0) > maxBodyBytes) {
      refuse(response, 413);
      return;
    }
    const target = choose(this.#tried);
    if (target) this.#send(target, this.#isRepeatable ? "kept" : "single");
    else refuse(response, this.#tried.size > 0 ? 502 : 503);
  }

  /** Nothing has come or gone for the idle timeout: says who was waited for, where that can still be said. */
  timeOut(): void {
    this.breakOff(this.options.request.complete ? 504 : 408);
  }

  /** Ends the exchange, with this status where there was no answer yet. */
  breakOff(status: number): void {
    const { response, refuse } = this.options;
    if (this.#upgraded) response.destroy();
    else refuse(response, status);
    this.#outgoing?.destroy();
  }

  get #isRepeatable(): boolean {
    const { request, upgrade } = this.options;
    return !this.#hasBody && !upgrade && REPEATABLE_METHODS.has(request.method ?? "");
  }

  #send(target: Target, connection: "kept" | "single"): void {
    const { request, headers, upgrade, path = request.url } = this.options;
    const { host, port } = target.options;
    const outgoing = httpRequest({
      agent: target.agent(connection),
      host,
      port,
      method: request.method,
      path,
      headers,
      setHost: false,
      maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
    });
    this.#outgoing = outgoing;
    this.target = target;
    target.enter();
    this.#inUse = true;
    let connected = false;
    let justSent = false;
    outgoing.once("socket", (socket) =>
      whenConnected(socket, () => {
        connected = true;
        this.#sentAt = performance.now();
        justSent = outgoing.reusedSocket;
        if (justSent) afterNextPoll(() => (justSent = false));
        if (this.#hasBody) this.#limitedBody().pipe(outgoing);
        else outgoing.end();
      }),
    );
    outgoing.on("response", (answer) => {
      // What has answered was there.
      justSent = false;
      this.#answer(answer);
    });
    outgoing.on("upgrade", (answer, socket: Socket, head) => {
      if (upgrade) return this.#upgrade(upgrade, answer, socket, head);
      // Nobody asked for another protocol. Node tells of such a connection here or nowhere.
      socket.destroy();
      return this.#fail(target, "broken");
    });
    outgoing.on("error", () => {
      if (connected && !justSent) this.#fail(target, "broken");
      else this.#fail(target, outgoing.reusedSocket ? "stale" : "refused");
    });
  }

  /** The body as it is sent; it is read once, whichever connection it goes over. */
  #limitedBody(): Readable {
    const { request, maxBodyBytes } = this.options;
    if (maxBodyBytes !== undefined && this.#body === request) {
      this.#body = limited(request, maxBodyBytes, () => this.breakOff(413));
    }
    return this.#body;
  }

  #answer(answer: IncomingMessage): void {
    const { response, refuse, answerHeaders = returnedHeaders, maxBodyBytes } = this.options;
    if (maxBodyBytes !== undefined && Number(answer.headers["content-length"] ?? 0) > maxBodyBytes) {
      this.breakOff(500);
      return;
    }
    try {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer));
    } catch {
      // Node reads more than it writes, such as control characters in the reason phrase.
      answer.destroy();
      refuse(response, 502);
      return;
    }
    this.#stopClock();
    const body = maxBodyBytes === undefined ? answer : limited(answer, maxBodyBytes, () => this.breakOff(500));
    body.pipe(response);
    // A pipe does not end when its source breaks off: the client would wait for ever, or take half for the whole.
    answer.once("close", () => {
      if (!answer.complete) response.destroy();
    });
  }

  #fail(target: Target, why: "refused" | "stale" | "broken"): void {
    const { response, refuse } = this.options;
    this.#leave();
    if (response.destroyed || response.writableEnded) return;
    if (why === "stale" && target.takesRequests) {
      this.#send(target, "single");
    } else if (why === "broken") {
      this.#body.unpipe();
      refuse(response, 502);
    } else {
      if (why === "refused") target.refused?.();
      this.#tried.add(target);
      this.start();
    }
  }

  /** Joins the two connections, until one of them closes. */
  #upgrade({ socket, head }: Upgrade, answer: IncomingMessage, upstream: Socket, upstreamHead: Buffer): void {
    this.#upgraded = true;
    this.#stopClock();
    this.target?.adopt(upstream);
    const fields = returnedHeaders(answer);
    const lines = fields.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${fields[index + 1]}`] : []));
    const start = `HTTP/1.1 101 ${answer.statusMessage}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
    socket.write(Buffer.from(`${start}${lines.join("\r\n")}\r\n\r\n`, "latin1"));
    socket.write(upstreamHead);
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      one.on("error", () => undefined);
      one.once("close", () => other.destroySoon());
    }
  }

  #stopClock(): void {
    this.#responseSeconds = (performance.now() - this.#sentAt) / MS_PER_SECOND;
  }

  #leave(): void {
    if (this.#inUse) this.target?.leave();
    this.#inUse = false;
  }
}

function whenConnected(socket: Socket, then: () => void): void {
  if (socket.connecting) socket.once("connect", then);
  else then();
}

/**
 * Runs after the network was looked at once more. A connection that was closed before something was written to it says so
 * by then; what fails later had a living target at its other end.
 */
function afterNextPoll(then: () => void): void {
  // The first immediate belongs to the round of the event loop that is under way.
  setImmediate(() => setImmediate(then));
}
