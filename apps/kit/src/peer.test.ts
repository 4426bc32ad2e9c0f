import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Router } from "express";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptPort } from "../testing/run-service";
import { serveApp } from "../testing/serve-app";
import { readEnvironment, taskEnvironment } from "./environment";
import { inOrder, Peer, PeerUnavailable, peerAddress, peerVariables, type SrvTarget } from "./peer";

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Longer than any answer here takes: it only ends a test that hangs. */
const LONG = 20_000;
const SHORT = 100;

let server: Server;
let port: number;
let asked: Asked[];

// A server for each test: a request that was given up may still arrive when the next one has begun.
beforeEach(async () => {
  const own: Asked[] = [];
  asked = own;
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    own.push({ method: request.method, url: request.url, headers: request.headers, body });
    if (request.url === "/silent") return;
    if (request.url === "/half") response.writeHead(200).write("half");
    else if (request.url === "/cut") response.destroy();
    else response.writeHead(request.url === "/moved" ? 302 : 207, { location: "/x", "x-of-peer": "yes" }).end("answer");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const peer = () => new Peer("stock", { protocol: "http", host: "127.0.0.1", port });

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "answered",
    (error) => (error instanceof PeerUnavailable ? error.reason : error),
  );

describe("a peer", () => {
  it("is asked with method, path, headers and body, and its answer given whatever the status", async () => {
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const answer = await peer().request("/items?a=%2F", {
      method: "POST",
      headers,
      body: '{"a":"ü"}',
      timeoutMs: LONG,
    });
    expect([answer.status, answer.headers.get("x-of-peer"), answer.body]).toEqual([207, "yes", "answer"]);
    expect(asked).toEqual([
      { method: "POST", url: "/items?a=%2F", headers: expect.objectContaining(headers), body: '{"a":"ü"}' },
    ]);
  });

  it("gets request id and trace id of the request being served", async () => {
    const traced = { "x-request-id": "request-7", "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678" };
    const router = Router().get("/", async (_request, response) => {
      await peer().request("/", { timeoutMs: LONG });
      response.end();
    });
    const app = await serveApp(router);
    await fetch(app.url, { headers: traced });
    await app.close();
    await peer().request("/", { timeoutMs: LONG });
    expect(asked.map(({ headers }) => headers["x-request-id"])).toEqual(["request-7", undefined]);
    expect(asked[0]?.headers).toMatchObject(traced);
  });

  it("sends nobody elsewhere: a redirect is an answer like any other", async () => {
    expect(await peer().request("/moved", { timeoutMs: LONG })).toMatchObject({ status: 302 });
    expect(asked).toHaveLength(1);
  });

  it.each(["/silent", "/half"])("that does not answer in time is unavailable: %s", async (path) => {
    expect(await reason(peer().request(path, { timeoutMs: SHORT }))).toBe("timeout");
  });

  it("is given up when the caller says so", async () => {
    const controller = new AbortController();
    const answer = reason(peer().request("/silent", { timeoutMs: LONG, signal: controller.signal }));
    await expect.poll(() => asked.length).toBe(1);
    controller.abort();
    expect(await answer).toBe("given up");
    expect(await reason(peer().request("/", { timeoutMs: LONG, signal: controller.signal }))).toBe("given up");
    expect(asked).toHaveLength(1);
  });

  it("is unavailable when it ends the connection, or takes none, in words for the client without internals", async () => {
    expect(await reason(peer().request("/cut", { timeoutMs: LONG }))).toBe("UND_ERR_SOCKET");
    const gone = new Peer("stock", { protocol: "http", host: "127.0.0.1", port: await keptPort() });
    const fault = await gone.request("/", { timeoutMs: LONG }).catch((error) => error);
    expect(fault).toMatchObject({ status: 503, reason: "ECONNREFUSED", headers: { "Retry-After": "2" } });
    expect(fault.detail).toBe("The stock service does not answer at the moment. Please try again in a few seconds.");
  });
});

describe("a peer without a port", () => {
  const target = (to: number, priority = 1) => ({ name: "127.0.0.1", port: to, priority, weight: 1 });
  const found = (lookUp: (host: string) => Promise<readonly SrvTarget[]>) =>
    new Peer("stock", { protocol: "http", host: "stock.internal" }, lookUp);

  it("is where its SRV records say, looked up each time", async () => {
    const hosts: string[] = [];
    const one = found(async (host) => {
      hosts.push(host);
      return [target(port)];
    });
    for (const _ of [1, 2]) expect(await one.request("/", { timeoutMs: LONG })).toMatchObject({ status: 207 });
    expect(hosts).toEqual(["stock.internal", "stock.internal"]);
  });

  it("is asked at the next target where one takes no connection, and once only", async () => {
    const closed = await keptPort();
    const one = found(async () => [target(port, 2), target(closed, 1)]);
    expect(await one.request("/", { timeoutMs: LONG })).toMatchObject({ status: 207 });
    const cut = found(async () => [target(port, 1), target(port, 2)]);
    expect(await reason(cut.request("/cut", { timeoutMs: LONG }))).toBe("UND_ERR_SOCKET");
    expect(asked.map(({ url }) => url)).toEqual(["/", "/cut"]);
  });

  it("is unavailable without records, with a lookup that fails, and with one that takes too long", async () => {
    const refused = Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
    expect(await reason(found(async () => []).request("/", { timeoutMs: LONG }))).toBe("ENODATA");
    expect(await reason(found(() => Promise.reject(refused)).request("/", { timeoutMs: LONG }))).toBe("ENOTFOUND");
    expect(await reason(found(() => new Promise(() => undefined)).request("/", { timeoutMs: SHORT }))).toBe("timeout");
  });
});

describe("inOrder", () => {
  const targets = fc.array(
    fc.record({ name: fc.domain(), port: fc.nat(65_535), priority: fc.nat(3), weight: fc.nat(100) }),
  );

  it("has every target once, those of a lower priority first", () => {
    fc.assert(
      fc.property(targets, (given) => {
        const ordered = inOrder(given);
        expect(new Set(ordered)).toEqual(new Set(given));
        expect(ordered.map(({ priority }) => priority)).toEqual(given.map(({ priority }) => priority).sort());
      }),
    );
  });

  it("begins with each of one priority as often as its weight says", () => {
    const heavy = { name: "heavy", port: 1, priority: 1, weight: 3 };
    const light = { name: "light", port: 1, priority: 1, weight: 1 };
    // Evenly spread pairs instead of chance: exact, and the same each time.
    const steps = Array.from({ length: 100 }, (_, index) => (index + 0.5) / 100);
    const firsts = steps.flatMap((a) =>
      steps.map((b) => {
        const numbers = [a, b];
        return inOrder([heavy, light], () => numbers.shift() ?? 0)[0];
      }),
    );
    expect(firsts.filter((first) => first === heavy).length / firsts.length).toBeCloseTo(0.75, 2);
  });
});

describe("the variables of a peer", () => {
  const environment = taskEnvironment.pick({ SERVICE_NAME: true }).extend(peerVariables("STOCK_SERVICE"));
  const read = (given: Record<string, string>) =>
    peerAddress("STOCK_SERVICE", readEnvironment(environment, { SERVICE_NAME: "shop", ...given }));

  it("say where it is: a host and a port, or a host with SRV records", () => {
    expect(read({ STOCK_SERVICE_HOST: "stock.internal", STOCK_SERVICE_PORT: "8096" })).toEqual({
      protocol: "http",
      host: "stock.internal",
      port: 8096,
    });
    expect(read({ STOCK_SERVICE_HOST: "stock.internal", STOCK_SERVICE_PROTOCOL: "https" })).toEqual({
      protocol: "https",
      host: "stock.internal",
    });
  });

  it("are refused with what is allowed", () => {
    const wrong = { STOCK_SERVICE_HOST: "http://x/", STOCK_SERVICE_PORT: "0", STOCK_SERVICE_PROTOCOL: "ftp" };
    expect(() => read(wrong)).toThrow(
      /3 variables are wrong\n {2}STOCK_SERVICE_HOST .*a host name or an IPv4 address.*\n {2}STOCK_SERVICE_PORT .*from 1 to 65535.*\n {2}STOCK_SERVICE_PROTOCOL .*http or https/,
    );
    expect(() => read({})).toThrow("STOCK_SERVICE_HOST is not set");
  });
});
