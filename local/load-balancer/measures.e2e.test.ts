import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { close, listen } from "../../tools/listen";
import { balancerBefore, testBalancer, testTarget } from "./testing/balancer";
import { answerWith, draining, forwardTo, HOST, rule } from "./testing/view";

const SLOW_MS = 200;

describe("what a load balancer counts", () => {
  it("is each request to each of its targets, and none of its health checks", async () => {
    const targets = [
      await testTarget((_, response) => response.end()),
      await testTarget((_, response) => response.end()),
    ];
    const { port, balancers } = await testBalancer({ groups: { group: { targets } } });
    for (let count = 0; count < 6; count++) await fetch(`http://${HOST}:${port}/`);
    const { targets: counted, loadBalancers } = balancers.takeMeasures();
    expect(counted.map(({ port, requests, statuses }) => ({ port, requests, statuses }))).toEqual(
      expect.arrayContaining(targets.map((port) => ({ port, requests: 3, statuses: { 2: 3 } }))),
    );
    expect(counted).toMatchObject([
      { id: HOST, targetGroupArn: "group", loadBalancerArn: "balancer", connectionErrors: 0 },
      { id: HOST, targetGroupArn: "group", loadBalancerArn: "balancer", connectionErrors: 0 },
    ]);
    expect(loadBalancers).toEqual([{ arn: "balancer", requests: 6, ownStatuses: {} }]);
    expect(balancers.takeMeasures()).toEqual({ targets: [], loadBalancers: [] });
  });

  it("is the time to the first byte of each answer, not to its end", async () => {
    let end = () => {};
    const { port, balancers } = await balancerBefore(async ({ url }, response) => {
      if (url === "/slow") await sleep(SLOW_MS);
      response.write("the first byte");
      if (url === "/slow-body") end = () => response.end();
      else response.end();
    });
    /** What is measured, and how long the client has waited for its first byte, which comes later than the load balancer's. */
    const secondsOf = async (path: string) => {
      const askedAt = performance.now();
      const answer = await fetch(`http://${HOST}:${port}${path}`);
      const waited = (performance.now() - askedAt) / 1_000;
      await sleep(SLOW_MS);
      end();
      await answer.text();
      return { waited, measured: balancers.takeMeasures().targets[0]?.responseSeconds[0] };
    };
    expect((await secondsOf("/slow")).measured).toBeGreaterThan((SLOW_MS - 1) / 1_000);
    const { waited, measured } = await secondsOf("/slow-body");
    expect(measured).toBeLessThanOrEqual(waited);
  });

  it("are its own answers too: of rules, without a target, and where the target broke off", async () => {
    const { port, balancers } = await balancerBefore((request) => request.socket.destroy(), {
      rules: [
        rule(1, [{ Field: "path-pattern", Values: ["/own"] }], answerWith("own")),
        rule(2, [{ Field: "path-pattern", Values: ["/empty"] }], forwardTo("empty")),
      ],
    });
    for (const path of ["/own", "/empty", "/broken"]) await fetch(`http://${HOST}:${port}${path}`);
    const { targets, loadBalancers } = balancers.takeMeasures();
    expect(loadBalancers).toEqual([{ arn: "balancer", requests: 1, ownStatuses: { 2: 1, 5: 2 } }]);
    expect(targets).toMatchObject([{ requests: 1, statuses: {}, responseSeconds: [] }]);
  });

  it("are connections that a target refused, and the request is the one's that took it", async () => {
    const [alive, gone] = [
      await testTarget((_, response) => response.end()),
      createServer((_, response) => response.end()),
    ];
    const refusing = await listen(gone, 0);
    // It stays healthy to the load balancer.
    const healthCheck = { unhealthyThreshold: 1_000 };
    const { port, balancers } = await testBalancer({ groups: { group: { targets: [alive, refusing], healthCheck } } });
    await close(gone);
    for (let count = 0; count < 4; count++) await fetch(`http://${HOST}:${port}/`, { method: "POST" });
    const counted = balancers.takeMeasures().targets;
    expect(counted.find((one) => one.port === alive)).toMatchObject({
      requests: 4,
      statuses: { 2: 4 },
      connectionErrors: 0,
    });
    const refused = counted.find((one) => one.port === refusing);
    expect(refused).toMatchObject({ requests: 0, statuses: {}, responseSeconds: [], loadBalancerArn: "balancer" });
    expect(refused?.connectionErrors).toBeGreaterThan(0);
  });

  it("is told of a target that has been deregistered in the meantime", async () => {
    const { port, balancers, update, target } = await balancerBefore((_, response) => response.end());
    await fetch(`http://${HOST}:${port}/`);
    await update({ groups: { group: { targets: [draining(target)] } } });
    await update({ groups: { group: {} } });
    expect(balancers.takeMeasures().targets).toMatchObject([{ port: target, requests: 1 }]);
  });

  it("is a client that went away before the answer", async () => {
    const { port, balancers } = await balancerBefore(() => void asking.destroy());
    const asking = request({ host: HOST, port, path: "/" });
    asking.on("error", () => undefined);
    asking.end();
    await expect
      .poll(() => balancers.takeMeasures().loadBalancers)
      .toEqual([{ arn: "balancer", requests: 1, ownStatuses: { 4: 1 } }]);
  });
});
