import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** Headers that concern one connection, and are not passed on. Source: RFC 9110, "Connection". */
const OF_ONE_CONNECTION = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];

/** `expect` was met by the server; the others are the load balancer's own to write. */
const NOT_FORWARDED = new Set([
  ...OF_ONE_CONNECTION,
  "expect",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-amzn-trace-id",
]);

const NOT_RETURNED = new Set([...OF_ONE_CONNECTION, "transfer-encoding"]);

/** What says where a message ends and whom it is for: a client that names them in `Connection` is not obeyed. */
const NEVER_DROPPED = new Set(["host", "content-length", "transfer-encoding"]);

const BODILESS_METHODS = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

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
  const headersToSend = passedOn(request.rawHeaders, NOT_FORWARDED, dropInvalid);
  if (headers.host === undefined) headersToSend.push("Host", `${socket.localAddress}:${socket.localPort}`);
  const clients = forwardedFor(request, over.attributes["routing.http.xff_header_processing.mode"]);
  if (clients !== "") headersToSend.push("X-Forwarded-For", clients);
  headersToSend.push(
    "X-Forwarded-Proto",
    over.protocol.toLowerCase(),
    "X-Forwarded-Port",
    String(socket.localPort),
    "X-Amzn-Trace-Id",
    traceId(headers["x-amzn-trace-id"]?.toString()),
  );
  // Without a word on the length Node would call it chunked.
  if (!hasLength(headers) && !BODILESS_METHODS.has(request.method ?? "")) headersToSend.push("Content-Length", "0");
  if (over.upgrade) headersToSend.push("Connection", "Upgrade", "Upgrade", "websocket");
  return headersToSend;
}

/** The headers a client gets of a target's answer. */
export function returnedHeaders({ rawHeaders }: IncomingMessage): string[] {
  return passedOn(rawHeaders, NOT_RETURNED);
}

function hasLength(headers: IncomingHttpHeaders): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

function passedOn(rawHeaders: readonly string[], dropped: ReadonlySet<string>, dropInvalid = false): string[] {
  const named = namedByConnection(rawHeaders);
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const key = name.toLowerCase();
    if (dropped.has(key) || (named.includes(key) && !NEVER_DROPPED.has(key))) continue;
    if (dropInvalid && !VALID_NAME.test(name)) continue;
    kept.push(name, rawHeaders[index + 1] ?? "");
  }
  return kept;
}

function namedByConnection(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && name.length === "connection".length && name.toLowerCase() === "connection"
      ? (rawHeaders[index + 1]?.toLowerCase().split(/\s*,\s*/) ?? [])
      : [],
  );
}

function forwardedFor(request: IncomingMessage, mode = "append"): string {
  const before = request.headers["x-forwarded-for"]?.toString() ?? "";
  if (mode === "preserve") return before;
  if (mode === "remove") return "";
  return before === "" ? sourceIp(request) : `${before}, ${sourceIp(request)}`;
}

export function sourceIp(request: IncomingMessage): string {
  return request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1";
}

/** A trace that a client began goes on: the load balancer adds itself to it. */
function traceId(given: string | undefined): string {
  const fields = given?.split(";").filter((field) => field !== "" && !/^self=/i.test(field)) ?? [];
  const name = fields.some((field) => /^root=/i.test(field)) ? "Self" : "Root";
  return [`${name}=${newTraceId()}`, ...fields].join(";");
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  // Quicker than random bytes, of which Node fetches some each time.
  const id = randomUUID().replaceAll("-", "").slice(-24);
  return `1-${seconds}-${id}`;
}
