import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { pinoHttp } from "pino-http";
import { isHealthPath } from "./health";
import { requestIdFrom } from "./request-context";
import { parseTraceId } from "./trace-id";

/** What every line of the log carries. */
export interface LogIdentity {
  readonly service: string;
  readonly environment: string;
  readonly version: string;
}

const SECRET_HEADERS = ["authorization", "cookie", '["set-cookie"]', '["x-api-key"]', '["proxy-authorization"]'];

function redactedPaths(): string[] {
  return SECRET_HEADERS.flatMap((header) => {
    const key = header.startsWith("[") ? header : `.${header}`;
    return [`headers${key}`, `*.headers${key}`];
  });
}

/**
 * Makes the logger of a service: JSON lines on stdout (the container's log driver takes them from there), time in ISO 8601,
 * secret headers redacted wherever an object with `headers` is logged.
 *
 * @param destination for tests. @default stdout
 */
export function createLogger(identity: LogIdentity, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: identity,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: redactedPaths(),
  };
  // Synchronous: with pino's default the last lines before `process.exit` came out of order (pino 10.4.0), a write being
  // under way when the rest is flushed.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }));
}

function pathOf(request: IncomingMessage): string {
  return (request as Request).originalUrl?.split("?")[0] ?? "";
}

/** The route as it was declared (`/users/:id`), so that requests can be counted by route. */
function routeTemplate(request: IncomingMessage): string | null {
  const { route, baseUrl } = request as Request;
  return route ? `${baseUrl}${route.path}` : null;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function logProps(request: IncomingMessage): object {
  const traceRoot = parseTraceId(headerOf(request, "x-amzn-trace-id"))?.root;
  return { requestId: request.id, ...(traceRoot && { traceRoot }) };
}

/** Logs each request when it ends: method, path without query, route template, status, duration. Health checks at `debug`. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (request) => requestIdFrom(headerOf(request, "x-request-id")),
    customAttributeKeys: { req: "http" },
    serializers: {
      http: (request: { raw: IncomingMessage }) => ({ method: request.raw.method, path: pathOf(request.raw) }),
    },
    customProps: logProps,
    customLogLevel: (request, response) => {
      if (isHealthPath(pathOf(request))) return "debug";
      return response.statusCode >= 500 ? "error" : "info";
    },
    customSuccessObject: (request, response, value) => ({
      route: routeTemplate(request),
      status: response.statusCode,
      durationMilliseconds: value.responseTime,
    }),
    customErrorObject: (request, response, _error, value) => ({
      route: routeTemplate(request),
      status: response.statusCode,
      durationMilliseconds: value.responseTime,
      ...(response.err && { err: response.err }),
    }),
  });
}
