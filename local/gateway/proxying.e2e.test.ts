import { once } from "node:events";
import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ViewApi } from "../cloud/view";
import { apiOf, routeOf } from "./testing/api";
import { ask, HOST, testApi } from "./testing/gateway";

const MiB = 1024 * 1024;

const OPEN: ViewApi = apiOf({ routes: [routeOf("ANY /{proxy+}")] });

const own = (message: string) => JSON.stringify({ message });

/** Sends these very bytes, and gives all that comes back until the connection is closed. */
function sendRaw(port: number, message: string): Promise<string> {
  const socket = connect(port, HOST, () => socket.write(message, "latin1"));
  return text(socket);
}

describe("a request that is passed on", () => {
  it("arrives as it was sent, path, query, host and body; so does its answer", async () => {
    const { port, requests } = await testApi(OPEN, async (received, response) => {
      const body = await text(received);
      response.writeHead(418, "Short and stout", { "x-answer": ["1", "2"], "set-cookie": ["a=1", "b=2"] });
      response.end(`${received.method} ${received.headers.host} ${received.url} ${body}`);
    });
    const headers = { host: "api-1.execute-api.us-east-1.amazonaws.com" };
    const answer = await ask(port, "/a/../b%2Fc//d?e=%20&f", { method: "PATCH", headers }, "body");
    expect(answer).toMatchObject({ status: 418, headers: { "x-answer": "1, 2", "set-cookie": ["a=1", "b=2"] } });
    expect(answer.body).toBe(`PATCH ${headers.host} /a/../b%2Fc//d?e=%20&f body`);
    expect(requests).toMatchObject([{ status: 418, responseBytes: answer.body.length, path: "/a/../b%2Fc//d" }]);
  });

  it("says where it came from, and lets no client say so", async () => {
    const { port } = await testApi(OPEN, (received, response) => response.end(JSON.stringify(received.headers)));
    const forgedHeaders = {
      forwarded: "for=192.0.2.1",
      via: "me",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-host": "evil.test",
      "x-forwarded-proto": "https",
      "x-amzn-trace-id": "Root=1-67891233-abc",
      authorization: "kept",
    };
    const { body, headers: answered } = await ask(port, "/a", { headers: forgedHeaders });
    const { "x-amzn-trace-id": trace, ...seen } = JSON.parse(body);
    expect(seen).toEqual({
      host: `${HOST}:${port}`,
      authorization: "kept",
      forwarded: `by=${HOST};for=${HOST};host="${HOST}:${port}";proto=http`,
      via: "HTTP/1.1 AmazonAPIGateway",
      connection: "keep-alive",
    });
    expect(trace).toMatch(/^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abc$/);
    expect(answered["apigw-requestid"]).toMatch(/^[\w-]{15}=$/);
  });

  it("has no header of one connection, nor has its answer", async () => {
    const { port } = await testApi(OPEN, (received, response) => {
      response.writeHead(200, { connection: "x-gone", "x-gone": "1", "keep-alive": "timeout=1", "x-kept": "1" });
      response.end(JSON.stringify(Object.keys(received.headers)));
    });
    const lines = ["Host: a.localhost", "TE: trailers", "Keep-Alive: 1", "Upgrade: h2c", "X-Mine: 1", "X-Kept: 2"];
    const answer = await sendRaw(port, `GET /a HTTP/1.1\r\n${lines.join("\r\n")}\r\nConnection: close, X-Mine\r\n\r\n`);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    for (const name of ["te", "keep-alive", "upgrade", "x-mine"]) expect(body).not.toContain(`"${name}"`);
    expect(body).toContain('"x-kept"');
    expect(head.toLowerCase()).toContain("x-kept: 1");
    expect(head.toLowerCase()).not.toMatch(/x-gone|timeout=1/);
  });

  it("is streamed both ways: each piece arrives before the next is sent", async () => {
    const { port } = await testApi(OPEN, (received, response) => received.pipe(response));
    const asked = request({ host: HOST, port, path: "/a", method: "POST", agent: false });
    asked.write("0");
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const pieces: string[] = [];
    for await (const piece of response.setEncoding("utf8")) {
      pieces.push(piece);
      if (pieces.length < 3) asked.write(String(pieces.length));
      else asked.end();
    }
    expect(pieces).toEqual(["0", "1", "2"]);
  });

  it("may be 10 MB long, and so may its answer", async () => {
    const { port } = await testApi(OPEN, (received, response) => received.pipe(response));
    const body = Buffer.alloc(10 * MiB, "abcdefg");
    const sent = request({ host: HOST, port, path: "/a", method: "POST", agent: false }).end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    expect((await buffer(response)).equals(body)).toBe(true);
  });

  it("goes over connections that are kept, on both sides", async () => {
    const ports = new Set<number | undefined>();
    const { port } = await testApi(OPEN, (received, response) => {
      ports.add(received.socket.remotePort);
      response.end(received.url);
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const own = new Set<number | undefined>();
    for (let count = 0; count < 5; count++) {
      const asked = request({ host: HOST, port, path: `/${count}`, agent }).end();
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      own.add(response.socket.localPort);
      expect(await text(response)).toBe(`/${count}`);
    }
    agent.destroy();
    expect([ports.size, own.size]).toEqual([1, 1]);
  });
});

describe("a request that is too long", () => {
  it("by its own words is answered 413, and nobody behind is asked", async () => {
    let asked = 0;
    const { port } = await testApi(OPEN, (received, response) => {
      asked++;
      received.pipe(response);
    });
    const answer = await ask(port, "/a", { method: "POST" }, Buffer.alloc(10 * MiB + 1));
    expect(answer).toMatchObject({ status: 413, body: own("Request Entity Too Large") });
    expect(asked).toBe(0);
  });

  it("and does not say so is answered 413 at its first byte beyond, and what is behind gets no end", async () => {
    let complete: boolean | undefined;
    const { port, requests } = await testApi(OPEN, (received) => {
      received.resume().on("close", () => {
        complete = received.complete;
      });
    });
    const asked = request({ host: HOST, port, path: "/a", method: "POST", agent: false });
    for (let count = 0; count < 10; count++) asked.write(Buffer.alloc(MiB));
    asked.end("x");
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    expect([response.statusCode, await text(response)]).toEqual([413, own("Request Entity Too Large")]);
    await expect.poll(() => complete).toBe(false);
    expect(requests).toMatchObject([{ status: 413, error: "Request Entity Too Large" }]);
  });

  it("in its headers is answered 431", async () => {
    const { port } = await testApi(OPEN, (_, response) => response.end());
    const answer = await sendRaw(port, `GET /a HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"x".repeat(11_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(answer).toMatch(/\{"message":"Request Header Fields Too Large"\}$/);
  });
});

describe("an answer", () => {
  it("of more than 10 MB is refused with 500 where it says so, and broken off where not", async () => {
    const { port } = await testApi(OPEN, (received, response) => {
      if (received.url === "/said") response.setHeader("content-length", 10 * MiB + 1);
      for (let count = 0; count < 10; count++) response.write(Buffer.alloc(MiB));
      response.end("x");
    });
    expect(await ask(port, "/said")).toMatchObject({ status: 500, body: own("Internal Server Error") });
    await expect(ask(port, "/unsaid")).rejects.toThrow("aborted");
  });

  it("that does not come in time is 504, and one that does not end in time is broken off", async () => {
    const left: string[] = [];
    const { port, requests } = await testApi(
      OPEN,
      (received, response) => {
        response.on("close", () => left.push(received.url ?? ""));
        if (received.url === "/half") response.write("some");
      },
      { integrationTimeoutMs: 5_000 },
    );
    const half = expect(ask(port, "/half")).rejects.toThrow("aborted");
    expect(await ask(port, "/none")).toMatchObject({ status: 504, body: own("Gateway Timeout") });
    await half;
    await expect.poll(() => left.toSorted()).toEqual(["/half", "/none"]);
    expect(requests.find(({ path }) => path === "/none")).toMatchObject({
      status: 504,
      integration: undefined,
      error: "Gateway Timeout",
    });
  });

  it("that breaks off before its end is broken off, one that breaks off at once is 503", async () => {
    const { port } = await testApi(OPEN, (received, response) => {
      if (received.url === "/half") response.write("some", () => received.socket.destroy());
      else received.socket.destroy();
    });
    await expect(ask(port, "/half")).rejects.toThrow("aborted");
    expect(await ask(port, "/none")).toMatchObject({ status: 503, body: own("Service Unavailable") });
    expect((await ask(port, "/none", { method: "POST" }, "body")).status).toBe(503);
  });

  it("is not waited for where the client has gone", async () => {
    let closed = 0;
    const { port, requests } = await testApi(OPEN, (_, response) => {
      response.on("close", () => closed++);
      asked.destroy();
    });
    const asked = request({ host: HOST, port, path: "/a", agent: false }).on("error", () => undefined);
    asked.end();
    await expect.poll(() => closed).toBe(1);
    await expect.poll(() => requests).toMatchObject([{ status: undefined, integration: undefined }]);
  });
});

describe("a new view", () => {
  /** Requests without a pause, four at once, until they are to stop. */
  function load(port: number, path: string) {
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const statuses = new Map<number, number>();
    let stopped = false;
    const run = async () => {
      while (!stopped) {
        const { status } = await ask(port, path, { agent });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const runs = Promise.all([run(), run(), run(), run()]);
    return async () => {
      stopped = true;
      await runs;
      agent.destroy();
      return [...statuses.keys()];
    };
  }

  it("changes routes without a failed request", async () => {
    const { port, update, requests } = await testApi(OPEN, async (_, response) => {
      await sleep(2);
      response.end();
    });
    const stop = load(port, "/a");
    for (let count = 0; count < 20; count++) {
      const before = requests.length;
      await update({ ...OPEN, routes: [routeOf("GET /{proxy+}"), routeOf(`GET /route-${count}`)] });
      await expect.poll(() => requests.length, { interval: 5 }).toBeGreaterThan(before);
    }
    expect(await stop()).toEqual([200]);
    expect((await ask(port, "/route-19", { method: "GET" })).status).toBe(200);
    expect((await ask(port, "/a", { method: "POST" })).status).toBe(404);
  });

  it("leaves a request under way what it was let in by", async () => {
    const waiting: ServerResponse[] = [];
    const { port, update } = await testApi(OPEN, (_, response) => waiting.push(response));
    const before = ask(port, "/a");
    await expect.poll(() => waiting.length).toBe(1);
    await update({ ...OPEN, routes: [] });
    expect((await ask(port, "/a")).status).toBe(404);
    waiting[0]?.end("done");
    expect(await before).toMatchObject({ status: 200, body: "done" });
  });

  it("without an API ends it with the last request", async () => {
    const waiting: ServerResponse[] = [];
    const { port, gateways } = await testApi(OPEN, (_, response) => waiting.push(response));
    const agent = new Agent({ keepAlive: true });
    const before = ask(port, "/a", { agent });
    await expect.poll(() => waiting.length).toBe(1);
    await gateways.update({ apis: [], signIns: [], loadBalancers: [] });
    waiting[0]?.end("done");
    expect(await before).toMatchObject({ status: 200, body: "done", headers: { connection: "close" } });
    await expect(ask(port, "/a")).rejects.toThrow("ECONNREFUSED");
  });
});
