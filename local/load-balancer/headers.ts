import type { IncomingMessage } from "node:http";
import { lengthOfNothing, OF_ONE_CONNECTION, passedOn, sourceIp, traceId } from "../http/headers";

/** `expect` was met by the server; the others are the load balancer's own to write. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  ...OF_ONE_CONNECTION,
  "expect",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-amzn-trace-id",
]);

const VALID_NAME = /^[A-Za-z0-9-]+$/;

/** What the headers of a forwarded request depend on, beside the request. */
export interface ForwardedOver {
  readonly protocol: "HTTP" | "HTTPS";
  /** The load balancer's, by key. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether the connection is to become a WebSocket. */
  readonly upgrade: boolean;
}

/**
 * The headers a target gets, names and values in turn: those that came, as they came, and the load balancer's own.
 *
 * Source: "HTTP headers and Application Load Balancers", "Request tracing for your Application Load Balancer".
 */
export function forwardedHeaders(request: IncomingMessage, over: ForwardedOver): string[] {
  const { headers, socket } = request;
  const dropInvalid = over.attributes["routing.http.drop_invalid_header_fields.enabled"] === "true";
  const headersToSend = passedOn(request.rawHeaders, NOT_FORWARDED, (name) => !dropInvalid || VALID_NAME.test(name));
  if (headers.host === undefined) headersToSend.push("Host", `${socket.localAddress}:${socket.localPort}`);
  const clients = forwardedFor(request, over.attributes["routing.http.xff_header_processing.mode"]);
  if (clients !== "") headersToSend.push("X-Forwarded-For", clients);
  headersToSend.push(
    "X-Forwarded-Proto",
    over.protocol.toLowerCase(),
    "X-Forwarded-Port",
    String(socket.localPort),
    "X-Amzn-Trace-Id",
    traceId(request),
    ...lengthOfNothing(request),
  );
  if (over.upgrade) headersToSend.push("Connection", "Upgrade", "Upgrade", "websocket");
  return headersToSend;
}

function forwardedFor(request: IncomingMessage, mode = "append"): string {
  const before = request.headers["x-forwarded-for"]?.toString() ?? "";
  if (mode === "preserve") return before;
  if (mode === "remove") return "";
  return before === "" ? sourceIp(request) : `${before}, ${sourceIp(request)}`;
}
