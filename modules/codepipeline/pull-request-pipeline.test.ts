import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CodebuildWebhook } from "@cdktf/provider-aws/lib/codebuild-webhook";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { BuildProject } from "../codebuild/build-project";
import { permissionsOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { PullRequestPipeline, type PullRequestPipelineProps } from "./pull-request-pipeline";
import { artifactStore, buildProjectProps, githubRepository, location } from "./release.fixtures";

const ROLE = "shop-dev-cart-pr";

function pipeline(scope: Construct, props: Partial<PullRequestPipelineProps> = {}) {
  const store = artifactStore(scope);
  return new PullRequestPipeline(scope, "PullRequests", {
    name: "shop-dev-cart-pr",
    location,
    artifactStore: store,
    source: githubRepository(scope),
    check: new BuildProject(scope, "Check", buildProjectProps("check", store)),
    roleName: ROLE,
    ...props,
  });
}

const stack = synthesise((scope) => pipeline(scope));

describe("a pipeline of pull requests", () => {
  it("is one pipeline of type V2 whose executions pass over none of each other", () => {
    expect(stack.resource(Codepipeline)).toMatchObject({
      name: "shop-dev-cart-pr",
      pipeline_type: "V2",
      execution_mode: "PARALLEL",
    });
  });

  it("takes what is asked for, and tests it: nothing is handed on, and nothing deployed", () => {
    const { stage } = stack.resource(Codepipeline);
    expect(stage).toMatchObject([
      {
        name: "Source",
        action: [
          {
            provider: "CodeStarSourceConnection",
            configuration: { FullRepositoryId: "octo-org/shop", DetectChanges: "false" },
          },
        ],
      },
      { name: "Check", action: [{ category: "Test", provider: "CodeBuild", input_artifacts: ["Source"] }] },
    ]);
    const [, check] = stage as { readonly action: readonly object[] }[];
    expect(check?.action[0]).not.toHaveProperty("output_artifacts");
  });

  it("is started when a pull request to the branch is opened or pushed to, and by nothing else", () => {
    expect(stack.resource(Codepipeline).trigger).toEqual([
      {
        provider_type: "CodeStarSourceConnection",
        git_configuration: {
          source_action_name: "Source",
          pull_request: [{ events: ["OPEN", "UPDATED"], branches: { includes: ["main"] } }],
        },
      },
    ]);
    expect(stack.resources(CloudwatchEventRule)).toEqual([]);
    expect(stack.resources(CodebuildWebhook)).toEqual([]);
  });

  it("has a role that reads one repository, runs one project, and does nothing else but hand over", () => {
    const permissions = permissionsOf(stack, ROLE);
    expect(permissions.map(({ Sid }) => Sid)).toEqual([
      "ReadSource",
      "RunProject",
      "ReadArtifacts",
      "DecryptArtifacts",
      "WriteArtifacts",
      "FindArtifacts",
      "EncryptArtifacts",
    ]);
    expect(permissions.find(({ Sid }) => Sid === "RunProject")?.Resource).toMatch(
      /^\$\{aws_codebuild_project\.Check_\w+\.arn\}$/,
    );
  });

  it("refuses a name and a repository that are none", () => {
    expect(refusalOf((scope) => pipeline(scope, { name: "shop dev" }))).toBe(
      'test/PullRequests: "name" is "shop dev"; allowed: 1 to 58 letters, digits and . _ -',
    );
    const source = (scope: Construct) => ({ ...githubRepository(new Construct(scope, "Other")), branch: "*" });
    expect(refusalOf((scope) => pipeline(scope, { source: source(scope) }))).toMatch(
      /^test\/PullRequests: "source\.branch" is "\*"; allowed: the name of one branch/,
    );
  });
});
