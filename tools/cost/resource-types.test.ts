import { describe, expect, it } from "vitest";
import { DRAWN_ENVIRONMENTS } from "../diagram/diagram.fixtures";
import { PIPELINE_ACTION } from "../diagram/resource";
import { RESOURCE_TYPES } from "../diagram/resource-types";
import { summaryOf } from "./cost.fixtures";
import { RESOURCE_COSTS } from "./resource-types";

describe("the table of what types cost", () => {
  it("has a decision for every type that a module or a stack can make", () => {
    // A test of the pictures holds their table against what modules and stacks import.
    const made = Object.keys(RESOURCE_TYPES).filter((type) => !type.startsWith("data.") && type !== PIPELINE_ACTION);
    expect(Object.keys(RESOURCE_COSTS).sort()).toEqual(made.sort());
  });

  it("says why, where a type costs nothing", () => {
    for (const [type, decision] of Object.entries(RESOURCE_COSTS))
      if ("free" in decision) expect(decision.free, type).not.toBe("");
  });

  it.each([...DRAWN_ENVIRONMENTS, "local"])("leaves nothing of %s without a price", async (environment) => {
    expect((await summaryOf(environment)).unknown).toEqual([]);
  });
});
