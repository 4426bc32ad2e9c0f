import { CodecommitRepository } from "@cdktf/provider-aws/lib/codecommit-repository";
import { TerraformOutput } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { SourceRepository, type SourceRepositoryProps } from "./source-repository";

const source = (props: Partial<SourceRepositoryProps> = {}) =>
  synthesise((scope) => {
    new SourceRepository(scope, "Source", { name: "shop-dev", description: "the shop", ...props });
  });

describe("a source repository", () => {
  it("is one repository, which may be removed", () => {
    expect(source().counts()).toEqual({ aws_codecommit_repository: 1 });
    expect(source().resource(CodecommitRepository)).toMatchObject({
      repository_name: "shop-dev",
      description: "the shop",
    });
    expect(source().resource(CodecommitRepository)).not.toHaveProperty("lifecycle");
  });

  it("stays where it is asked to", () => {
    expect(source({ preventDestroy: true }).resource(CodecommitRepository).lifecycle).toEqual({
      prevent_destroy: true,
    });
  });

  it("tells where it is pushed to", () => {
    const { json } = synthesise((scope) => {
      const { cloneUrl: value } = new SourceRepository(scope, "Source", { name: "shop", description: "" });
      new TerraformOutput(scope, "source", { value });
    });
    expect(JSON.parse(json).output.source.value).toMatch(/^\$\{aws_codecommit_repository\.\w+\.clone_url_http\}$/);
  });

  it("refuses a name that is none of a repository", () => {
    expect(refusalOf((scope) => new SourceRepository(scope, "Source", { name: "shop/dev", description: "" }))).toBe(
      'test/Source: "name" is "shop/dev"; allowed: 1 to 100 letters, digits and . _ -, not ending with .git',
    );
  });
});
