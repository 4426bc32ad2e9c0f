import { createServer, type RequestListener } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { serveForTest } from "../../tools/testing/test-server";
import { LoadGenerator } from "./generator";
import type { LoadShape } from "./plan";

const UNTIL_THE_END = new AbortController().signal;

/** A server that counts its requests, and what is under way at once. */
async function counting(answer: RequestListener) {
  const counts = { requests: 0, atOnce: 0, most: 0, connections: 0, hosts: new Set<string>(), brokenOff: 0 };
  const server = createServer((request, response) => {
    counts.requests++;
    counts.most = Math.max(counts.most, ++counts.atOnce);
    counts.hosts.add(request.headers.host ?? "");
    response.on("close", () => {
      counts.atOnce--;
      if (!response.writableFinished) counts.brokenOff++;
    });
    answer(request, response);
  });
  server.on("connection", () => counts.connections++);
  const port = await serveForTest(server);
  const load = (shape: LoadShape, seconds: number, host?: string) =>
    new LoadGenerator({ url: new URL(`http://127.0.0.1:${port}/page`), host, shape, seconds });
  return { counts, load };
}

describe("a load", () => {
  it("of clients has one request of each under way, over connections that are kept", async () => {
    const { counts, load } = await counting(async (_, response) => {
      await sleep(5);
      response.end("hello");
    });
    const { statuses, failures, latency } = await load({ clients: 4 }, 3).run(UNTIL_THE_END);
    expect(statuses).toEqual({ 200: counts.requests });
    expect(failures).toEqual({});
    expect(counts.requests).toBeGreaterThan(20);
    expect([counts.most, counts.connections, counts.brokenOff]).toEqual([4, 4, 0]);
    expect(latency?.p50).toBeGreaterThan(4);
  });

  it("of a rate comes evenly, however slow the answers are, and counts what was waited for", async () => {
    const { counts, load } = await counting(async (_, response) => {
      await sleep(200);
      response.end();
    });
    const lateness = monitorEventLoopDelay({ resolution: 5 });
    lateness.enable();
    const { statuses, latency } = await load({ rate: 100 }, 1).run(UNTIL_THE_END);
    lateness.disable();
    expect(counts.requests).toBeGreaterThan(90);
    expect(counts.requests).toBeLessThanOrEqual(101);
    expect(statuses).toEqual({ 200: counts.requests });
    // 20 at any time, not all 100 at once; more only where this process was late itself, with requests and with answers.
    const lateSeconds = lateness.max / 1e9;
    expect(counts.most).toBeLessThan(40 + 2 * 100 * lateSeconds);
    expect(counts.brokenOff).toBe(0);
    expect(latency?.p50).toBeGreaterThan(199);
  });

  it("counts each status, and what was not answered", async () => {
    const { counts, load } = await counting((request, response) => {
      if (counts.requests % 3 === 0) request.socket.destroy();
      else response.writeHead(counts.requests % 3 === 1 ? 200 : 503).end();
    });
    const { statuses, failures } = await load({ rate: 60 }, 1).run(UNTIL_THE_END);
    expect(Object.keys(statuses)).toEqual(["200", "503"]);
    expect(Object.keys(failures)).toEqual(["ECONNRESET"]);
  });

  it("asks for the host that it is told", async () => {
    const { counts, load } = await counting((_, response) => response.end());
    await load({ rate: 5 }, 1, "app.example.test").run(UNTIL_THE_END);
    expect([...counts.hosts]).toEqual(["app.example.test"]);
  });

  it("does not hurry where nobody listens", async () => {
    const generator = new LoadGenerator({ url: new URL("http://127.0.0.1:1/"), shape: { clients: 2 }, seconds: 1 });
    const { failures } = await generator.run(UNTIL_THE_END);
    expect(Object.keys(failures)).toEqual(["ECONNREFUSED"]);
    expect(failures.ECONNREFUSED).toBeLessThan(30);
  });

  it.each([[{ clients: 3 }], [{ rate: 50 }]])(
    "ends when it is broken off, and what was under way is no failure: %j",
    async (shape) => {
      const { counts, load } = await counting((_, response) => {
        if (counts.requests > 3) return;
        response.end();
      });
      const broken = new AbortController();
      const generator = load(shape, 600);
      const running = generator.run(broken.signal);
      await expect.poll(() => counts.atOnce).toBeGreaterThan(0);
      await expect.poll(() => generator.outcome.statuses).toEqual({ 200: 3 });
      const brokenAt = performance.now();
      broken.abort();
      const { failures, statuses } = await running;
      expect(failures).toEqual({});
      expect(statuses).toEqual({ 200: 3 });
      expect(performance.now() - brokenAt).toBeLessThan(60_000);
      await expect.poll(() => counts.atOnce).toBe(0);
    },
  );
});
