import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildService } from "../build.mjs";
import { killRunning, type RunningService, runBundle, runService, taskVariables } from "../testing/run-service";
import { shutdownBudget } from "./lifecycle";

/** Long, for a busy machine: it only ends a test that hangs. */
const TIMEOUT_MILLISECONDS = 300_000;

/** A bit less than the time in which a service that was told to stop still answers on connections that are open. */
const LAST_ANSWERS_MILLISECONDS = 200;

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kit-lifecycle-"));
  const directory = join(import.meta.dirname, "..", "testing", "slow-service");
  bundle = (await buildService({ directory, version: "7.0.0", outdir: folder })).file;
});

// The tests run side by side: each waits mostly for a process to start.
afterAll(async () => {
  killRunning();
  await rm(folder, { recursive: true });
});

const start = (extra: Record<string, string> = {}) => runService(bundle, { ...taskVariables, ...extra });

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  return { status: response.statusCode, connection: response.headers.connection, body };
}

interface OpenRequest {
  readonly request: ClientRequest;
  readonly response: Promise<IncomingMessage>;
}

/** Sends the headers of a request on a keep-alive connection and resolves when the service has taken it up. */
async function openRequest(service: RunningService, path: string, contentType: string): Promise<OpenRequest> {
  const request = httpRequest(`${service.url}${path}`, {
    method: "POST",
    agent: new Agent({ keepAlive: true }),
    headers: { "content-type": contentType, expect: "100-continue" },
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject);
  });
  response.catch(() => {});
  await new Promise<void>((resolve, reject) => {
    request.once("continue", resolve).once("error", reject);
    request.flushHeaders();
  });
  return { request, response };
}

/**
 * Whether a request on a new connection gets an answer. Not by `fetch`: on a busy machine it waits for ever where the
 * connection is closed before the request is written.
 */
function isAnswered(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    httpRequest(url, { agent: false }, (response) => {
      response.resume().once("close", () => resolve(true));
    })
      .once("error", () => resolve(false))
      .end();
  });
}

/** A request that has failed. */
interface Failure {
  readonly reusedSocket: boolean;
  /** When it was on its way, or, if it never was, when it failed. */
  readonly at: number;
}

/**
 * Sends one request after the other on a keep-alive connection until one fails; resolves when the first was answered.
 * @returns the one that failed; if it had reused a connection, an answer was lost
 */
async function askUntilRefused(url: string): Promise<{ readonly failure: Promise<Failure> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<Failure | undefined>((resolve) => {
      let sentAt: number | undefined;
      const request = httpRequest(url, { agent }).end();
      request.once("finish", () => {
        sentAt = Date.now();
      });
      request.once("response", (response) => response.resume().once("end", () => resolve(undefined)));
      request.once("error", () => resolve({ reusedSocket: request.reusedSocket, at: sentAt ?? Date.now() }));
    });
  expect(await ask()).toBeUndefined();
  const askOn = async () => {
    for (;;) {
      const failed = await ask();
      if (failed) return failed;
    }
  };
  return { failure: askOn() };
}

interface OpenConnection {
  readonly closed: Promise<void>;
}

/** A connection that had a request answered and stays open. */
async function idleConnection(service: RunningService): Promise<OpenConnection> {
  const agent = new Agent({ keepAlive: true });
  const request = httpRequest(`${service.url}/health/live`, { agent }).end();
  const response = await new Promise<IncomingMessage>((resolve) => request.once("response", resolve));
  const { socket } = response;
  expect((await answerOf(response)).connection).toBe("keep-alive");
  return { closed: closed(socket) };
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()).once("error", () => {}));
}

