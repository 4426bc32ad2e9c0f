import type { IncomingMessage } from "node:http";
import type { ViewApi } from "../cloud/view";
import { lengthOfNothing, OF_ONE_CONNECTION, passedOn, sourceIp, traceId } from "../http/headers";

/** `expect` was met by the server; the others are the gateway's own to write. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  ...OF_ONE_CONNECTION,
  "expect",
  "forwarded",
  "via",
  "x-amzn-apigateway-api-id",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

const NOT_FORWARDED_TO_URL: ReadonlySet<string> = new Set([...NOT_FORWARDED, "host"]);

/**
 * The headers that what is behind gets, names and values in turn.
 *
 * An HTTP API says by `Forwarded` and `Via` where a request came from, and lets no client say so; the host stays the client's.
 * A REST API goes on with `X-Forwarded-For`, and the host is that of the integration's URL.
 *
 * @param host of the integration's URL, where the target is one
 */
export function forwardedHeaders(request: IncomingMessage, api: ViewApi, host?: string): string[] {
  const passed = passedOn(request.rawHeaders, host === undefined ? NOT_FORWARDED : NOT_FORWARDED_TO_URL);
  return [
    ...(host === undefined ? [] : ["Host", host]),
    ...passed,
    ...(api.kind === "HTTP" ? ofHttpApi(request) : ofRestApi(request, api)),
    "X-Amzn-Trace-Id",
    traceId(request),
    ...lengthOfNothing(request),
  ];
}

/** Source: RFC 7239, of whose values one with a colon has to be quoted. */
function ofHttpApi(request: IncomingMessage): string[] {
  const { host = "" } = request.headers;
  const by = request.socket.localAddress ?? "127.0.0.1";
  const quoted = host.includes(":") ? `"${host}"` : host;
  return [
    "Forwarded",
    `by=${by};for=${sourceIp(request)};host=${quoted};proto=http`,
    "Via",
    "HTTP/1.1 AmazonAPIGateway",
  ];
}

function ofRestApi(request: IncomingMessage, { id }: ViewApi): string[] {
  const before = request.headers["x-forwarded-for"]?.toString();
  return [
    "X-Forwarded-For",
    before ? `${before}, ${sourceIp(request)}` : sourceIp(request),
    "X-Forwarded-Port",
    String(request.socket.localPort),
    "X-Forwarded-Proto",
    "http",
    "X-Amzn-Apigateway-Api-Id",
    id,
  ];
}
