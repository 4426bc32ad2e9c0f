import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ViewListener, ViewLoadBalancer } from "../cloud/view";
import { Exchange, type Upgrade } from "../http/exchange";
import { hasBody, sourceIp } from "../http/headers";
import { HttpServer } from "../http/server";
import type { Routable } from "./conditions";
import type { Counters } from "./counters";
import { forwardedHeaders } from "./headers";
import { rawError, sendError, sendFixedResponse, sendRedirect } from "./own-answers";
import { drawGroup, type ForwardAction, type ListenerRule, readRules } from "./rules";
import type { Target } from "./target";
import type { TargetGroup } from "./target-group";

/** A request that was answered, or broken off. */
export interface ServedRequest {
  readonly listenerArn: string;
  /** `undefined` where it was refused before any rule was looked at. */
  readonly ruleArn: string | undefined;
  readonly targetGroupArn: string | undefined;
  /** The target that it was sent to last. */
  readonly target: Target | undefined;
  readonly method: string;
  readonly url: string;
  /** What the client got, 101 for a WebSocket; 460 where it went away before the answer. */
  readonly status: number;
  readonly durationMs: number;
  /** The X-Amzn-Trace-Id that the client sent: whoever sends one finds out what became of the request. */
  readonly traceId: string | undefined;
}

export interface ListenerOptions {
  readonly groups: ReadonlyMap<string, TargetGroup>;
  readonly counters: Counters;
  readonly onRequest: (request: ServedRequest) => void;
}

/** Source: "Attributes of Application Load Balancers". */
const DEFAULT_IDLE_TIMEOUT_SECONDS = 60;

/** Limits of a request. Source: "Quotas for your Application Load Balancers", HTTP headers; HTTP 463. */
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_LINE_BYTES = 16 * 1024;
const MAX_FORWARDED_ADDRESSES = 30;

const SWITCHING_PROTOCOLS = 101;

/** Source: "Troubleshoot your Application Load Balancers", HTTP 460. */
const CLIENT_CLOSED = 460;

