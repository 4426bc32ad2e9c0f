import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { artifactStore, buildProjectProps } from "../codepipeline/release.fixtures";
import { permissionsOf, trustOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { BuildProject, type BuildProjectProps } from "./build-project";

const ROLE = "shop-dev-cart-build";

const build = (scope: Construct, props: Partial<BuildProjectProps> = {}) =>
  new BuildProject(scope, "Build", { ...buildProjectProps("build", artifactStore(scope)), ...props });

const stack = synthesise((scope) => build(scope));
const projectOf = (props: Partial<BuildProjectProps>) =>
  synthesise((scope) => build(scope, props)).resource(CodebuildProject);

describe("a build project", () => {
  it("is a step of a pipeline, on a small machine, without an engine", () => {
    expect(stack.resource(CodebuildProject)).toMatchObject({
      name: "shop-dev-cart-build",
      description: "build of cart",
      service_role: expect.stringMatching(/^\$\{aws_iam_role\.Build_Role_/),
      source: { type: "CODEPIPELINE", buildspec: "{}" },
      artifacts: { type: "CODEPIPELINE" },
      build_timeout: 60,
      encryption_key: expect.stringMatching(/^\$\{aws_kms_key\.Artifacts_Key_\w+\.arn\}$/),
      environment: {
        type: "LINUX_CONTAINER",
        compute_type: "BUILD_GENERAL1_SMALL",
        image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        environment_variable: [],
      },
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Build_Policy_/)],
    });
    expect(stack.resource(CodebuildProject).environment).not.toHaveProperty("privileged_mode");
    expect(stack.resource(CodebuildProject)).not.toHaveProperty("concurrent_build_limit");
  });

  it("has a log that is kept as long as it is told", () => {
    expect(stack.resource(CloudwatchLogGroup)).toMatchObject({
      name: "/codebuild/shop-dev-cart-build",
      retention_in_days: 30,
    });
    expect(stack.resource(CodebuildProject).logs_config).toEqual({
      cloudwatch_logs: { group_name: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.Build_LogGroup_/) },
    });
  });

  it("is what it is told to be", () => {
    const made = projectOf({
      compute: "large",
      image: "public.ecr.aws/shop/build:1",
      privileged: true,
      timeoutMinutes: 15,
      queuedTimeoutMinutes: 30,
      concurrentBuildLimit: 1,
      parameters: { REVISION: "/shop/revision" },
      environment: { SERVICE: "cart" },
    });
    expect(made).toMatchObject({
      build_timeout: 15,
      queued_timeout: 30,
      concurrent_build_limit: 1,
      environment: {
        compute_type: "BUILD_GENERAL1_LARGE",
        image: "public.ecr.aws/shop/build:1",
        privileged_mode: true,
        environment_variable: [
          { name: "REVISION", type: "PARAMETER_STORE", value: "/shop/revision" },
          { name: "SERVICE", value: "cart" },
        ],
      },
    });
  });
});

describe("the role of a build project", () => {
  it("is that project's", () => {
    expect(trustOf(stack, ROLE)).toMatchObject([
      {
        Principal: { Service: "codebuild.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": ["arn:aws:codebuild:eu-west-1:123456789012:project/shop-dev-cart-build"] },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });

  it("writes its log, does what it is for, and reads artifacts", () => {
    expect(permissionsOf(stack, ROLE).map(({ Sid }) => Sid)).toEqual([
      "WriteLog",
      "Work",
      "ReadArtifacts",
      "DecryptArtifacts",
    ]);
  });

  it("writes artifacts where it hands one on", () => {
    const writing = synthesise((scope) => build(scope, { producesArtifact: true }));
    const sids = permissionsOf(writing, ROLE).map(({ Sid }) => Sid);
    expect(sids).toEqual([
      "WriteLog",
      "Work",
      "ReadArtifacts",
      "DecryptArtifacts",
      "WriteArtifacts",
      "FindArtifacts",
      "EncryptArtifacts",
    ]);
  });
});

describe("a refused build project", () => {
  const refusal = (props: Partial<BuildProjectProps>) => refusalOf((scope) => build(scope, props));
  const VARIABLE = "letters, digits and underscores, no digit first, not starting with CODEBUILD_";

  it.each<[string, Partial<BuildProjectProps>, string]>([
    [
      "a name of one letter",
      { name: "b" },
      '"name" is "b"; allowed: 2 to 255 letters, digits, hyphens and underscores, a letter or digit first',
    ],
    [
      "a description of 256 characters",
      { description: "d".repeat(256) },
      '"description" has 256 characters; allowed: 255 at most',
    ],
    [
      "a log group with a space",
      { logGroupName: "my log" },
      '"logGroupName" is "my log"; allowed: 1 to 512 letters, digits and _ - . / #, not starting with aws/',
    ],
    ["4 minutes", { timeoutMinutes: 4 }, '"timeoutMinutes" is 4; allowed: a whole number from 5 to 2160'],
    [
      "481 minutes in the queue",
      { queuedTimeoutMinutes: 481 },
      '"queuedTimeoutMinutes" is 481; allowed: a whole number from 5 to 480',
    ],
    [
      "no build at all at once",
      { concurrentBuildLimit: 0 },
      '"concurrentBuildLimit" is 0; allowed: a whole number from 1 to 2147483647',
    ],
    [
      "a variable of CodeBuild's",
      { environment: { CODEBUILD_SRC_DIR: "/" } },
      `"environment.CODEBUILD_SRC_DIR" is "CODEBUILD_SRC_DIR"; allowed: ${VARIABLE}`,
    ],
    [
      "a parameter for what is no variable",
      { parameters: { "A-B": "/ab" } },
      `"parameters.A-B" is "A-B"; allowed: ${VARIABLE}`,
    ],
    [
      "one variable twice",
      { parameters: { SERVICE: "/service" }, environment: { SERVICE: "cart" } },
      '"parameters.SERVICE" is in "environment" too; allowed: each variable once',
    ],
  ])("has %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Build: ${message}`);
  });

  it("keeps its log for 31 days", () => {
    expect(refusal({ logRetentionDays: 31 })).toMatch(/^test\/Build: "logRetentionDays" is 31; allowed: 1, 3/);
  });

  it("is none at either end of every limit, nor by what is known at apply only", () => {
    expect(refusal({ timeoutMinutes: 5, queuedTimeoutMinutes: 5, concurrentBuildLimit: 1 })).toBeUndefined();
    expect(refusal({ timeoutMinutes: 2160, queuedTimeoutMinutes: 480 })).toBeUndefined();
    expect(refusal({ name: Token.asString({ resolve: () => "later" }) })).toBeUndefined();
  });
});
