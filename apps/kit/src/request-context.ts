import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { parseTraceId, type TraceId } from "./trace-id";

/** What belongs to the request being served, for code that doesn't see the request itself. */
export interface RequestContext {
  readonly requestId: string;
  readonly traceId: TraceId | undefined;
  /** Logs with request id and trace root. */
  readonly logger: Logger;
}

const storage = new AsyncLocalStorage<RequestContext>();

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Takes a well-formed `x-request-id` or makes one. */
export function requestIdFrom(header: string | undefined): string {
  return header !== undefined && REQUEST_ID.test(header) ? header : randomUUID();
}

/** Opens the context of a request; comes after the request log, which sets `request.id` and `request.log`. */
export const requestContext: RequestHandler = (request, response, next) => {
  const requestId = String(request.id);
  response.setHeader("X-Request-Id", requestId);
  const traceId = parseTraceId(request.get("x-amzn-trace-id"));
  storage.run({ requestId, traceId, logger: request.log }, next);
};

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