const HOST = /^(\[[0-9a-f:.]+\]|[^\s/?#@\\[\]:]*)(:\d{0,5})?$/i;

/** A request, and what it has come to so far. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upgrade?: Upgrade;
  readonly startedAt: number;
  ruleArn?: string;
  targetGroupArn?: string;
  exchange?: Exchange<Target>;
}

export function idleTimeoutMs({ attributes }: ViewLoadBalancer): number {
  return Number(attributes["idle_timeout.timeout_seconds"] ?? DEFAULT_IDLE_TIMEOUT_SECONDS) * 1_000;
}

/** Serves a listener as an Application Load Balancer does; one for HTTPS without TLS, for there is no certificate. */
export class Listener {
  readonly #server: Server;
  readonly #http: HttpServer;
  #loadBalancer: ViewLoadBalancer;
  #listener: ViewListener;
  #rules: readonly ListenerRule[] = [];

  constructor(
    loadBalancer: ViewLoadBalancer,
    listener: ViewListener,
    private readonly options: ListenerOptions,
  ) {
    this.#loadBalancer = loadBalancer;
    this.#listener = listener;
    // An upload may take as long as it likes, as long as it is not silent.
    this.#server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, requireHostHeader: false })
      .on("request", (request, response) => this.#serve(request, response))
      .on("upgrade", (request, socket: Socket, head) => this.#serveUpgrade(request, { socket, head }))
      .on("connect", (_request, socket) => socket.end(rawError(400)))
      .on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => this.#refuse(error, socket));
    this.#http = new HttpServer(this.#server);
  }

  get port(): number {
    return this.#http.port;
  }

  /** Opens its port (0 for a free one). @throws Failure */
  open(port: number): Promise<void> {
    return this.#http.open(port);
  }

  /** Takes over rules and attributes. Requests under way keep theirs. @throws Failure for a rule that can't be served */
  update(loadBalancer: ViewLoadBalancer, listener: ViewListener): void {
    this.#loadBalancer = loadBalancer;
    this.#listener = listener;
    this.#server.timeout = idleTimeoutMs(loadBalancer);
    this.#server.keepAliveTimeout = this.#server.timeout;
    this.#rules = readRules(listener.rules);
  }

  /** Takes no further requests and ends with the last one, or at once. */
  close(how: { cut?: boolean } = {}): Promise<void> {
    return this.#http.close(how);
  }

  #serveUpgrade(request: IncomingMessage, upgrade: Upgrade): void {
    const { socket } = upgrade;
    if (this.#http.responseOn(socket)) socket.destroySoon();
    else if (isWebSocket(request)) this.#serveWebSocket(request, upgrade);
    else this.#serveAnew(request, upgrade);
  }

  #serveWebSocket(request: IncomingMessage, upgrade: Upgrade): void {
    const { socket } = upgrade;
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.once("finish", () => socket.destroySoon());
    // Node lets go of a connection that is to be upgraded, but for its timer.
    socket.on("timeout", () => response.emit("timeout"));
    this.#serve(request, response, upgrade);
  }

  /** Other protocols are not spoken (curl and Java's client offer h2c): the request is read again without its offer. */
  #serveAnew({ method, url, httpVersion, rawHeaders }: IncomingMessage, { socket, head }: Upgrade): void {
    const lines = rawHeaders.flatMap((name, index) => {
      if (index % 2 === 1 || name.toLowerCase() === "upgrade") return [];
      return [`${name}: ${rawHeaders[index + 1]}`];
    });
    const text = `${method} ${url} HTTP/${httpVersion}\r\n${lines.join("\r\n")}\r\n\r\n`;
    socket.unshift(Buffer.concat([Buffer.from(text, "latin1"), head]));
    this.#server.emit("connection", socket);
  }

  #serve(request: IncomingMessage, response: ServerResponse, upgrade?: Upgrade): void {
    const call: Call = { request, response, ...(upgrade && { upgrade }), startedAt: performance.now() };
    this.#http.enter(response, () => this.#end(call));
    response.on("error", () => undefined);
    response.on("timeout", () => (call.exchange ? call.exchange.timeOut() : response.destroy()));
    const fault = faultOf(request);
    if (fault) sendError(response, fault);
    else this.#act(call);
  }

  #end(call: Call): void {
    const { request, ruleArn, targetGroupArn, exchange, startedAt } = call;
    const status = statusOf(call);
    this.options.counters.count(this.#loadBalancer.arn, {
      target: exchange?.target?.options.counter,
      status,
      responseSeconds: exchange?.responseSeconds,
    });
    this.options.onRequest({
      listenerArn: this.#listener.arn,
      ruleArn,
      targetGroupArn,
      target: exchange?.target,
      method: request.method ?? "",
      url: request.url ?? "",
      status,
      durationMs: performance.now() - startedAt,
      traceId: request.headers["x-amzn-trace-id"]?.toString(),
    });
  }

  #act(call: Call): void {
    const { request, response } = call;
    const routable = routableOf(request);
    const rule = this.#rules.find(({ holds }) => holds(routable));
    if (rule) call.ruleArn = rule.arn;
    switch (rule?.action.type) {
      case "forward":
        this.#forward(call, rule.action);
        break;
      case "fixed-response":
        sendFixedResponse(response, rule.action.config);
        break;
      case "redirect":
        sendRedirect(response, rule.action.config, { protocol: this.#listener.protocol, ...routable });
        break;
      default:
        sendError(response, 503);
    }
  }

  #forward(call: Call, { groups }: ForwardAction): void {
    const { request, response, upgrade } = call;
    const arn = drawGroup(groups);
    const group = arn && this.options.groups.get(arn);
    if (group) {
      const { protocol } = this.#listener;
      const { attributes, arn: loadBalancerArn } = this.#loadBalancer;
      const headers = forwardedHeaders(request, { protocol, attributes, upgrade: upgrade !== undefined });
      call.targetGroupArn = group.arn;
      call.exchange = new Exchange<Target>({
        request,
        response,
        choose: (tried) => {
          const target = group.choose(tried);
          target?.options.counter.chosenBy(loadBalancerArn);
          return target;
        },
        refuse: sendError,
        headers,
        upgrade,
      });
      call.exchange.start();
    } else {
      sendError(response, 503);
    }
  }

  /** Answers what is no request. Where an answer is under way on the connection, nothing can be said any more. */
  #refuse({ code }: NodeJS.ErrnoException, socket: Socket): void {
    if (!socket.writable || this.#http.responseOn(socket)?.headersSent || code === "ECONNRESET") socket.destroy();
    else socket.end(rawError(code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400));
  }
}

/** What the client got. A switch of protocols is written past the response. */
function statusOf({ response, exchange }: Call): number {
  if (exchange?.upgraded) return SWITCHING_PROTOCOLS;
  return response.headersSent ? response.statusCode : CLIENT_CLOSED;
}

function isWebSocket(request: IncomingMessage): boolean {
  const { method, headers } = request;
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket" && !hasBody(request);
}

/** Status of a request that no rule is asked about. Source: "Troubleshoot your Application Load Balancers". */
function faultOf({ method, url = "", headers, rawHeaders, httpVersion }: IncomingMessage): number | undefined {
  if (!url.startsWith("/")) return 400;
  if (url.length > MAX_LINE_BYTES) return 414;
  if (method === "TRACE") return 405;
  if (!HOST.test(headers.host ?? (httpVersion === "1.0" ? "" : "/"))) return 400;
  if (rawHeaders.some((text) => text.length > MAX_LINE_BYTES)) return 400;
  if (rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host").length > 1) return 400;
  if (headers["transfer-encoding"] !== undefined && headers["transfer-encoding"].toLowerCase() !== "chunked")
    return 501;
  const forwardedFor = headers["x-forwarded-for"]?.toString() ?? "";
  if (forwardedFor.split(",").length > MAX_FORWARDED_ADDRESSES) return 463;
  return undefined;
}

function routableOf(request: IncomingMessage): Routable {
  const { method = "", url = "", headers, rawHeaders } = request;
  const [path = "", query = ""] = url.split(/\?(.*)/s);
  return { method, path, query, rawHeaders, host: headers.host ?? "", sourceIp: sourceIp(request) };
}
