import { request as httpRequest } from "node:http";
import { type Request, type Response, Router } from "express";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { createErrorHandler, Problem } from "./problem";
import { currentRequest, outgoingHeaders } from "./request-context";
import { routerFor } from "./router";

let app: ServedApp;

/** Resolves when a request for `/waits`, which is never answered, has come. */
let arrived: () => void;
const waits = new Promise<void>((resolve) => {
  arrived = resolve;
});

function router(): Router {
  const own = Router();
  own.use(
    routerFor(
      [
        { path: "/items", methods: ["GET", "POST"] },
        { path: "/items/:id", methods: ["GET"] },
      ],
      (route, method) => (request, response) => {
        response.json({ route: route.path, method, body: request.body, ip: request.ip });
      },
    ),
  );
  own.get("/throws", () => {
    throw new Error("SELECT password FROM users");
  });
  own.get("/rejects", async () => {
    throw Object.assign(new Error("connect ECONNREFUSED 10.0.0.7"), { code: "ECONNREFUSED" });
  });
  own.get("/half", (_request, response) => {
    response.write("half");
    throw new Error("too late");
  });
  own.get("/waits", () => arrived());
  own.get("/refuses", () => {
    throw new Problem(422, 'the name "<b>" is taken');
  });
  own.get("/outgoing", async (_request, response) => {
    await new Promise((resolve) => setImmediate(resolve));
    currentRequest()?.logger.info("inside");
    response.json(outgoingHeaders());
  });
  return own;
}

beforeAll(async () => {
  app = await serveApp(router());
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });
const json = { accept: "application/json" };
const trace = "Root=1-67891233-abcdef012345678912345678;Sampled=1";

/** The line of the request log that belongs to this request id. It is written when the answer is out: wait for it. */
async function logged(requestId: string) {
  const find = () => app.lines.find((line) => line.requestId === requestId && "durationMilliseconds" in line);
  await expect.poll(find, { interval: 5 }).toBeDefined();
  return find();
}

