import type { ServerResponse } from "node:http";
import type { ViewApi } from "../cloud/view";

/** Why the gateway answers itself. */
export type Refusal =
  | "bad-request"
  | "unauthorized"
  | "expired"
  | "forbidden"
  | "wrong-host"
  | "no-route"
  | "too-large"
  | "throttled"
  | "unreachable"
  | "timeout"
  | "answer-too-large";

export interface OwnAnswer {
  readonly status: number;
  readonly message: string;
  /** Only of REST APIs. */
  readonly errorType?: string;
}

const HTTP: Readonly<Record<Refusal, OwnAnswer>> = {
  "bad-request": { status: 400, message: "Bad Request" },
  unauthorized: { status: 401, message: "Unauthorized" },
  expired: { status: 401, message: "Unauthorized" },
  forbidden: { status: 403, message: "Forbidden" },
  "wrong-host": { status: 403, message: "Forbidden" },
  "no-route": { status: 404, message: "Not Found" },
  "too-large": { status: 413, message: "Request Entity Too Large" },
  throttled: { status: 429, message: "Too Many Requests" },
  unreachable: { status: 503, message: "Service Unavailable" },
  timeout: { status: 504, message: "Gateway Timeout" },
  "answer-too-large": { status: 500, message: "Internal Server Error" },
};

/** Source: "Gateway response types for API Gateway". A path without a method is answered like a request without a signature. */
const REST: Readonly<Record<Refusal, Required<OwnAnswer>>> = {
  "bad-request": { status: 400, message: "Bad Request", errorType: "BadRequestException" },
  unauthorized: { status: 401, message: "Unauthorized", errorType: "UnauthorizedException" },
  expired: { status: 401, message: "The incoming token has expired", errorType: "UnauthorizedException" },
  forbidden: {
    status: 403,
    message: "User is not authorized to access this resource",
    errorType: "AccessDeniedException",
  },
  "wrong-host": { status: 403, message: "Forbidden", errorType: "ForbiddenException" },
  "no-route": {
    status: 403,
    message: "Missing Authentication Token",
    errorType: "MissingAuthenticationTokenException",
  },
  "too-large": {
    status: 413,
    message: "HTTP content length exceeded 10485760 bytes.",
    errorType: "RequestTooLargeException",
  },
  throttled: { status: 429, message: "Too Many Requests", errorType: "TooManyRequestsException" },
  unreachable: {
    status: 504,
    message: "Network error communicating with endpoint",
    errorType: "InternalServerErrorException",
  },
  timeout: { status: 504, message: "Endpoint request timed out", errorType: "InternalServerErrorException" },
  "answer-too-large": { status: 500, message: "Internal server error", errorType: "InternalServerErrorException" },
};

export function ownAnswer(kind: ViewApi["kind"], refusal: Refusal): OwnAnswer {
  return kind === "HTTP" ? HTTP[refusal] : REST[refusal];
}

/** @param headers names and values in turn */
export function sendOwnAnswer(response: ServerResponse, answer: OwnAnswer, headers: readonly string[]): void {
  const { status, message, errorType } = answer;
  const body = JSON.stringify({ message });
  response.writeHead(status, [
    "content-type",
    "application/json",
    "content-length",
    String(Buffer.byteLength(body)),
    ...(errorType ? ["x-amzn-errortype", errorType] : []),
    ...headers,
  ]);
  response.end(body);
  // What is left of the request is read and thrown away, so that the client sees the answer and not a broken connection.
  response.req.resume();
}
