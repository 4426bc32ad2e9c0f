import { CodeconnectionsConnection } from "@cdktf/provider-aws/lib/codeconnections-connection";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { loadProject } from "../config/load";
import { parseStack, type Synthesised, testingApp } from "../modules/testing/synth";
import { PUBLIC_API } from "./public-api";
import { PublicApiPipelinesStack } from "./public-api-pipelines";

/** Those whose resources the tests count: another service that somebody adds changes no count. */
const COUNTED = ["service-b-api"];

function synthesise(environmentName: string): Synthesised {
  const { environment, services } = loadProject({ root: process.cwd(), environment: environmentName });
  const github = environment.pipelines?.github;
  if (!github) throw new Error(`${environmentName} has no pipelines from GitHub`);
  const stack = new PublicApiPipelinesStack(testingApp(), {
    environment,
    github,
    services: services.filter(({ name, system }) => system === PUBLIC_API && COUNTED.includes(name)),
  });
  return parseStack(Testing.synth(stack));
}

const local = synthesise("local");

describe("the pipelines of public-api", () => {
  it("are made of exactly these resources", () => {
    expect(local.counts()).toEqual({
      aws_cloudwatch_log_group: 2,
      aws_codebuild_project: 2,
      aws_codebuild_report_group: 3,
      aws_codeconnections_connection: 1,
      aws_codepipeline: 2,
      aws_iam_role: 4,
      aws_iam_role_policy: 4,
      aws_kms_key: 1,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
    });
  });

  it.each(["local", "dev"])("of %s are one for pushes and one for pull requests, over one connection", (name) => {
    const stack = synthesise(name);
    expect(stack.resource(CodeconnectionsConnection)).toMatchObject({
      name: `express-on-ecs-${name}`,
      provider_type: "GitHub",
    });
    const stages = stack
      .resources(Codepipeline)
      .map((pipeline) => [pipeline.name, (pipeline.stage as { name: string }[]).map((stage) => stage.name)]);
    expect(stages).toEqual([
      [`public-api-${name}-service-b-api-github`, ["Source", "Build", "Deploy"]],
      [`public-api-${name}-service-b-api-pr`, ["Source", "Check"]],
    ]);
  });

  it("are of the repository and the branch that the environment names", () => {
    const sources = local.resources(Codepipeline).map((pipeline) => {
      const [source] = (pipeline.stage as { action: { configuration: Record<string, string> }[] }[])[0]?.action ?? [];
      return [source?.configuration.FullRepositoryId, source?.configuration.BranchName];
    });
    expect(sources).toEqual([
      ["example/express-on-ecs", "main"],
      ["example/express-on-ecs", "main"],
    ]);
  });

  it("put out where the connection is confirmed", () => {
    const { output } = JSON.parse(local.json) as { output: Record<string, { value: string }> };
    expect(output.githubConnection?.value).toContain("console.aws.amazon.com/codesuite/settings");
  });
});
