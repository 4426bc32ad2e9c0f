import { describe, expect, it } from "vitest";
import { accessLogLine, type GatewayRequest } from "./access-log";
import { apiOf } from "./testing/api";

const REQUEST: GatewayRequest = {
  traceId: undefined,
  api: apiOf({ id: "api1", stage: "$default" }),
  requestId: "id=",
  startedAt: Date.UTC(2026, 2, 9, 6, 5, 4, 321),
  method: "GET",
  path: "/finance",
  protocol: "HTTP/1.1",
  host: "api.example.test",
  sourceIp: "127.0.0.1",
  userAgent: undefined,
  routeKey: "GET /finance",
  status: 200,
  durationMs: 12.6,
  responseBytes: 42,
  integration: { status: 200, latencyMs: 11 },
  error: undefined,
  authorizerError: undefined,
  claims: { sub: "somebody", list: ["a"] },
};

const logged = (format: string, changes: Partial<GatewayRequest> = {}) =>
  accessLogLine(format, { ...REQUEST, ...changes });

describe("a line of the access log", () => {
  it("has the values of the request", () => {
    const format =
      "$context.requestId $context.identity.sourceIp [$context.requestTime] $context.httpMethod $context.routeKey $context.protocol $context.status $context.responseLength $context.responseLatency $context.integrationLatency $context.authorizer.claims.sub $context.apiId $context.stage";
    expect(logged(format)).toBe(
      "id= 127.0.0.1 [09/Mar/2026:06:05:04 +0000] GET GET /finance HTTP/1.1 200 42 13 11 somebody api1 $default",
    );
  });

  it("has - for what there is not, or nobody knows", () => {
    const format =
      "$context.identity.userAgent $context.authorizer.claims.none $context.authorizer.claims.list $context.error.message $context.moonPhase $context.status";
    expect(logged(format, { status: undefined })).toBe("- - - - - -");
  });

  it("is JSON on one line, whatever a client sends", () => {
    const format =
      '{"path":"$context.path","agent":"$context.identity.userAgent","error":$context.error.messageString}';
    const path = '/a"b\\c\n$context.status';
    const line = logged(format, { path, userAgent: '","status":"', error: 'Not "Found"' });
    expect(JSON.parse(line)).toEqual({ path, agent: '","status":"', error: 'Not "Found"' });
    expect(line).not.toContain("\n");
  });
});
