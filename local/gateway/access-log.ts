import type { JWTPayload } from "jose";
import type { ViewApi } from "../cloud/view";

/** A request that was answered, or broken off. */
export interface GatewayRequest {
  readonly api: ViewApi;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly method: string;
  /** With the stage, without the query. */
  readonly path: string;
  /** `HTTP/1.1`. */
  readonly protocol: string;
  /** The Host header. */
  readonly host: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** `GET /finance`; `undefined` where no route was found. */
  readonly routeKey: string | undefined;
  /** What the client got; `undefined` where it went away before. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** Bytes of the answer's body. */
  readonly responseBytes: number;
  /** What came from behind. */
  readonly integration: { readonly status: number; readonly latencyMs: number } | undefined;
  /** Why the gateway answered itself. */
  readonly error: string | undefined;
  /** What the authoriser refused. */
  readonly authorizerError: string | undefined;
  /** Of a token that was accepted. */
  readonly claims: JWTPayload;
  /** X-Amzn-Trace-Id as the client gave it. */
  readonly traceId: string | undefined;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const CLAIM = "authorizer.claims.";

/**
 * A line of the access log. Variables without a value, and those that nobody here knows, are `-`. Values are written so that
 * they break out of no JSON text and of no line.
 *
 * Source: "Customize HTTP API access logs", "Variables for access logging for API Gateway".
 */
export function accessLogLine(format: string, request: GatewayRequest): string {
  const values = variablesOf(request);
  return format.replace(/\$context\.([A-Za-z][\w.:-]*\w)/g, (_, name: string) => {
    const value = name.startsWith(CLAIM) ? request.claims[name.slice(CLAIM.length)] : values[name];
    if (name === "error.messageString") return JSON.stringify(request.error ?? "-");
    if (value === undefined || typeof value === "object") return "-";
    return JSON.stringify(String(value)).slice(1, -1);
  });
}

function variablesOf(request: GatewayRequest): Readonly<Record<string, string | number | undefined>> {
  const { api, integration, routeKey, requestId } = request;
  return {
    apiId: api.id,
    "authorizer.error": request.authorizerError,
    domainName: request.host,
    domainPrefix: request.host.split(".")[0],
    "error.message": request.error,
    extendedRequestId: requestId,
    httpMethod: request.method,
    "identity.sourceIp": request.sourceIp,
    "identity.userAgent": request.userAgent,
    "integration.latency": integration?.latencyMs,
    "integration.status": integration?.status,
    integrationErrorMessage: integration ? undefined : request.error,
    integrationLatency: integration?.latencyMs,
    integrationStatus: integration?.status,
    path: request.path,
    protocol: request.protocol,
    requestId,
    requestTime: commonLogTime(new Date(request.startedAt)),
    requestTimeEpoch: request.startedAt,
    resourcePath: routeKey?.replace(/^\S+ /, ""),
    responseLatency: Math.round(request.durationMs),
    responseLength: request.responseBytes,
    routeKey,
    stage: api.stage,
    status: request.status,
  };
}

/** `29/Mar/2026:06:05:04 +0000`. */
function commonLogTime(time: Date): string {
  const [date = "", clock = ""] = time.toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
}
