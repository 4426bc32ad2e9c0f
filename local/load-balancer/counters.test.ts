import { describe, expect, it } from "vitest";
import { Counters } from "./counters";

const TARGET = { targetGroupArn: "group", id: "127.0.0.2", port: 5001 };

function counting() {
  const counters = new Counters();
  const target = counters.target(TARGET);
  target.chosenBy("balancer");
  return { counters, target };
}

describe("the counters of load balancers", () => {
  it("tell nothing of targets and load balancers that had no requests", () => {
    const { counters } = counting();
    expect(counters.take()).toEqual({ targets: [], loadBalancers: [] });
  });

  it("tell the answers of a target by the class of their status, and how long each took", () => {
    const { counters, target } = counting();
    for (const [status, responseSeconds] of [
      [200, 0.1],
      [204, 0.2],
      [503, 0.3],
      [101, 0.4],
    ] as const) {
      counters.count("balancer", { target, status, responseSeconds });
    }
    expect(counters.take()).toEqual({
      targets: [
        {
          ...TARGET,
          loadBalancerArn: "balancer",
          requests: 4,
          statuses: { 1: 1, 2: 2, 5: 1 },
          responseSeconds: [0.1, 0.2, 0.3, 0.4],
          connectionErrors: 0,
        },
      ],
      loadBalancers: [{ arn: "balancer", requests: 4, ownStatuses: {} }],
    });
  });

  it("tell an answer that the load balancer gave for a silent target as the load balancer's", () => {
    const { counters, target } = counting();
    counters.count("balancer", { target, status: 502, responseSeconds: undefined });
    expect(counters.take()).toMatchObject({
      targets: [{ requests: 1, statuses: {}, responseSeconds: [] }],
      loadBalancers: [{ requests: 1, ownStatuses: { 5: 1 } }],
    });
  });

  it("count a request that no target was chosen for among the own answers only", () => {
    const { counters } = counting();
    counters.count("balancer", { target: undefined, status: 404, responseSeconds: undefined });
    expect(counters.take()).toEqual({
      targets: [],
      loadBalancers: [{ arn: "balancer", requests: 0, ownStatuses: { 4: 1 } }],
    });
  });

  it("tell connections that could not be made, of a target that no request ended at", () => {
    const { counters, target } = counting();
    target.refused();
    expect(counters.take().targets).toMatchObject([{ loadBalancerArn: "balancer", requests: 0, connectionErrors: 1 }]);
  });

  it("begin anew each time, and have at most a thousand response times", () => {
    const { counters, target } = counting();
    for (let count = 0; count < 2_500; count++) {
      counters.count("balancer", { target, status: 200, responseSeconds: count });
    }
    const [first] = counters.take().targets;
    expect(first?.requests).toBe(2_500);
    expect(first?.responseSeconds).toHaveLength(625);
    expect(counters.take().targets).toEqual([]);
    counters.count("balancer", { target, status: 200, responseSeconds: 7 });
    expect(counters.take().targets).toMatchObject([{ requests: 1, statuses: { 2: 1 }, responseSeconds: [7] }]);
  });
});
