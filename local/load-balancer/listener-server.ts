import { randomBytes } from "node:crypto";
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createProxyServer } from "http-proxy-3";
import type { ForwardAction, Listener } from "../cloud/deployment";
import { sendError, sendFixedResponse, sendRedirect } from "./responses";
import { matchingRule } from "./routing";
import type { Target, TargetPool } from "./target-pool";

export interface ListenerServerOptions {
  readonly listener: Listener;
  /** The targets of each target group, by ARN. */
  readonly pools: ReadonlyMap<string, Pick<TargetPool, "next">>;
  /** Milliseconds that a connection, to a client or to a target, may be silent. */
  readonly idleTimeoutMs: number;
}

/** Headers that concern one connection, and not the answer that is passed on. */
const CONNECTION_HEADERS = ["connection", "keep-alive"];

/** A server that treats requests as the listener of an Application Load Balancer does. An HTTPS listener is served
 * without TLS: there is no certificate for the loopback interface. */
export function createListenerServer(options: ListenerServerOptions): Server {
  const { listener, idleTimeoutMs } = options;
  const forward = createForwarder(options);
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    if (!url.startsWith("/")) return sendError(response, 400);
    const host = request.headers.host ?? "";
    const rule = matchingRule(listener.rules, { host, path: url.replace(/\?.*$/s, ""), sourceIp: sourceIp(request) });
    switch (rule?.action.type) {
      case "forward":
        return forward(request, response, rule.action);
      case "fixed-response":
        return sendFixedResponse(response, rule.action);
      case "redirect":
        return sendRedirect(response, rule.action, { protocol: listener.protocol, host, url });
      default:
        return sendError(response, 503);
    }
  });
  server.keepAliveTimeout = idleTimeoutMs;
  // An upload may take as long as it likes, as long as it is not silent.
  server.requestTimeout = 0;
  return server;
}

type Forward = (request: IncomingMessage, response: ServerResponse, action: ForwardAction) => void;

function createForwarder({ listener, pools, idleTimeoutMs }: ListenerServerOptions): Forward {
  const agent = new Agent({ keepAlive: true, timeout: idleTimeoutMs });
  const timedOut = new WeakSet<IncomingMessage>();
  const proxy = createProxyServer({
    agent,
    proxyTimeout: idleTimeoutMs,
    // Else the path is passed on shortened (`/a/../b` as `/b`), and reaches what another rule protects.
    toProxy: true,
  });
  proxy.on("proxyReq", (proxyRequest, request) => {
    proxyRequest.on("timeout", () => timedOut.add(request));
  });
  proxy.on("proxyRes", (proxyResponse, _request, response) => {
    for (const name of CONNECTION_HEADERS) delete proxyResponse.headers[name];
    // The library pipes, and a pipe does not end when its source breaks off: the client would wait for ever.
    proxyResponse.on("close", () => {
      if (!proxyResponse.complete) response.destroy();
    });
  });
  let turn = 0;
  return (request, response, action) => {
    const target = pools.get(groupInTurn(action, turn++))?.next();
    if (!target) return sendError(response, 503);
    proxy.web(request, response, { target: origin(target), headers: forwardedHeaders(request, listener) }, () =>
      sendError(response, timedOut.has(request) ? 504 : 502),
    );
  };
}

/** The target group whose turn it is, by the weights of the groups. */
function groupInTurn({ targetGroups }: ForwardAction, turn: number): string {
  const total = targetGroups.reduce((sum, { weight }) => sum + weight, 0);
  let place = total > 0 ? turn % total : 0;
  const group = targetGroups.find(({ weight }) => {
    place -= weight;
    return place < 0;
  });
  return group?.arn ?? "";
}

function origin({ host, port }: Target) {
  return { host, port, protocol: "http:" };
}

/** Source: "HTTP headers and Application Load Balancers" and "Request tracing for your Application Load Balancer". */
function forwardedHeaders(request: IncomingMessage, listener: Listener): Record<string, string> {
  const { "x-forwarded-for": before, "x-amzn-trace-id": trace } = request.headers;
  return {
    "x-forwarded-for": [before ?? [], sourceIp(request)].flat().join(", "),
    "x-forwarded-proto": listener.protocol.toLowerCase(),
    "x-forwarded-port": String(request.socket.localPort),
    "x-amzn-trace-id": trace?.toString() ?? newTraceId(),
  };
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}

function sourceIp(request: IncomingMessage): string {
  return request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1";
}