/** A connection on which nothing was sent. */
async function silentConnection(service: RunningService): Promise<OpenConnection> {
  const socket = connect(service.port, "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.resume();
  return { closed: closed(socket) };
}

describe.concurrent("a stop signal", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "%s lets requests in flight finish, says Connection: close and ends with status 0",
    async (signal) => {
      const service = await start();
      const echo = await openRequest(service, "/echo", "application/json");
      echo.request.write('{"order":');
      service.signal(signal);
      await service.line("shutting down");
      echo.request.end("42}");
      expect(await answerOf(await echo.response)).toEqual({ status: 200, connection: "close", body: '{"order":42}' });
      // Status 0 also says it was well inside the stop timeout: at its deadline (25 s) it would be 1, and a connection kept
      // until its keep-alive timeout would have taken 70 s.
      expect(await service.exited).toEqual({ status: 0, stderr: "" });
    },
  );

  it("refuses new connections, finishes an answer whose headers were out already, and closes its keep-alive connection", async () => {
    const service = await start();
    const stream = await openRequest(service, "/stream", "text/plain");
    stream.request.write("first ");
    const response = await stream.response;
    service.signal("SIGTERM");
    await service.line("shutting down");
    while (await isAnswered(`${service.url}/health/live`)) await new Promise((wait) => setTimeout(wait, 20));
    stream.request.end("last");
    expect(await answerOf(response)).toEqual({ status: 200, connection: "keep-alive", body: "first last" });
    expect((await service.exited).status).toBe(0);
  });

  it("says Connection: close to a request that follows on a connection which was busy", async () => {
    const service = await start();
    const socket = connect(service.port, "127.0.0.1").setEncoding("utf8");
    const headers = "Host: a\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n";
    socket.write(`POST /stream HTTP/1.1\r\n${headers}`);
    const [first] = await once(socket, "data");
    expect(first).toMatch(/^HTTP\/1.1 200 OK\r\n(.*\r\n)?Connection: keep-alive\r\n/s);
    service.signal("SIGTERM");
    await service.line("shutting down");
    socket.write("bodyGET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
    let rest = "";
    for await (const chunk of socket) rest += chunk;
    expect(rest).toMatch(/^4\r\nbody\r\n0\r\n\r\nHTTP\/1.1 503 Service Unavailable\r\n(.*\r\n)?Connection: close\r\n/s);
    expect((await service.exited).status).toBe(0);
  });

  it("loses no answer of clients that are busy on keep-alive connections", async () => {
    const service = await start();
    const clients = await Promise.all(Array.from({ length: 8 }, () => askUntilRefused(`${service.url}/health/live`)));
    service.signal("SIGTERM");
    const failures = await Promise.all(clients.map(({ failure }) => failure));
    const { time } = await service.line("shutting down");
    // A client that has waited for a processor as long as that finds its connection closed: to the service it was idle.
    const promised = Date.parse(String(time)) + LAST_ANSWERS_MILLISECONDS;
    expect(failures.filter(({ reusedSocket, at }) => reusedSocket && at < promised)).toEqual([]);
    expect(await service.exited).toEqual({ status: 0, stderr: "" });
  });

  it("is not held up by idle connections, nor by one that never sent a byte", async () => {
    const service = await start();
    const connections = [await idleConnection(service), await idleConnection(service), await silentConnection(service)];
    service.signal("SIGTERM");
    await Promise.all(connections.map((connection) => connection.closed));
    expect((await service.exited).status).toBe(0);
  });

  it("takes readiness and the target group's check to 503 during the delay while it still serves; a second signal ends it with status 1", async () => {
    const service = await start({ SHUTDOWN_DELAY_SECONDS: "99", STOP_TIMEOUT_SECONDS: "120" });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${service.url}/healthcheck`)).status).toBe(200);
    service.signal("SIGTERM");
    await service.line("shutting down");
    const ready = await fetch(`${service.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: "draining" }]);
    expect((await fetch(`${service.url}/healthcheck`)).status).toBe(503);
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    service.signal("SIGTERM");
    expect((await service.exited).status).toBe(1);
    expect(service.lines.at(-1)).toMatchObject({ level: "error", msg: "second signal: stopped without waiting" });
  });

  it("runs the hooks in order after the delay and the last request", async () => {
    const service = await start({ SHUTDOWN_DELAY_SECONDS: "0.05" });
    const echo = await openRequest(service, "/echo", "application/json");
    service.signal("SIGTERM");
    await service.line("shutting down");
    echo.request.end("{}");
    await echo.response;
    expect((await service.exited).status).toBe(0);
    const messages = service.lines.map(({ msg }) => msg);
    expect(messages).toEqual([
      "listening",
      "warmed up",
      "shutting down",
      "request completed",
      "queue drained",
      "pool closed",
      "stopped",
    ]);
  });

  it("closes what is still open at the deadline and ends with status 1", async () => {
    const service = await start({ STOP_TIMEOUT_SECONDS: "1" });
    const echo = await openRequest(service, "/echo", "application/json");
    service.signal("SIGTERM");
    await expect(echo.response).rejects.toThrow("socket hang up");
    expect((await service.exited).status).toBe(1);
    expect(service.lines.map(({ msg }) => msg)).toContain(
      "requests were still in flight at the deadline: their connections were closed",
    );
    expect(service.lines.map(({ msg }) => msg)).toContain("pool closed");
  });

  it.each([
    ["hangs", "shutdown hooks were still running at the deadline"],
    ["fails", "shutdown hook failed"],
  ])("ends with status 1 when a hook %s", async (HOOK, message) => {
    const service = await start({ STOP_TIMEOUT_SECONDS: "1", HOOK });
    service.signal("SIGTERM");
    expect((await service.exited).status).toBe(1);
    expect(service.lines.map(({ msg }) => msg)).toContain(message);
  });
});

