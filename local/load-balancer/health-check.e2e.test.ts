import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveForTest, testServer } from "../../tools/testing/test-server";
import type { ViewHealthCheck } from "../cloud/view";
import { type Health, HealthCheck, matches } from "./health-check";
import { HOST } from "./testing/view";

const SETTINGS: ViewHealthCheck = {
  path: "/healthcheck",
  port: "traffic-port",
  intervalSeconds: 30,
  timeoutSeconds: 30,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
  matcher: "200",
};

/** Checks a port until the test ends; what it turned to, in order. */
function check(port: number, settings: Partial<ViewHealthCheck> = {}, capMs = 5) {
  const turns: Health[] = [];
  const healthCheck = new HealthCheck({
    host: HOST,
    port,
    settings: { ...SETTINGS, ...settings },
    capMs,
    onChange: (health) => turns.push(health),
    onSuccess: () => undefined,
  });
  onTestFinished(() => healthCheck.stop());
  return { healthCheck, turns };
}

/**
 * A server that answers as many health checks as there are statuses, and leaves the next one waiting: what was made of the
 * answers then stands still.
 */
async function scriptedServer(...statuses: number[]) {
  let asked = 0;
  const port = await testServer((_request, response) => {
    const status = statuses[asked++];
    if (status) response.writeHead(status).end();
  });
  return { port, allAnswered: () => expect.poll(() => asked, { interval: 1 }).toBe(statuses.length + 1) };
}

describe("the health of a target", () => {
  // Good (200) and bad (500) answers; unhealthy after 3 bad ones in a row, healthy again after 2 good ones.
  it.each([
    ["is initial before the first answer", [], []],
    ["is healthy after one good answer", [200], ["healthy"]],
    ["stays healthy after fewer bad answers in a row than it takes", [200, 500, 500, 200, 500, 500], ["healthy"]],
    ["is unhealthy after as many", [200, 500, 500, 500], ["healthy", "unhealthy"]],
    ["is told once", [200, 200, 500, 500, 500, 500, 500], ["healthy", "unhealthy"]],
    [
      "stays unhealthy after fewer good answers than it takes",
      [200, 500, 500, 500, 200, 500, 200],
      ["healthy", "unhealthy"],
    ],
    ["is healthy again after as many", [200, 500, 500, 500, 200, 200], ["healthy", "unhealthy", "healthy"]],
  ])("%s", async (_, statuses, expected) => {
    const { port, allAnswered } = await scriptedServer(...statuses);
    const { turns } = check(port);
    await allAnswered();
    expect(turns.map(({ state }) => state)).toEqual(expected);
  });

  it.each([
    ["Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]", [500, 500, 500], {}],
    ["Target.Timeout", "Request timed out", [], { timeoutSeconds: 0.01 }],
  ])("has the reason %s", async (reason, description, statuses, settings) => {
    const { port } = await scriptedServer(...statuses);
    const { turns } = check(port, { ...settings, unhealthyThreshold: 1 });
    await expect.poll(() => turns).toEqual([{ state: "unhealthy", reason, description }]);
  });

  it("leaves no connection behind that timed out", async () => {
    const server = createServer();
    const port = await serveForTest(server);
    const closed = new Promise((resolve) => server.once("connection", (socket) => socket.once("close", resolve)));
    check(port, { timeoutSeconds: 0.01 });
    await closed;
  });

  it("has a reason where nobody listens", async () => {
    const { turns } = check(1);
    const reason = { reason: "Target.FailedHealthChecks", description: "Health checks failed" };
    await expect.poll(() => turns).toEqual([{ state: "unhealthy", ...reason }]);
  });

  it("is not unhealthy while the target takes its time to start", async () => {
    let asked = 0;
    const port = await testServer((_request, response) => response.writeHead(++asked < 5 ? 503 : 200).end());
    const { turns } = check(port, { unhealthyThreshold: 2 }, 30_000);
    await expect.poll(() => turns).toEqual([{ state: "healthy" }]);
    expect(asked).toBe(5);
  });

  it("is not asked for any more once it is stopped", async () => {
    let asked = 0;
    const port = await testServer((_request, response) => {
      asked++;
      response.end();
    });
    const { healthCheck, turns } = check(port, {}, 50);
    await expect.poll(() => turns, { interval: 1 }).toHaveLength(1);
    healthCheck.stop();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(asked).toBe(1);
  });
});

describe("a health check", () => {
  it("asks for the target group's path on its port, over a connection of its own", async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      const { url, headers } = request;
      seen.push([url, headers["user-agent"], headers.connection, headers.host]);
      response.end();
    });
    const port = await serveForTest(server);
    check(1, { port: String(port), path: "/up?deep=1" });
    const expected = ["/up?deep=1", "ELB-HealthChecker/2.0", "close", `127.0.0.1:${port}`];
    await expect.poll(() => seen.slice(0, 2)).toEqual([expected, expected]);
  });
});

describe("a matcher", () => {
  it.each([
    ["200", 200, true],
    ["200", 204, false],
    ["200,204", 204, true],
    ["200-299", 299, true],
    ["200-299", 300, false],
  ])("%s takes %i: %s", (matcher, status, expected) => {
    expect(matches(matcher, status)).toBe(expected);
  });
});
