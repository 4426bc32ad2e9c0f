import { describe, expect, it } from "vitest";
import { viewOf } from "../load-balancer/testing/view";
import { servedListeners } from "./service-route";

describe("the listeners that a run serves", () => {
  it("are those of the view at the addresses that it tells", () => {
    const { loadBalancers } = viewOf({});
    const [listener] = servedListeners({ loadBalancers }, { "balancer HTTP 80": "http://127.0.0.1:40123" });
    expect(listener).toMatchObject({ loadBalancer: { name: "balancer" }, listener: { port: 80 }, port: 40_123 });
  });

  it("are not those that it does not serve yet", () => {
    expect(servedListeners(viewOf({}), { "other HTTP 80": "http://127.0.0.1:40123" })).toEqual([]);
  });
});