describe("headers", () => {
  it("set a content security policy without script and without upgrade-insecure-requests", async () => {
    const { headers } = await get("/items");
    const policy = headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none';style-src 'sha256-[A-Za-z0-9+/=]+';img-src data:;/);
    expect(policy).not.toContain("upgrade-insecure-requests");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  it("set strict transport security over HTTPS only", async () => {
    expect((await get("/items")).headers.get("strict-transport-security")).toBeNull();
    const https = await get("/items", { "x-forwarded-proto": "https" });
    expect(https.headers.get("strict-transport-security")).toBe("max-age=15552000");
  });

  it("name the client by the one trusted proxy, not by what the client claims", async () => {
    const response = await get("/items", { "x-forwarded-for": "6.6.6.6, 203.0.113.9" });
    expect(await response.json()).toMatchObject({ ip: "203.0.113.9" });
  });
});

describe("request id and trace id", () => {
  it("echoes a well-formed request id", async () => {
    expect((await get("/items", { "x-request-id": "abc-123" })).headers.get("x-request-id")).toBe("abc-123");
  });

  it.each(["a b", "x".repeat(129), '"><script>'])("makes one in place of %s", async (given) => {
    const id = (await get("/items", { "x-request-id": given })).headers.get("x-request-id");
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });

  it("gives both to outgoing calls, across asynchronous steps", async () => {
    const response = await get("/outgoing", { "x-request-id": "out-1", "x-amzn-trace-id": trace });
    expect(await response.json()).toEqual({ "x-request-id": "out-1", "x-amzn-trace-id": trace });
  });

  it("does not forward a trace id that is not well-formed", async () => {
    const response = await get("/outgoing", { "x-request-id": "out-2", "x-amzn-trace-id": "Root=1;x" });
    expect(await response.json()).toEqual({ "x-request-id": "out-2" });
  });

  it("gives none outside of a request", () => {
    expect(outgoingHeaders()).toEqual({});
  });

  it("are in every line logged within the request", async () => {
    await get("/outgoing", { "x-request-id": "out-3", "x-amzn-trace-id": trace });
    await logged("out-3");
    const lines = app.lines.filter((line) => line.requestId === "out-3");
    expect(lines.map(({ msg }) => msg)).toEqual(["inside", "request completed"]);
    for (const line of lines) expect(line.traceRoot).toBe("1-67891233-abcdef012345678912345678");
  });
});

describe("the request log", () => {
  it("has method, path without query, route template, status and duration", async () => {
    await get("/items/42?token=hidden", {
      "x-request-id": "log-1",
      authorization: "Bearer hidden",
      cookie: "a=hidden",
    });
    const line = await logged("log-1");
    expect(line).toMatchObject({
      level: "info",
      service: "app",
      environment: "local",
      version: "1.2.3",
      http: { method: "GET", path: "/items/42" },
      route: "/items/:id",
      status: 200,
      durationMilliseconds: expect.any(Number),
    });
    expect(JSON.stringify(line)).not.toContain("hidden");
  });

  it("has no health check at info", async () => {
    for (const path of ["/healthcheck", "/health/live", "/health/ready"]) {
      await get(path, { "x-request-id": `health${path}`.replaceAll("/", "-") });
      expect((await logged(`health${path}`.replaceAll("/", "-")))?.level).toBe("debug");
    }
  });

  it("says how a request ended: completed, errored, or aborted by the client", async () => {
    await get("/items", { "x-request-id": "end-1" });
    await get("/throws", { "x-request-id": "end-2" });
    const waiting = httpRequest(`${app.url}/waits`, { headers: { "x-request-id": "end-3" } });
    waiting.on("error", () => undefined).end();
    await waits;
    waiting.destroy();
    const lines = await Promise.all(["end-1", "end-2", "end-3"].map(logged));
    expect(lines.map((line) => line?.msg)).toEqual(["request completed", "request errored", "request aborted"]);
  });

  it("has the fault itself, with its stack, and the level error", async () => {
    await get("/throws", { "x-request-id": "log-2" });
    expect(await logged("log-2")).toMatchObject({
      level: "error",
      status: 500,
      err: { message: "SELECT password FROM users", stack: expect.stringContaining("app.test.ts") },
    });
  });
});

describe("errors", () => {
  it.each(["/throws", "/rejects"])(
    "%s tells a client that asks for JSON nothing but that there was a fault",
    async (path) => {
      const response = await get(`${path}?a=1`, { ...json, "x-request-id": "err-1" });
      expect(response.status).toBe(500);
      expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
      expect(response.headers.get("vary")).toBe("Accept");
      expect(await response.json()).toEqual({
        type: "about:blank",
        title: "Internal Server Error",
        status: 500,
        detail: "the service could not answer; the fault is in its log under the request id",
        instance: path,
        requestId: "err-1",
      });
    },
  );

  it.each(["/throws", "/rejects"])("%s shows others a page without a stack trace", async (path) => {
    const response = await get(path, { "x-request-id": "err-2" });
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(body).toContain("<h1>500 Internal Server Error</h1>");
    expect(body).toContain("err-2");
    expect(body).not.toMatch(/SELECT|ECONNREFUSED|\.ts|node_modules/);
  });

  it("escapes the detail on a page and keeps it as it is in JSON", async () => {
    const asPage = await get("/refuses");
    expect([asPage.status, await asPage.text()]).toEqual([
      422,
      expect.stringContaining("the name &quot;&lt;b&gt;&quot; is taken"),
    ]);
    expect(await (await get("/refuses", json)).json()).toMatchObject({
      status: 422,
      detail: 'the name "<b>" is taken',
    });
  });

  it("answers problem details to a client that names their own type", async () => {
    const response = await get("/nowhere", { accept: "application/problem+json" });
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  });

  it.each(["/", "/nowhere", "/Items", "/items/1/x"])("answers 404 to the unknown path %s", async (path) => {
    const response = await get(path, json);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ title: "Not Found", detail: `this service has no page ${path}` });
  });

  it("escapes the unknown path on the page", async () => {
    expect(await (await get("/%3Cscript%3E'\"")).text()).not.toMatch(/<script>/);
  });

  it("answers 405 with Allow to another method on a known path", async () => {
    const response = await fetch(`${app.url}/items`, { method: "DELETE", headers: json });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    expect(await response.json()).toMatchObject({
      detail: "DELETE is not allowed here; allowed: GET, HEAD, POST, OPTIONS",
    });
  });

  it("answers OPTIONS with Allow and HEAD without a body", async () => {
    const options = await fetch(`${app.url}/items/1`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
    const head = await fetch(`${app.url}/items/1`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it.each([
    ["a body that is too large", JSON.stringify("x".repeat(102_400)), 413],
    ["a body that is not JSON", "{", 400],
  ])("refuses %s", async (_name, body, status) => {
    const headers = { ...json, "content-type": "application/json" };
    const response = await fetch(`${app.url}/items`, { method: "POST", headers, body });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(/\.js|node_modules/);
  });

  it("refuses a path that can't be decoded", async () => {
    expect((await get("/items/%zz", json)).status).toBe(400);
  });

  it("leaves an answer that is half out to Express", () => {
    const error = new Error("too late");
    const next = vi.fn();
    createErrorHandler()(error, {} as Request, { headersSent: true } as Response, next);
    expect(next.mock.calls).toEqual([[error]]);
  });

  it("ends the connection when half of the answer is out", async () => {
    const cut = new Promise((_resolve, reject) => {
      httpRequest(`${app.url}/half`, (response) => response.resume().once("error", reject)).end();
    });
    await expect(cut).rejects.toThrow("aborted");
  });
});

describe("health", () => {
  it("answers the target group's check with the text of old", async () => {
    const response = await get("/healthcheck");
    expect([response.status, await response.text()]).toEqual([200, "Healthcheck Path !"]);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each([
    ["starting", 200, 200, 503],
    ["ready", 200, 200, 200],
    ["draining", 503, 200, 503],
  ] as const)("while %s: target group %i, live %i, ready %i", async (state, targetGroup, live, ready) => {
    app.readiness.state = state;
    const answers = await Promise.all([get("/healthcheck"), get("/health/live"), get("/health/ready")]);
    app.readiness.state = "ready";
    expect(answers.map(({ status }) => status)).toEqual([targetGroup, live, ready]);
  });
});
