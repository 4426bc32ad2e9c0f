import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import type { LogDestination } from "../agent/log-shipper";
import { LogStream } from "../agent/log-stream";
import type { ViewAccessLog } from "../cloud/view";
import type { GatewayRequest } from "./access-log";
import { AccessLogs } from "./access-logs";
import { apiOf } from "./testing/api";

function requestOf(accessLog: ViewAccessLog | undefined, path = "/a"): GatewayRequest {
  return {
    traceId: undefined,
    api: apiOf({ id: "api1", ...(accessLog && { accessLog }) }),
    requestId: "id",
    startedAt: 0,
    method: "GET",
    path,
    protocol: "HTTP/1.1",
    host: "localhost",
    sourceIp: "127.0.0.1",
    userAgent: undefined,
    routeKey: undefined,
    status: 200,
    durationMs: 1,
    responseBytes: 0,
    integration: undefined,
    error: undefined,
    authorizerError: undefined,
    claims: {},
  };
}

/** Access logs of which nothing is sent; `missing` log groups can't be opened. */
function logsOf(missing: string[] = []) {
  const folder = temporaryFolder();
  const opened: { group: string; stream: string; file: string }[] = [];
  const close = vi.fn(async (stream: LogStream) => stream.close());
  const say = vi.fn();
  const open = async ({ group, stream, bufferBytes }: LogDestination, file: string) => {
    if (missing.includes(group)) throw new Error("it does not exist");
    opened.push({ group, stream, file });
    return LogStream.open({ file, name: group, bufferBytes, send: async () => undefined, say });
  };
  const logs = new AccessLogs({ logs: { open, close }, file: (name) => join(folder, name), say });
  return { logs, opened, close, say, folder };
}

const LOG = { logGroup: "/apigateway/shop", format: "$context.httpMethod $context.path" };

describe("the access log of an API", () => {
  it("is a stream of its log group, opened once, a line for each request", async () => {
    const { logs, opened, close, folder } = logsOf();
    logs.write(requestOf(LOG));
    logs.write(requestOf(LOG, "/b"));
    await logs.close();
    const file = join(folder, "api-api1-apigateway-shop");
    expect(opened).toEqual([{ group: "/apigateway/shop", stream: "api1", file }]);
    expect(readFileSync(file, "utf8")).toBe("GET /a\nGET /b\n");
    expect(close).toHaveBeenCalledTimes(1);
  });

  it("is not there where the API has none", async () => {
    const { logs, opened } = logsOf();
    logs.write(requestOf(undefined));
    await logs.close();
    expect(opened).toEqual([]);
  });

  it("may be named by the ARN of its log group, and be another one later", async () => {
    const { logs, opened } = logsOf();
    logs.write(requestOf({ ...LOG, logGroup: "arn:aws:logs:us-east-1:123456789012:log-group:/apigateway/shop:*" }));
    logs.write(requestOf({ ...LOG, logGroup: "/apigateway/other" }));
    await logs.close();
    expect(opened.map(({ group }) => group)).toEqual(["/apigateway/shop", "/apigateway/other"]);
  });

  it("says where it can't be written, and is tried again with the next request", async () => {
    const missing = ["/apigateway/shop"];
    const { logs, opened, say } = logsOf(missing);
    logs.write(requestOf(LOG));
    const words = "the access log of API api1 can't be written to log group /apigateway/shop: it does not exist";
    await expect.poll(() => say.mock.calls).toEqual([[words]]);
    missing.pop();
    logs.write(requestOf(LOG));
    await logs.close();
    expect(opened).toHaveLength(1);
  });
});
