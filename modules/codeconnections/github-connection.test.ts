import { CodeconnectionsConnection } from "@cdktf/provider-aws/lib/codeconnections-connection";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { githubRepository, location } from "../codepipeline/release.fixtures";
import { TaskRole } from "../iam/task-role";
import { PropCheck } from "../prop-check";
import { permissionsOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { GithubConnection } from "./github-connection";
import { checkRepository, type GithubRepository, useConnection } from "./github-repository";

describe("a connection to GitHub", () => {
  it("is one resource, without a host of its own", () => {
    const stack = synthesise((scope) => new GithubConnection(scope, "GitHub", { name: "shop-dev", location }));
    expect(stack.counts()).toEqual({ aws_codeconnections_connection: 1 });
    const { name, provider_type, host_arn } = stack.resource(CodeconnectionsConnection);
    expect([name, provider_type, host_arn]).toEqual(["shop-dev", "GitHub", undefined]);
  });

  it("tells where a person confirms it", () => {
    synthesise((scope) => {
      expect(new GithubConnection(scope, "GitHub", { name: "shop-dev", location }).confirmationUrl).toBe(
        "https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections?region=eu-west-1",
      );
    });
  });

  const refusal = (name: string) => refusalOf((scope) => new GithubConnection(scope, "GitHub", { name, location }));

  it.each(["", "shop dev", "n".repeat(33)])("refuses the name %j", (name) => {
    expect(refusal(name)).toBe(
      `test/GitHub: "name" is ${JSON.stringify(name)}; allowed: 1 to 32 letters, digits and . _ -`,
    );
  });

  it("takes names at both ends of the limit, and what is known at apply only", () => {
    for (const name of ["n", "n".repeat(32), Token.asString({ resolve: () => "later" })]) {
      expect(refusal(name)).toBeUndefined();
    }
  });
});

describe("whoever uses a connection", () => {
  it("reaches one repository by it, by the action of the ARN's own service", () => {
    const stack = synthesise((scope) => {
      const statements = [useConnection("ReadSource", githubRepository(scope))];
      new TaskRole(scope, "Role", { name: "pipeline", location, statements });
    });
    expect(permissionsOf(stack, "pipeline")).toEqual([
      {
        Sid: "ReadSource",
        Effect: "Allow",
        Action: ["codeconnections:UseConnection"],
        Resource: expect.stringMatching(/^\$\{aws_codeconnections_connection\.GitHub_\w+\.arn\}$/),
        Condition: { StringEqualsIfExists: { "codeconnections:FullRepositoryId": "octo-org/shop" } },
      },
    ]);
  });
});

describe("a repository on GitHub", () => {
  const refusal = (change: Partial<GithubRepository>) =>
    refusalOf((scope) => {
      const made = new Construct(scope, "Source");
      checkRepository(new PropCheck(made), "source", { ...githubRepository(made), ...change });
    });

  it.each(["shop", "octo-org/shop.git", "https://github.com/octo-org/shop", "-octo/shop", "octo/..", "octo/*"])(
    "is not %j",
    (repository) => {
      expect(refusal({ repository })).toBe(
        `test/Source: "source.repository" is ${JSON.stringify(repository)}; allowed: owner and name as GitHub writes them, without .git, such as octo-org/shop`,
      );
    },
  );

  it.each(["", "release/*", "{main,dev}", "/main", "main/", "a..b", "main.lock", "b".repeat(256)])(
    "has no branch %j",
    (branch) => {
      expect(refusal({ branch })).toBe(
        `test/Source: "source.branch" is ${JSON.stringify(branch)}; allowed: the name of one branch: letters, digits and . _ -, joined by single /`,
      );
    },
  );

  it.each([
    { repository: "o/s" },
    { repository: "octo-org/.github" },
    { branch: "release/2.x" },
    { branch: "b".repeat(255) },
  ])("may be %j", (change) => {
    expect(refusal(change)).toBeUndefined();
  });
});
