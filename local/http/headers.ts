import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Headers that concern one connection, and are not passed on. Source: RFC 9110, "Connection". */
export const OF_ONE_CONNECTION: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
];

/** What says where a message ends and whom it is for: a client that names them in `Connection` is not obeyed. */
const NEVER_DROPPED = new Set(["host", "content-length", "transfer-encoding"]);

const NOT_RETURNED: ReadonlySet<string> = new Set([...OF_ONE_CONNECTION, "transfer-encoding"]);

const BODILESS_METHODS = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

/**
 * The headers of a message that go on to the next server, names and values in turn, as they came: without those that the
 * sender's `Connection` names, and without `dropped` (in lower case).
 *
 * @param isPassed whether a header of that name may go on. @default - all
 */
export function passedOn(
  rawHeaders: readonly string[],
  dropped: ReadonlySet<string>,
  isPassed: (name: string) => boolean = () => true,
): string[] {
  const named = namedByConnection(rawHeaders);
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const key = name.toLowerCase();
    if (dropped.has(key) || (named.includes(key) && !NEVER_DROPPED.has(key)) || !isPassed(name)) continue;
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

/** The headers a client gets of the answer of the server behind. */
export function returnedHeaders({ rawHeaders }: IncomingMessage): string[] {
  return passedOn(rawHeaders, NOT_RETURNED);
}

/** What has to be said of the length of a request's body, where its client said nothing: Node would call it chunked. */
export function lengthOfNothing({ headers, method = "" }: IncomingMessage): readonly string[] {
  const hasLength = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  return hasLength || BODILESS_METHODS.has(method) ? [] : ["Content-Length", "0"];
}

/** Whether a body follows the headers of a request. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

export function sourceIp(request: IncomingMessage): string {
  return request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1";
}

/** A Host header's name in lower case, without its port. */
export function hostName(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

/**
 * The X-Amzn-Trace-Id for the next server. A trace that a client began goes on: who passes it on adds itself to it.
 *
 * Source: "Request tracing for your Application Load Balancer".
 */
export function traceId({ headers }: IncomingMessage): string {
  const given = headers["x-amzn-trace-id"]?.toString();
  const fields = given?.split(";").filter((field) => field !== "" && !/^self=/i.test(field)) ?? [];
  const name = fields.some((field) => /^root=/i.test(field)) ? "Self" : "Root";
  return [`${name}=${newTraceId()}`, ...fields].join(";");
}

/** What a trace is known by, `1-67891233-abcdef012345678912345678`, of the header X-Amzn-Trace-Id. */
export function traceRoot(header: string | undefined): string | undefined {
  return header && /(?:^|;)root=([^;]+)/i.exec(header)?.[1];
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  // Quicker than random bytes, of which Node fetches some each time.
  const id = randomUUID().replaceAll("-", "").slice(-24);
  return `1-${seconds}-${id}`;
}