describe.concurrent("an uncaught fault", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it.each([
    ["/crash", "uncaught exception", "thrown outside of a request"],
    ["/reject", "unhandled rejection", "rejected outside of a request"],
  ])("%s is logged, requests in flight finish, and the status is 1", async (path, message, fault) => {
    const service = await start();
    const echo = await openRequest(service, "/echo", "application/json");
    expect((await fetch(`${service.url}${path}`, { method: "POST" })).status).toBe(200);
    expect(await service.line(message)).toMatchObject({ level: "fatal", err: { message: fault } });
    await service.line("shutting down");
    echo.request.end("{}");
    expect(await answerOf(await echo.response)).toMatchObject({ status: 200, connection: "close" });
    expect((await service.exited).status).toBe(1);
    expect(service.lines.map(({ msg }) => msg)).toContain("pool closed");
  });
});

describe.concurrent("the start", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it("logs the address it listens on, and keeps idle connections longer than the load balancer does", async () => {
    const service = await start({ LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: "61" });
    expect(await service.line("listening")).toMatchObject({
      level: "info",
      service: "service-under-test",
      environment: "local",
      version: "7.0.0",
      address: "127.0.0.1",
      port: service.port,
    });
    const response = await fetch(`${service.url}/health/live`);
    expect(response.headers.get("keep-alive")).toBe("timeout=71");
  });

  it("ends with status 1 and a message when the port is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const service = runBundle(bundle, { ...taskVariables, PORT: String(port) });
    expect(await service.exited).toEqual({ status: 1, stderr: "" });
    expect(service.lines.map(({ msg }) => msg)).toEqual([
      `port ${port} on 127.0.0.1 is already in use: stop the process that has it, or set PORT to a free port`,
    ]);
    other.close();
  });

  it("ends with status 2 and all faults of the environment on stderr", async () => {
    const secret = "hunter2";
    const { exited } = runBundle(bundle, {
      ...taskVariables,
      PORT: "70000",
      LAUNCH_TYPE: "ec2",
      SHUTDOWN_TOKEN: secret,
    });
    const { status, stderr } = await exited;
    expect(status).toBe(2);
    const [title, ...faults] = stderr.trimEnd().split("\n");
    expect(title).toBe("the environment does not fit: 3 variables are wrong");
    expect(faults.map((fault) => fault.trim().split(" ")[0])).toEqual(["PORT", "LAUNCH_TYPE", "SHUTDOWN_TOKEN"]);
    expect(stderr).not.toContain(secret);
  });
});

describe("shutdownBudget", () => {
  it("leaves 5 s of the stop timeout after the connections and 1 s after the hooks", () => {
    expect(shutdownBudget(30)).toEqual({ connectionsMilliseconds: 25_000, hooksMilliseconds: 29_000 });
    expect(shutdownBudget(120)).toEqual({ connectionsMilliseconds: 115_000, hooksMilliseconds: 119_000 });
  });

  it("divides a short stop timeout in proportion", () => {
    expect(shutdownBudget(2)).toEqual({ connectionsMilliseconds: 1000, hooksMilliseconds: 1800 });
  });
});
