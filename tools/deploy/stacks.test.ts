import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireDeployed, SynthesisedStacks } from "./stacks";

/** The waves of stacks, by name with what each depends on. */
function wavesOf(stacks: Readonly<Record<string, readonly string[]>>, deployed: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    const entries = Object.entries(stacks).map(([name, dependencies]) => [name, { name, dependencies }]);
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ stacks: Object.fromEntries(entries) }));
    return new SynthesisedStacks(folder).waves(deployed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the order of stacks", () => {
  it("puts each behind those that it depends on, and the others beside each other", () => {
    const stacks = {
      users: ["network", "mail", "api"],
      mail: [],
      network: [],
      api: ["network"],
      shop: ["network"],
      pipelines: [],
    };
    expect(wavesOf(stacks, ["network"])).toEqual([["mail", "api", "shop", "pipelines"], ["users"]]);
    expect(wavesOf(stacks)).toEqual([["mail", "network", "pipelines"], ["api", "shop"], ["users"]]);
  });

  it("is empty where all are deployed", () => {
    expect(wavesOf({ network: [] }, ["network"])).toEqual([]);
  });

  it("is refused where there is none", () => {
    expect(() => wavesOf({ a: ["b"], b: ["a"], c: [] })).toThrow("stacks depend on each other: a, b");
  });
});

describe("stacks that were asked for", () => {
  it("are deployed when each has outputs", () => {
    expect(() => requireDeployed(["network"], { network: { vpc: "vpc-1" } })).not.toThrow();
  });

  it("end the deployment when a plan was dismissed", () => {
    expect(() => requireDeployed(["registry", "network"], { registry: {} })).toThrow(
      "not approved, so not deployed: network; to go on, run the command again: it goes on where it stopped",
    );
  });
});
