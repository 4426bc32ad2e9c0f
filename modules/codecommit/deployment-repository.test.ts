import { CodecommitRepository } from "@cdktf/provider-aws/lib/codecommit-repository";
import { Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { DeploymentRepository } from "./deployment-repository";

const refusal = (name: string, description = "") =>
  refusalOf((scope) => new DeploymentRepository(scope, "Files", { name, description }));
const NAME = "1 to 100 letters, digits and . _ -, not ending with .git";

describe("a deployment repository", () => {
  it("is one repository", () => {
    const stack = synthesise((scope) => {
      new DeploymentRepository(scope, "Files", { name: "shop-dev-deployment", description: "how cart is deployed" });
    });
    expect(stack.counts()).toEqual({ aws_codecommit_repository: 1 });
    expect(stack.resource(CodecommitRepository)).toMatchObject({
      repository_name: "shop-dev-deployment",
      description: "how cart is deployed",
    });
  });

  it.each(["shop/dev", "shop.git", "n".repeat(101), ""])("refuses the name %j", (name) => {
    expect(refusal(name)).toBe(`test/Files: "name" is ${JSON.stringify(name)}; allowed: ${NAME}`);
  });

  it("refuses a description of 1001 characters", () => {
    expect(refusal("shop", "d".repeat(1001))).toBe(
      'test/Files: "description" has 1001 characters; allowed: 1000 at most',
    );
  });

  it("takes both ends of every limit, and what is known at apply only", () => {
    expect(refusal("n".repeat(100), "d".repeat(1000))).toBeUndefined();
    expect(refusal(Token.asString({ resolve: () => "later" }))).toBeUndefined();
  });
});
