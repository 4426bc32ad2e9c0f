import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { JWTPayload } from "jose";
import type { ViewApi } from "../cloud/view";
import { passedOn, returnedHeaders, sourceIp } from "../http/headers";
import type { GatewayRequest } from "./access-log";
import { corsHeaders, isCorsHeader } from "./cors";
import { ownAnswer, type Refusal, sendOwnAnswer } from "./own-answers";

const REQUEST_ID_BYTES = 11;

/** A request to an API, by the API as it was when the request came, and what it has come to so far. */
export class Call {
  readonly requestId: string;
  readonly #startedAt = performance.now();
  readonly #time = Date.now();
  routeKey: string | undefined;
  authorizerError: string | undefined;
  claims: JWTPayload = {};
  #error: string | undefined;
  #responseBytes = 0;
  #integration: GatewayRequest["integration"];

  constructor(
    readonly api: ViewApi,
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    this.requestId = api.kind === "HTTP" ? `${randomBytes(REQUEST_ID_BYTES).toString("base64url")}=` : randomUUID();
  }

  /** The gateway's own answer. An answer that has begun is broken off. @param headers names and values in turn */
  refuse(refusal: Refusal, headers: readonly string[] = []): void {
    const { api, response } = this;
    const answer = ownAnswer(api.kind, refusal);
    this.#error = answer.message;
    if (response.headersSent) response.destroy();
    else sendOwnAnswer(response, answer, [...headers, ...this.#ownHeaders()]);
  }

  /** Answers a preflight. @param headers names and values in turn */
  allow(headers: readonly string[]): void {
    this.response.writeHead(204, [...headers, ...this.#requestIdHeader()]).end();
    this.request.resume();
  }

  /** The headers that the client gets with the answer of what is behind. To be called once, when that answers. */
  answerHeaders(answer: IncomingMessage): string[] {
    const latencyMs = Math.round(performance.now() - this.#startedAt);
    this.#integration = { status: answer.statusCode ?? 0, latencyMs };
    answer.on("data", (piece: Buffer) => {
      this.#responseBytes += piece.length;
    });
    const returned = returnedHeaders(answer);
    const kept = this.api.cors ? passedOn(returned, new Set(), (name) => !isCorsHeader(name)) : returned;
    return [...kept, ...this.#ownHeaders()];
  }

  /** What is to be told of it when it has ended. */
  ended(): GatewayRequest {
    const { api, request, response, requestId, routeKey, authorizerError, claims } = this;
    return {
      api,
      requestId,
      startedAt: this.#time,
      method: request.method ?? "",
      path: (request.url ?? "").replace(/\?.*$/s, ""),
      protocol: `HTTP/${request.httpVersion}`,
      host: request.headers.host ?? "",
      sourceIp: sourceIp(request),
      userAgent: request.headers["user-agent"],
      routeKey,
      status: response.headersSent ? response.statusCode : undefined,
      durationMs: performance.now() - this.#startedAt,
      responseBytes: this.#responseBytes,
      integration: this.#integration,
      error: this.#error,
      authorizerError,
      claims,
      traceId: request.headers["x-amzn-trace-id"]?.toString(),
    };
  }

  #ownHeaders(): string[] {
    const { cors } = this.api;
    return [...(cors ? corsHeaders(cors, this.request) : []), ...this.#requestIdHeader()];
  }

  #requestIdHeader(): string[] {
    return [this.api.kind === "HTTP" ? "apigw-requestid" : "x-amzn-requestid", this.requestId];
  }
}
