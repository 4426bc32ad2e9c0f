import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ViewApi, ViewRoute } from "../cloud/view";
import { Exchange } from "../http/exchange";
import { hostName } from "../http/headers";
import { isServedHost } from "../http/hosts";
import { HttpServer } from "../http/server";
import type { GatewayRequest } from "./access-log";
import { decide, type IssuerKeys } from "./authorizer";
import { Call } from "./call";
import { isPreflight, preflightHeaders } from "./cors";
import { forwardedHeaders } from "./headers";
import { ownAnswer, type Refusal } from "./own-answers";
import { RouteTable, routeKey, type Selected } from "./routes";
import { TokenBucket } from "./token-bucket";
import type { Destination, Upstream, Upstreams } from "./upstreams";

export interface ApiOptions {
  readonly upstreams: Upstreams;
  readonly keys: IssuerKeys;
  readonly onRequest: (request: GatewayRequest) => void;
  /** How long what is behind may take for its whole answer. */
  readonly integrationTimeoutMs: number;
}

/** Source: "Quotas for configuring and running an HTTP API in API Gateway", for requests as well as for answers. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;

/** How long a client may keep a connection without a request. */
const KEEP_ALIVE_MS = 60_000;

/** What an exchange says of what is behind; 500 is an answer that is too long. */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  413: "too-large",
  500: "answer-too-large",
  504: "timeout",
};

/** Serves an API as API Gateway does, over HTTP. */
export class Api {
  readonly #http: HttpServer;
  #api: ViewApi;
  #routes: RouteTable;
  #bucket: TokenBucket | undefined;

  constructor(
    api: ViewApi,
    private readonly options: ApiOptions,
  ) {
    this.#api = api;
    this.#routes = new RouteTable(api.routes);
    this.#bucket = api.throttle && new TokenBucket(api.throttle);
    // How long a request may take is the matter of the integration's timeout.
    const server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
    })
      .on("request", (request, response) => void this.#serve(request, response))
      .on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => this.#refuse(error, socket));
    this.#http = new HttpServer(server);
  }

  get port(): number {
    return this.#http.port;
  }

  /** What it is served as. */
  get view(): ViewApi {
    return this.#api;
  }

  /** What is before every path: the stage, unless there is none, or a custom domain stands for it. */
  get basePath(): string {
    return basePathOf(this.#api, undefined);
  }

  /** Opens its port (0 for a free one). @throws Failure */
  open(port: number): Promise<void> {
    return this.#http.open(port);
  }

  /** Takes over routes and settings. Requests under way keep theirs; the throttle goes on where its limits are the same. */
  update(api: ViewApi): void {
    this.#api = api;
    this.#routes = new RouteTable(api.routes);
    const { throttle } = api;
    if (!throttle) this.#bucket = undefined;
    else if (!this.#bucket?.is(throttle)) this.#bucket = new TokenBucket(throttle);
  }

  /** Takes no further requests and ends with the last one, or at once. */
  close(how: { cut?: boolean } = {}): Promise<void> {
    return this.#http.close(how);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const api = this.#api;
    const call = new Call(api, request, response);
    this.#http.enter(response, () => this.options.onRequest(call.ended()));
    response.on("error", () => undefined);
    const { url = "", headers } = request;
    if (!url.startsWith("/")) return call.refuse("bad-request");
    if (!isServedHost(headers.host, api.hosts)) return call.refuse("wrong-host");
    if (api.cors && isPreflight(request)) return call.allow(preflightHeaders(api.cors, request));
    const selected = this.#select(request);
    if (!selected) return call.refuse("no-route");
    call.routeKey = routeKey(selected.route);
    if (this.#bucket && !this.#bucket.take()) return call.refuse("throttled");
    if (await this.#admit(call, selected.route)) this.#pass(call, this.options.upstreams.destinationOf(selected, url));
  }

  #select({ method = "", url = "", headers }: IncomingMessage): Selected | undefined {
    const base = basePathOf(this.#api, headers.host);
    const path = url.replace(/\?.*$/s, "");
    if (path !== base && !path.startsWith(`${base}/`)) return undefined;
    return this.#routes.select(method, path.slice(base.length) || "/");
  }

  /** Whether the route's authoriser lets a request pass; answers it where not. */
  async #admit(call: Call, { authorizer: id, scopes }: ViewRoute): Promise<boolean> {
    if (id === undefined) return true;
    const authorizer = call.api.authorizers.find((one) => one.id === id);
    // Without its authoriser a route must not be open.
    if (!authorizer) {
      call.refuse("unauthorized");
      return false;
    }
    const { authorization } = call.request.headers;
    const decision = await decide(authorization, authorizer, scopes, this.options.keys);
    if (decision.allowed) {
      call.claims = decision.claims;
      // Its client may have gone meanwhile.
      return !call.response.destroyed;
    }
    call.authorizerError = decision.error;
    call.refuse(decision.refusal, call.api.kind === "HTTP" ? ["www-authenticate", decision.challenge] : []);
    return false;
  }

  #pass(call: Call, destination: Destination | undefined): void {
    if (!destination) {
      call.refuse("unreachable");
      return;
    }
    const { request, response, api } = call;
    const { upstream, path, host } = destination;
    const exchange = new Exchange<Upstream>({
      request,
      response,
      path,
      choose: (tried) => (tried.has(upstream) ? undefined : upstream),
      refuse: (_, status) => call.refuse(REFUSALS[status] ?? "unreachable"),
      headers: forwardedHeaders(request, api, host),
      answerHeaders: (answer) => call.answerHeaders(answer),
      maxBodyBytes: MAX_BODY_BYTES,
    });
    const timer = setTimeout(() => exchange.breakOff(504), this.options.integrationTimeoutMs);
    response.once("close", () => clearTimeout(timer));
    exchange.start();
  }

  /** Answers what is no request. Where an answer is under way on the connection, nothing can be said any more. */
  #refuse({ code }: NodeJS.ErrnoException, socket: Socket): void {
    if (!socket.writable || this.#http.responseOn(socket)?.headersSent || code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const isTooLong = code === "HPE_HEADER_OVERFLOW";
    const { message } = isTooLong ? { message: "Request Header Fields Too Large" } : ownAnswer("HTTP", "bad-request");
    const body = JSON.stringify({ message });
    const head = [
      `HTTP/1.1 ${isTooLong ? 431 : 400} ${message}`,
      "content-type: application/json",
      `content-length: ${body.length}`,
      "connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  }
}

/** An API's own name, `ID.execute-api...`, has the stage before every path; a custom domain stands for the stage. */
function basePathOf({ stage, hosts }: ViewApi, host: string | undefined): string {
  const isOwnName = (name: string) => /\.execute-api\./.test(name);
  const hasCustomDomain = hosts.some((name) => !isOwnName(name));
  const isCustom = hasCustomDomain && !isOwnName(hostName(host ?? ""));
  return stage === "$default" || isCustom ? "" : `/${stage}`;
}
