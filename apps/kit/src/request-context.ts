import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { logRequest } from "./request-log";
import { parseTraceId, type TraceId } from "./trace-id";

/** What belongs to the request being served, for code that doesn't see the request itself. */
export class RequestContext {
  #logger: Logger | undefined;
  /** What made the request fail; it goes into the request's line in the log. */
  fault: Error | undefined;
  /** Health checks would fill the log: they are logged at `debug`. */
  healthCheck = false;

  constructor(
    readonly requestId: string,
    readonly traceId: TraceId | undefined,
    private readonly serviceLogger: Logger,
  ) {}

  /** Logs with request id and trace root. Made when it is asked for: most requests log nothing but their end. */
  get logger(): Logger {
    this.#logger ??= this.serviceLogger.child(this.identity);
    return this.#logger;
  }

  /** What every line about this request carries. */
  get identity() {
    return { requestId: this.requestId, ...(this.traceId && { traceRoot: this.traceId.root }) };
  }
}

const storage = new AsyncLocalStorage<RequestContext>();

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Takes a well-formed `x-request-id` or makes one. */
function requestIdFrom(header: string | undefined): string {
  return header !== undefined && REQUEST_ID.test(header) ? header : randomUUID();
}

/** Opens the context of each request, and logs the request when it ends. */
export function requestContext(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const requestId = requestIdFrom(request.get("x-request-id"));
    const context = new RequestContext(requestId, parseTraceId(request.get("x-amzn-trace-id")), logger);
    response.setHeader("X-Request-Id", requestId);
    response.once("close", () => logRequest(logger, context, request, response, performance.now() - startedAt));
    storage.run(context, next);
  };
}

/** The context of the request being served; undefined outside of one. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** The headers that let an outgoing call be followed: request id and trace id. Empty outside of a request. */
export function outgoingHeaders(): Record<string, string> {
  const context = storage.getStore();
  if (!context) return {};
  return {
    "x-request-id": context.requestId,
    ...(context.traceId && { "x-amzn-trace-id": context.traceId.header }),
  };
}
