import { describe, expect, it } from "vitest";
import { TargetCounter } from "../../load-balancer/counters";
import type { ServedRequest } from "../../load-balancer/listener";
import { Target } from "../../load-balancer/target";
import { RequestLog } from "./request-log";

const SERVED: ServedRequest = {
  listenerArn: "listener",
  ruleArn: "rule",
  targetGroupArn: "group",
  target: undefined,
  method: "GET",
  url: "/callback?code=secret",
  status: 200,
  durationMs: 12.345,
  traceId: undefined,
};

/** A target that nothing listens behind, and that is not checked. */
function targetOf(host: string, port: number): Target {
  const target = new Target({
    ...{ id: host, host, port, registration: 1, healthCheckCapMs: 60_000 },
    healthCheck: {
      path: "/",
      port: "traffic-port",
      intervalSeconds: 60,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: "200",
    },
    idleTimeoutMs: () => 1_000,
    counter: new TargetCounter({ targetGroupArn: "group", id: host, port }, () => undefined),
    onReport: () => undefined,
  });
  target.remove();
  return target;
}

describe("RequestLog", () => {
  it("keeps what became of a request, without its query, which may hold what nobody is to see", () => {
    const log = new RequestLog(() => undefined);
    log.add(SERVED);
    expect(log.recent).toMatchObject([
      { method: "GET", path: "/callback", status: 200, ms: 12.3, listener: "listener", rule: "rule", group: "group" },
    ]);
    expect(JSON.stringify(log.recent)).not.toContain("secret");
  });

  it("keeps a hundred, the newest first", () => {
    const log = new RequestLog(() => undefined);
    for (let count = 0; count < 150; count++) log.add({ ...SERVED, url: `/${count}` });
    expect(log.recent).toHaveLength(100);
    expect([log.recent[0]?.path, log.recent[99]?.path]).toEqual(["/149", "/50"]);
  });

  it("knows which task served a request, also when the task has ended since", () => {
    const tasks = new Map([["127.1.2.3:5000", "task-1"]]);
    const log = new RequestLog((host, port) => tasks.get(`${host}:${port}`));
    const target = targetOf("127.1.2.3", 5_000);
    log.add({ ...SERVED, target });
    tasks.clear();
    log.add({ ...SERVED, target });
    expect(log.recent.map((request) => [request.task, request.target])).toEqual([
      ["task-1", "127.1.2.3:5000"],
      ["task-1", "127.1.2.3:5000"],
    ]);
  });

  it("counts what went to a target group as traffic, and what the load balancer answered itself not", () => {
    const log = new RequestLog(() => undefined);
    log.add(SERVED);
    log.add({ ...SERVED, targetGroupArn: undefined });
    expect(log.traffic.read().map(({ group }) => group)).toEqual(["group"]);
  });

  it("hands a traced request to whoever waits for it, and to nobody else", async () => {
    const log = new RequestLog(() => undefined);
    const traced = log.traced("1-67891233-abcdef012345678912345678", 5_000);
    log.add({ ...SERVED, url: "/other", traceId: "Root=1-67891233-000000000000000000000000" });
    log.add({ ...SERVED, url: "/traced", traceId: "Root=1-67891233-abcdef012345678912345678" });
    expect((await traced)?.path).toBe("/traced");
  });

  it("waits no longer than it is told to", async () => {
    expect(await new RequestLog(() => undefined).traced("1-0-0", 10)).toBeUndefined();
  });
});
