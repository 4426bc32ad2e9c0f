import { describe, expect, it } from "vitest";
import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
import { PropError } from "../../modules/prop-check";
import { synthesiseAll } from "../stacks.fixtures";
import { usesOfStacks } from "./quotas.fixtures";

/** A stack with 70 rules in one direction of the security group that its instances have. */
function stackOfManyRules(quotas: Environment["quotas"]): string {
  const publicCidrs = Array.from({ length: 69 }, (_, index) => `198.51.${index}.0/24`);
  const service = (one: Service): Service => (one.name === "service-a" ? { ...one, publicCidrs } : one);
  return synthesiseAll("prod", { service, environment: (environment) => ({ ...environment, quotas }) }).jenkinsEcs.json;
}

describe("a quota that the environment has raised", () => {
  it("is what the modules take, too", () => {
    const json = stackOfManyRules({ rulesPerSecurityGroup: 70 });
    const uses = usesOfStacks("rulesPerSecurityGroup", [{ name: "jenkins-ecs", json }], { rulesPerSecurityGroup: 70 });
    expect(Math.max(...uses.map(({ used }) => used))).toBe(70);
  });

  it("is AWS's default for them otherwise", () => {
    expect(() => stackOfManyRules({})).toThrow(PropError);
    expect(() => stackOfManyRules({ rulesPerSecurityGroup: 69 })).toThrow('"publicCidrs" has 69 members');
  });
});
