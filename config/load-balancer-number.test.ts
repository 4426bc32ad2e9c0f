import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RULE_PRIORITY } from "../modules/aws/limits";
import { domainOf } from "./domain";
import {
  loadBalancerNumber,
  loadBalancerOf,
  loadBalancerSuffix,
  prioritiesOfLoadBalancer,
} from "./load-balancer-number";
import { loadBalancerNames } from "./names";

describe("the load balancer of a priority", () => {
  it.each([
    [1, 0],
    [1_000, 0],
    [1_001, 1],
    [2_000, 1],
    [50_000, 49],
  ])("of %i is number %i", (priority, number) => {
    expect(loadBalancerNumber(priority)).toBe(number);
  });

  it("has that priority among its own", () => {
    fc.assert(
      fc.property(fc.integer(RULE_PRIORITY), (priority) => {
        const { first, last } = prioritiesOfLoadBalancer(loadBalancerNumber(priority));
        expect(first <= priority && priority <= last).toBe(true);
      }),
    );
  });
});

describe("the load balancer of a service", () => {
  it("is the first for what no rule matches, and that of its priority otherwise", () => {
    expect(loadBalancerOf({ routes: {} })).toBe(0);
    expect(loadBalancerOf({ routes: { priority: 3_001 } })).toBe(3);
  });

  it("is the API's only one for a service that is exposed", () => {
    expect(loadBalancerOf({ routes: { priority: 3_001 }, expose: "api" })).toBe(0);
  });
});

describe("the names of a load balancer", () => {
  it("are the unit's for the first one, and end with a number for others", () => {
    expect([0, 1, 49].map(loadBalancerSuffix)).toEqual(["", "-2", "-50"]);
    expect(loadBalancerNames("shop", "dev", 1)).toEqual({
      loadBalancer: "shop-dev-2",
      loadBalancerSecurityGroup: "shop-dev-2-load-balancer",
      accessLogsBucketPrefix: "shop-dev-2-log-",
      loadBalancerAlarm: "shop-dev-2-load-balancer",
      dashboard: "shop-dev-2",
    });
  });

  it("are names of the zone, too", () => {
    const dns = { hostedZone: "example.com", recordNames: { shop: "app" }, tls: true };
    expect([0, 1].map((number) => domainOf({ dns }, "shop", number))).toEqual(["app.example.com", "app-2.example.com"]);
  });
});
