import { type IncomingHttpHeaders, type RequestListener, type RequestOptions, request } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Action, Listener, Rule } from "../cloud/deployment";
import { serveForTest, testServer } from "../testing/test-server";
import { createListenerServer } from "./listener-server";
import type { Target } from "./target-pool";

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(port: number, path: string, options: RequestOptions = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const forwardTo = (...targetGroups: { arn: string; weight: number }[]): Action => ({ type: "forward", targetGroups });

const GROUP = forwardTo({ arn: "group", weight: 1 });

/** A listener whose default rule has the given action, in front of targets on the given ports. */
async function listenerFor(
  action: Action,
  groups: Record<string, number | undefined> = {},
  options: { idleTimeoutMs?: number; protocol?: Listener["protocol"]; rules?: readonly Rule[] } = {},
): Promise<number> {
  const { idleTimeoutMs = 5_000, protocol = "HTTP", rules = [] } = options;
  const target = (port: number): Target => ({ host: "127.0.0.1", port, state: "healthy" });
  const pools = new Map(
    Object.entries(groups).map(([arn, port]) => [arn, { next: () => (port ? target(port) : undefined) }]),
  );
  const listener = {
    port: 80,
    protocol,
    rules: [...rules, { priority: Number.POSITIVE_INFINITY, conditions: [], action }],
  };
  return serveForTest(createListenerServer({ listener, pools, idleTimeoutMs }));
}

async function listenerBefore(handler: RequestListener, options = {}): Promise<number> {
  return listenerFor(GROUP, { group: await testServer(handler) }, options);
}

describe("a listener's own answers", () => {
  it("are the fixed response, with length and type", async () => {
    const action: Action = { type: "fixed-response", statusCode: 404, contentType: "text/plain", messageBody: "nö" };
    const port = await listenerFor(action);
    const { status, headers, body } = await ask(port, "/");
    expect({ status, body, type: headers["content-type"], length: headers["content-length"] }).toEqual({
      status: 404,
      body: "nö",
      type: "text/plain; charset=utf-8",
      length: "3",
    });
    expect((await ask(port, "/", { method: "HEAD" })).headers["content-length"]).toBe("3");
  });

  it("are the redirect", async () => {
    const port = await listenerFor({
      type: "redirect",
      statusCode: 301,
      protocol: "HTTPS",
      host: "#{host}",
      port: "443",
      path: "/#{path}",
      query: "#{query}",
    });
    const { status, headers } = await ask(port, "/a?b=c", { headers: { host: "example.com" } });
    expect({ status, location: headers.location }).toEqual({ status: 301, location: "https://example.com:443/a?b=c" });
  });

  it("are 503 where no target is healthy", async () => {
    const { status, headers, body } = await ask(await listenerFor(GROUP, { group: undefined }), "/");
    expect({ status, server: headers.server }).toEqual({ status: 503, server: "awselb/2.0" });
    expect(body).toContain("<h1>503 Service Temporarily Unavailable</h1>");
  });

  it("are 502 where the target refuses the connection", async () => {
    const { status, body } = await ask(await listenerFor(GROUP, { group: 1 }), "/");
    expect(status).toBe(502);
    expect(body).toContain("<h1>502 Bad Gateway</h1>");
  });

  it("are 502 where the target speaks no HTTP", async () => {
    const server = createTcpServer((socket) => socket.end("no HTTP\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    expect((await ask(await listenerFor(GROUP, { group: port }), "/")).status).toBe(502);
  });

  it("are 504 where the target is silent for longer than the idle timeout", async () => {
    const port = await listenerBefore(() => undefined, { idleTimeoutMs: 100 });
    const { status, body } = await ask(port, "/");
    expect(status).toBe(504);
    expect(body).toContain("<h1>504 Gateway Time-out</h1>");
  });

  it("are 400 where the request names no path", async () => {
    expect((await ask(await listenerFor(GROUP), "http://example.com/")).status).toBe(400);
  });
});

describe("a forwarded request", () => {
  it("arrives as it was sent, path, query, host and body", async () => {
    const port = await listenerBefore((received, response) => {
      received.setEncoding("utf8").on("data", (body) => {
        response
          .writeHead(201, { "x-kept": "yes" })
          .end(`${received.method} ${received.url} ${received.headers.host} ${body}`);
      });
    });
    const path = "/a/../b//c%2Fd?x=1&y=%20";
    const answer = await ask(port, path, { method: "POST", headers: { host: "example.com" } }, "the body");
    expect(answer).toMatchObject({ status: 201, body: `POST ${path} example.com the body` });
    expect(answer.headers["x-kept"]).toBe("yes");
  });

  it("takes the first rule that matches", async () => {
    const one = await testServer((_, response) => response.end("one"));
    const two = await testServer((_, response) => response.end("two"));
    const toOne: Rule = {
      priority: 1,
      conditions: [{ field: "path-pattern", values: ["/one", "/one/*"] }],
      action: forwardTo({ arn: "one", weight: 1 }),
    };
    const action = forwardTo({ arn: "two", weight: 1 });
    const port = await listenerFor(action, { one, two }, { rules: [toOne] });
    expect((await ask(port, "/one?x=/two")).body).toBe("one");
    expect((await ask(port, "/one/x")).body).toBe("one");
    expect((await ask(port, "/onetwo")).body).toBe("two");
  });

  it("goes to the target groups by their weights", async () => {
    const one = await testServer((_, response) => response.end("1"));
    const two = await testServer((_, response) => response.end("2"));
    const action = forwardTo({ arn: "one", weight: 3 }, { arn: "two", weight: 1 }, { arn: "none", weight: 0 });
    const port = await listenerFor(action, { one, two });
    const answers: string[] = [];
    for (let count = 0; count < 8; count++) answers.push((await ask(port, "/")).body);
    expect(answers.join("")).toBe("11121112");
  });

  async function forwardedHeaders(headers: Record<string, string>, protocol: Listener["protocol"] = "HTTP") {
    const port = await listenerBefore((received, response) => response.end(JSON.stringify(received.headers)), {
      protocol,
    });
    return { port, seen: JSON.parse((await ask(port, "/", { headers })).body) };
  }

  it("carries where it came from", async () => {
    const { port, seen } = await forwardedHeaders({ "x-forwarded-proto": "gopher", "x-forwarded-port": "1" });
    expect(seen).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(port),
    });
    expect(seen["x-forwarded-host"]).toBeUndefined();
  });

  it("adds the client to those that are named already", async () => {
    const { seen } = await forwardedHeaders({ "x-forwarded-for": "192.0.2.1, 192.0.2.2" }, "HTTPS");
    expect(seen).toMatchObject({ "x-forwarded-for": "192.0.2.1, 192.0.2.2, 127.0.0.1", "x-forwarded-proto": "https" });
  });

  it("gets a trace id, unless it has one", async () => {
    expect((await forwardedHeaders({})).seen["x-amzn-trace-id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    const given = "Root=1-67891233-abcdef012345678912345678";
    expect((await forwardedHeaders({ "x-amzn-trace-id": given })).seen["x-amzn-trace-id"]).toBe(given);
  });

  it("is streamed both ways: each piece arrives before the next is sent", async () => {
    const port = await listenerBefore((received, response) => received.pipe(response));
    const asked = request({ host: "127.0.0.1", port, method: "POST", path: "/", agent: false });
    const pieces: string[] = [];
    await new Promise<void>((resolve, reject) => {
      asked.on("error", reject);
      asked.on("response", (response) => {
        response.setEncoding("utf8").on("data", (piece: string) => {
          pieces.push(piece);
          if (pieces.length < 3) asked.write(String(pieces.length));
          else asked.end();
        });
        response.on("end", resolve);
      });
      asked.write("0");
    });
    expect(pieces).toEqual(["0", "1", "2"]);
  });

  it("breaks off where the target breaks off in the middle", async () => {
    const port = await listenerBefore((_, response) => {
      response.writeHead(200, { "content-length": 100 }).write("some");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(ask(port, "/")).rejects.toThrow("aborted");
  });

  it("does not pass on that the target closes its connection", async () => {
    const port = await listenerBefore((_, response) => response.writeHead(200, { connection: "close" }).end());
    const answer = await ask(port, "/", { headers: { connection: "keep-alive" } });
    expect(answer.headers.connection).toBe("keep-alive");
  });

  it("is given up where the client gives up", async () => {
    let closed = () => {};
    const targetClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const port = await listenerBefore((_, response) => {
      response.on("close", () => closed());
      response.writeHead(200).write("some");
    });
    const asked = request({ host: "127.0.0.1", port, path: "/", agent: false }, (response) => {
      response.on("error", () => undefined);
      asked.destroy();
    });
    asked.on("error", () => undefined);
    asked.end();
    await targetClosed;
  });
});
