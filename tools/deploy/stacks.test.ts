import { describe, expect, it } from "vitest";
import { requireDeployed } from "./stacks";

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
