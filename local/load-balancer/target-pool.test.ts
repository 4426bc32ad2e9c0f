import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { HealthCheck } from "../cloud/deployment";
import { testServer } from "../testing/test-server";
import { matches, type Target, TargetPool } from "./target-pool";

const CHECK: HealthCheck = {
  path: "/healthcheck",
  intervalSeconds: 30,
  timeoutSeconds: 30,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
  matcher: "200",
};

function testPool(onUnhealthy?: (target: Target) => void) {
  const quick = { longestIntervalMs: 5, initialIntervalMs: 5 };
  const pool = new TargetPool({ healthCheck: CHECK, ...quick, ...(onUnhealthy && { onUnhealthy }) });
  onTestFinished(() => {
    for (const target of pool.targets) pool.deregister(target);
  });
  return pool;
}

/**
 * A server that answers as many health checks as there are statuses, and leaves the next one waiting: what the pool made
 * of the answers then stands still.
 */
async function scriptedServer(...statuses: number[]) {
  const asked: (string | undefined)[] = [];
  const port = await testServer((request, response) => {
    const status = statuses[asked.length];
    asked.push(request.url);
    if (status) response.writeHead(status).end();
  });
  return { port, allAnswered: () => vi.waitFor(() => expect(asked.length).toBe(statuses.length + 1)), asked };
}

/** The state that a target is in after these answers. */
async function stateAfter(...statuses: number[]) {
  const { port, allAnswered } = await scriptedServer(...statuses);
  const unhealthy = vi.fn();
  const pool = testPool(unhealthy);
  const target = pool.register("127.0.0.1", port);
  await allAnswered();
  return { state: target.state, getsRequests: pool.next() === target, timesUnhealthy: unhealthy.mock.calls.length };
}

describe("a target", () => {
  it.each([
    ["before its first healthy answer", [503, 503], { state: "initial", getsRequests: false }],
    ["after its first healthy answer", [503, 503, 200], { state: "healthy", getsRequests: true }],
    [
      "after fewer bad answers in a row than the target group says",
      [200, 500, 500, 200, 500, 500],
      { state: "healthy" },
    ],
    ["after as many", [200, 500, 500, 500], { state: "unhealthy", getsRequests: false, timesUnhealthy: 1 }],
    ["after more", [200, 500, 500, 500, 500, 500], { state: "unhealthy", timesUnhealthy: 1 }],
    ["after fewer good answers again than the target group says", [200, 500, 500, 500, 200], { state: "unhealthy" }],
    ["after as many good answers again", [200, 500, 500, 500, 200, 200], { state: "healthy", getsRequests: true }],
  ])("%s: %j gives %j", async (_, statuses, expected) => {
    expect(await stateAfter(...statuses)).toMatchObject(expected);
  });

  it("is asked for the target group's path", async () => {
    const { port, asked, allAnswered } = await scriptedServer(200);
    testPool().register("127.0.0.1", port);
    await allAnswered();
    expect(asked).toEqual(["/healthcheck", "/healthcheck"]);
  });

  it("stays initial while nobody answers", async () => {
    const pool = testPool();
    const target = pool.register("127.0.0.1", 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(target.state).toBe("initial");
  });

  it("is not asked any more once it is deregistered", async () => {
    let asked = 0;
    const port = await testServer((_, response) => {
      asked++;
      response.end();
    });
    const pool = new TargetPool({ healthCheck: CHECK, longestIntervalMs: 200 });
    const target = pool.register("127.0.0.1", port);
    await vi.waitFor(() => expect(target.state).toBe("healthy"), { interval: 1 });
    pool.deregister(target);
    expect(pool.targets).toEqual([]);
    expect(pool.next()).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked).toBe(1);
  });
});

describe("a target group's requests", () => {
  it("go round the healthy targets", async () => {
    const first = await scriptedServer(200);
    const second = await scriptedServer(200);
    const pool = testPool();
    pool.register("127.0.0.1", first.port);
    pool.register("127.0.0.1", 1);
    pool.register("127.0.0.1", second.port);
    await vi.waitFor(() => expect(pool.targets.filter(({ state }) => state === "healthy")).toHaveLength(2));
    const ports = Array.from({ length: 4 }, () => pool.next()?.port);
    expect(ports.toSorted()).toEqual([first.port, first.port, second.port, second.port].toSorted());
    expect(ports[0]).toBe(ports[2]);
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
