import { once } from "node:events";
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request,
} from "node:http";
import { createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { close } from "../../tools/listen";
import { serveForTest } from "../../tools/testing/test-server";
import { TargetGroup } from "./target-group";
import { balancerBefore, sendRaw, testBalancer, testBalancers, testTarget } from "./testing/balancer";
import { HOST, type TestView, viewOf } from "./testing/view";

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function ask(port: number, options: RequestOptions = {}, body?: string): Promise<Answer> {
  const asked = request({ host: HOST, port, agent: false, ...options });
  asked.end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const HEALTHY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/** A target that passes its health checks, and does as it likes with the connections of other requests. */
async function rawTarget(onRequest: (socket: Socket, count: number, head: string) => void): Promise<number> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.setEncoding("latin1").on("data", (head: string) => {
      if (head.includes("ELB-HealthChecker")) socket.end(HEALTHY);
      else onRequest(socket, ++count, head);
    });
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function balancerBeforeRaw(onRequest: Parameters<typeof rawTarget>[0], view: TestView = {}) {
  const target = await rawTarget(onRequest);
  return { ...(await testBalancer({ ...view, groups: { group: { targets: [target] } } })), target };
}

/** Target groups that no load balancer sends anything to yet, as Terraform makes them. */
async function balancersWithout(groups: NonNullable<TestView["groups"]>) {
  const { balancers, reports } = testBalancers();
  await balancers.update({ ...viewOf({ groups }), loadBalancers: [] });
  const reported = (state: string, port: number) =>
    expect.poll(() => reports.some((report) => report.state === state && report.port === port)).toBe(true);
  return { balancers, reported };
}

describe("a forwarded request", () => {
  it("arrives as it was sent, path, query, host and body", async () => {
    const { port } = await balancerBefore(async (received, response) => {
      const body = await text(received);
      response.writeHead(201, { "x-kept": "yes" });
      response.end(`${received.method} ${received.url} ${received.headers.host} ${body}`);
    });
    const path = "/a/../b//c%2Fd?x=1&y=%20?";
    const answer = await ask(port, { path, method: "POST", headers: { host: "example.com" } }, "the body");
    expect(answer).toMatchObject({ status: 201, body: `POST ${path} example.com the body` });
    expect(answer.headers["x-kept"]).toBe("yes");
    expect((await ask(port, { path: "/a?" })).body).toMatch(/^GET \/a\? /);
  });

  it("keeps its headers, their case, order and repetitions, less those of the connection", async () => {
    const { port } = await balancerBefore((received, response) =>
      response.end(JSON.stringify(received.rawHeaders.slice(0, 8))),
    );
    const lines = ["X-One: 1", "Keep-Alive: timeout=5", "x-TWO: 2", "X-One: 3", "TE: trailers", "X-Gone: 4"];
    const answer = await sendRaw(
      port,
      `GET / HTTP/1.1\r\nHost: a\r\n${lines.join("\r\n")}\r\nConnection: close, X-Gone\r\n\r\n`,
    );
    expect(answer).toContain(JSON.stringify(["Host", "a", "X-One", "1", "x-TWO", "2", "X-One", "3"]));
  });

  it("keeps its host, whatever it calls a matter of the connection", async () => {
    const { port } = await balancerBefore((received, response) => response.end(`for ${received.headers.host}`));
    expect(await sendRaw(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, host\r\n\r\n")).toMatch(/for a$/);
  });

  async function headersSeen(headers: Record<string, string>, attributes: Record<string, string> = {}) {
    const balancer = await balancerBefore((received, response) => response.end(JSON.stringify(received.headers)), {
      attributes,
    });
    return { ...balancer, seen: JSON.parse((await ask(balancer.port, { headers })).body) };
  }

  it("carries where it came from", async () => {
    const { port, seen } = await headersSeen({ "x-forwarded-proto": "gopher", "x-forwarded-port": "1" });
    expect(seen).toMatchObject({
      "x-forwarded-for": HOST,
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(port),
      connection: "keep-alive",
    });
    expect(seen["x-forwarded-host"]).toBeUndefined();
  });

  it.each([
    ["append", "192.0.2.1, 192.0.2.2, 127.0.0.1"],
    ["preserve", "192.0.2.1, 192.0.2.2"],
    ["remove", undefined],
  ])("names its clients by the mode %s", async (mode, expected) => {
    const attributes = { "routing.http.xff_header_processing.mode": mode };
    const { seen } = await headersSeen({ "x-forwarded-for": "192.0.2.1, 192.0.2.2" }, attributes);
    expect(seen["x-forwarded-for"]).toBe(expected);
  });

  it("loses headers of an invalid name only where the load balancer says so", async () => {
    const drop = { "routing.http.drop_invalid_header_fields.enabled": "true" };
    expect((await headersSeen({ "x_under.score": "1" })).seen["x_under.score"]).toBe("1");
    expect((await headersSeen({ "x_under.score": "1" }, drop)).seen["x_under.score"]).toBeUndefined();
  });

  const ID = "1-[0-9a-f]{8}-[0-9a-f]{24}";
  it.each([
    ["a root of its own", undefined, `^Root=${ID}$`],
    ["itself, behind a given root", "Root=1-67891233-abc", `^Self=${ID};Root=1-67891233-abc$`],
    ["itself anew", "Self=1-1-2;Root=1-67891233-abc;CalledFrom=app", `^Self=${ID};Root=1-67891233-abc;CalledFrom=app$`],
    ["a root where only other fields are given", "CalledFrom=app", `^Root=${ID};CalledFrom=app$`],
  ])("is traced by %s", async (_, given, expected) => {
    const { seen } = await headersSeen(given === undefined ? {} : { "x-amzn-trace-id": given });
    expect(seen["x-amzn-trace-id"]).toMatch(new RegExp(expected));
  });

  it("has a length of 0 where a POST has neither body nor length", async () => {
    const { port } = await balancerBefore((received, response) => response.end(JSON.stringify(received.headers)));
    const answer = await sendRaw(port, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(answer).toContain('"content-length":"0"');
    expect(answer).not.toContain('"transfer-encoding"');
  });

  it("is streamed both ways: each piece arrives before the next is sent", async () => {
    const { port } = await balancerBefore((received, response) => received.pipe(response));
    const asked = request({ host: HOST, port, method: "POST", agent: false });
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

  it("that expects 100-continue is told so at once, and its target is not asked", async () => {
    const { port } = await balancerBefore(async (received, response) => {
      response.end(`${received.headers.expect} ${await text(received)}`);
    });
    const asked = request({ host: HOST, port, method: "POST", agent: false, headers: { expect: "100-continue" } });
    asked.flushHeaders();
    await once(asked, "continue");
    asked.end("body");
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    expect(await text(response)).toBe("undefined body");
  });

  it("of HTTP/1.0 is answered without chunks, and the connection closed", async () => {
    const { port } = await balancerBefore((_, response) => {
      response.write("some ");
      response.end("text");
    });
    expect(await sendRaw(port, "GET / HTTP/1.0\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 200 OK\r\n(?!.*chunked)[\s\S]*\r\n\r\nsome text$/,
    );
    const kept = await sendRaw(port, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    expect(kept).toMatch(/\r\n\r\nsome text$/);
  });

  it("is given up where the client gives up", async () => {
    let closed = () => {};
    const targetClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { port, balancers, target, requests } = await balancerBefore((_, response) => {
      response.on("close", closed);
      if (response.req.url === "/half") response.write("some");
      else asked.destroy();
    });
    const asked = request({ host: HOST, port, agent: false }).on("error", () => undefined);
    asked.end();
    await targetClosed;
    expect(balancers.inFlight(HOST, target)).toBe(0);
    expect(requests.map(({ status }) => status)).toEqual([460]);
  });
});

describe("an answer", () => {
  it("does not say that the target closes its connection", async () => {
    const { port } = await balancerBefore((_, response) =>
      response.writeHead(200, { connection: "close, x-a", "x-a": "1" }).end(),
    );
    const { headers } = await ask(port, { headers: { connection: "keep-alive" } });
    expect([headers.connection, headers["x-a"]]).toEqual(["keep-alive", undefined]);
  });

  it("to HEAD has the length and no body", async () => {
    const { port } = await balancerBefore((_, response) => response.writeHead(200, { "content-length": 5 }).end());
    const { headers, body } = await ask(port, { method: "HEAD" });
    expect([headers["content-length"], body]).toEqual(["5", ""]);
  });

  it("keeps each cookie, and the words of its status", async () => {
    const { port } = await balancerBefore((_, response) =>
      response.writeHead(299, "Quite Well", { "set-cookie": ["a=1", "b=2"] }).end(),
    );
    const answer = await sendRaw(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 299 Quite Well\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n/);
  });

  it("may come after interim answers", async () => {
    const interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    const { port } = await balancerBeforeRaw((socket) =>
      socket.write(`${interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`),
    );
    expect(await ask(port)).toMatchObject({ status: 200, body: "ok" });
  });

  it.each([
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
    ["a length", "Content-Length: 100\r\n\r\nhello"],
  ])("that breaks off in the middle, sent in %s, breaks off for the client", async (_, answer) => {
    const { port } = await balancerBeforeRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${answer}`));
    await expect(ask(port)).rejects.toThrow("aborted");
  });

  it("before the end of an upload ends it", async () => {
    const { port, balancers, target } = await balancerBefore((_, response) => response.writeHead(413).end("enough"));
    const body = "x".repeat(1_000_000);
    const first = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
    expect(await sendRaw(port, first)).toMatch(/^HTTP\/1\.1 413 /);
    expect(balancers.inFlight(HOST, target)).toBe(0);
  });
});

describe("where the target does not answer", () => {
  it.each([
    ["closes the connection", (socket: Socket) => socket.end()],
    ["resets the connection", (socket: Socket) => socket.resetAndDestroy()],
    [
      "switches to a protocol that nobody asked for",
      (socket: Socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
    ],
    ["speaks no HTTP", (socket: Socket) => socket.end("no HTTP\r\n\r\n")],
    ["has a reason that can't be written", (socket: Socket) => socket.end("HTTP/1.1 200 O\x01K\r\n\r\n")],
    [
      "sends headers of more than 32 KB",
      (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(33_000)}\r\n\r\n`),
    ],
  ])("but %s, the answer is 502", async (_, onRequest) => {
    const { port } = await balancerBeforeRaw(onRequest);
    const { status, body } = await ask(port);
    expect([status, body]).toEqual([502, expect.stringContaining("<h1>502 Bad Gateway</h1>")]);
    expect((await ask(port, { method: "POST" }, "body")).status).toBe(502);
  });

  it("in the middle of an upload, the client's next request is answered all the same", async () => {
    const { port } = await balancerBeforeRaw((socket) => socket.resetAndDestroy());
    const body = "x".repeat(2_000_000);
    const upload = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await sendRaw(port, `${upload}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer.match(/^HTTP\/1\.1 502/gm)).toHaveLength(2);
  });

  it("headers of less than 32 KB are passed on", async () => {
    const { port } = await balancerBeforeRaw((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(15_000)}\r\nY: ${"y".repeat(15_000)}\r\n\r\n`),
    );
    expect((await ask(port, { maxHeaderSize: 40_000 })).headers.y).toHaveLength(15_000);
  });

  it("for longer than the idle timeout, the answer is 504", async () => {
    const { port, balancers, target } = await balancerBefore(() => undefined, {
      attributes: { "idle_timeout.timeout_seconds": "2" },
    });
    expect(await ask(port)).toMatchObject({ status: 504, body: expect.stringContaining("504 Gateway Time-out") });
    expect((await ask(port, { method: "POST" }, "body")).status).toBe(504);
    expect(balancers.inFlight(HOST, target)).toBe(0);
  });

  it("a target that goes on sending is waited for", async () => {
    const attributes = { "idle_timeout.timeout_seconds": "2" };
    const { port } = await balancerBefore(
      (_, response) => {
        let left = 30;
        const timer = setInterval(() => {
          response.write(".");
          if (--left > 0) return;
          clearInterval(timer);
          response.end();
        }, 100);
      },
      { attributes },
    );
    expect((await ask(port)).body).toBe(".".repeat(30));
  });
});

describe("a connection to a target", () => {
  it("is used again", async () => {
    const ports = new Set<number | undefined>();
    const { port } = await balancerBefore((received, response) => {
      ports.add(received.socket.remotePort);
      response.end();
    });
    for (let count = 0; count < 5; count++) await ask(port);
    expect(ports.size).toBe(1);
  });

  it.each([
    ["POST", "body"],
    ["POST", undefined],
    ["PUT", "body"],
  ])("is a new one for what can't be repeated: %s with the body %s", async (method, body) => {
    const ports = new Set<number | undefined>();
    const { port } = await balancerBefore((received, response) => {
      ports.add(received.socket.remotePort);
      received.resume().on("end", () => response.end());
    });
    for (let count = 0; count < 5; count++) await ask(port, { method }, body);
    expect(ports.size).toBe(5);
  });

  it.each(["GET", "POST", "PUT"])(
    "that is closed for being idle just when it is needed loses no %s",
    async (method) => {
      const idle = new Set<Socket>();
      let answered = 0;
      const { port } = await balancerBeforeRaw((socket) => {
        idle.add(socket);
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${++answered}`);
      });
      const choose = TargetGroup.prototype.choose;
      const chosen = vi.spyOn(TargetGroup.prototype, "choose").mockImplementation(function (this: TargetGroup, tried) {
        for (const socket of idle) socket.destroy();
        return choose.call(this, tried);
      });
      onTestFinished(() => chosen.mockRestore());
      for (const expected of ["1", "2", "3"]) {
        expect(await ask(port, { method }, method === "GET" ? "" : "body")).toMatchObject({
          status: 200,
          body: expected,
        });
      }
    },
  );

  it("that targets close whenever they like loses no request", async () => {
    const { port, requests } = await balancerBeforeRaw((socket, count) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      setTimeout(() => socket.destroy(), count % 4);
    });
    const client = async () => {
      for (let count = 0; count < 30; count++) {
        await ask(port);
        await new Promise((resolve) => setTimeout(resolve, count % 4));
      }
    };
    await Promise.all(Array.from({ length: 5 }, client));
    expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
    expect(requests).toHaveLength(150);
  }, 30_000);

  it("that breaks under a request that the target had is not tried again", async () => {
    let asked = 0;
    const { port } = await balancerBeforeRaw((socket, count) => {
      asked = count;
      if (count === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      else setTimeout(() => socket.resetAndDestroy(), 50);
    });
    expect((await ask(port)).status).toBe(200);
    expect((await ask(port)).status).toBe(502);
    expect(asked).toBe(2);
  });

  it("is closed when it was idle for the idle timeout, of a load balancer that came later too", async () => {
    const closed: number[] = [];
    const target = await testTarget((received, response) => {
      const answeredAt = performance.now();
      received.socket.on("close", () => closed.push(performance.now() - answeredAt));
      response.end();
    });
    const groups = { group: { targets: [target] } };
    const { balancers, reported } = await balancersWithout(groups);
    await reported("healthy", target);
    await balancers.update(viewOf({ groups, attributes: { "idle_timeout.timeout_seconds": "0.3" } }));
    expect((await ask(balancers.served[0]?.port ?? 0)).status).toBe(200);
    await expect.poll(() => closed.length).toBe(1);
    expect(closed[0]).toBeGreaterThan(290);
  });

  it("that every target refuses is answered with 502", async () => {
    const gone = createHttpServer((_, response) => response.end());
    const targets = [await serveForTest(gone)];
    const { port } = await testBalancer({ groups: { group: { targets, healthCheck: { unhealthyThreshold: 1_000 } } } });
    await close(gone);
    expect((await ask(port)).status).toBe(502);
  });

  it("that is refused sends the request to another target, also one with a body", async () => {
    const gone = createHttpServer((_, response) => response.end());
    const targets = [
      await serveForTest(gone),
      await testTarget(async (received, response) => response.end(await text(received))),
    ];
    // It stays healthy to the load balancer.
    const { port } = await testBalancer({ groups: { group: { targets, healthCheck: { unhealthyThreshold: 1_000 } } } });
    await close(gone);
    for (let count = 0; count < 4; count++) {
      expect(await ask(port, { method: "POST" }, "the body")).toMatchObject({ status: 200, body: "the body" });
    }
  });
});
