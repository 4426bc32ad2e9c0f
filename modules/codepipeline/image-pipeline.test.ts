import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { BuildProject } from "../codebuild/build-project";
import { permissionsOf, trustOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { ImagePipeline, type ImagePipelineProps } from "./image-pipeline";
import { artifactStore, buildProjectProps, githubRepository, location, roleArns } from "./release.fixtures";

const ROLE = "shop-dev-cart-github";

function pipeline(scope: Construct, props: Partial<ImagePipelineProps> = {}) {
  const store = artifactStore(scope);
  return new ImagePipeline(scope, "Pipeline", {
    name: "shop-dev-cart-github",
    location,
    artifactStore: store,
    source: githubRepository(scope),
    build: new BuildProject(scope, "Build", { ...buildProjectProps("image", store), producesArtifact: true }),
    service: { cluster: "shop-dev", service: "cart", family: "shop-dev-cart", passRoleArns: roleArns },
    roleName: ROLE,
    ...props,
  });
}

const stack = synthesise((scope) => pipeline(scope));
const stagesOf = (made = stack) =>
  made.resource(Codepipeline).stage as { readonly name: string; readonly action: readonly object[] }[];

describe("a pipeline from GitHub to ECS", () => {
  it("is one pipeline of type V2 whose newest execution goes on", () => {
    expect(stack.resource(Codepipeline)).toMatchObject({
      name: "shop-dev-cart-github",
      pipeline_type: "V2",
      execution_mode: "SUPERSEDED",
      role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Pipeline_Role_/),
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Pipeline_Policy_/)],
    });
  });

  it("takes what was pushed, makes an image of it, and has ECS roll the service", () => {
    expect(stagesOf()).toEqual([
      {
        name: "Source",
        action: [
          {
            name: "Source",
            category: "Source",
            owner: "AWS",
            provider: "CodeStarSourceConnection",
            version: "1",
            configuration: {
              ConnectionArn: expect.stringMatching(/^\$\{aws_codeconnections_connection\.GitHub_\w+\.arn\}$/),
              FullRepositoryId: "octo-org/shop",
              BranchName: "main",
              OutputArtifactFormat: "CODE_ZIP",
              DetectChanges: "false",
            },
            output_artifacts: ["Source"],
          },
        ],
      },
      {
        name: "Build",
        action: [
          {
            name: "Build",
            category: "Build",
            owner: "AWS",
            provider: "CodeBuild",
            version: "1",
            configuration: { ProjectName: expect.stringMatching(/^\$\{aws_codebuild_project\.Build_\w+\.name\}$/) },
            input_artifacts: ["Source"],
            output_artifacts: ["Image"],
          },
        ],
      },
      {
        name: "Deploy",
        action: [
          {
            name: "Deploy",
            category: "Deploy",
            owner: "AWS",
            provider: "ECS",
            version: "1",
            configuration: {
              ClusterName: "shop-dev",
              ServiceName: "cart",
              FileName: "imagedefinitions.json",
              DeploymentTimeout: "30",
            },
            input_artifacts: ["Image"],
          },
        ],
      },
    ]);
  });

  it("gives a deployment as many minutes as it is told", () => {
    const [, , deploy] = stagesOf(synthesise((scope) => pipeline(scope, { deploymentTimeoutMinutes: 5 })));
    expect(deploy?.action).toMatchObject([{ configuration: { DeploymentTimeout: "5" } }]);
  });

  it("is started by its own trigger at each push to the branch, and by no event rule", () => {
    expect(stack.resource(Codepipeline).trigger).toEqual([
      {
        provider_type: "CodeStarSourceConnection",
        git_configuration: { source_action_name: "Source", push: [{ branches: { includes: ["main"] } }] },
      },
    ]);
    expect(stack.resources(CloudwatchEventRule)).toEqual([]);
  });
});

describe("the role of a pipeline from GitHub to ECS", () => {
  const permissions = permissionsOf(stack, ROLE);
  const find = (sid: string) => permissions.find(({ Sid }) => Sid === sid);

  it("is this pipeline's", () => {
    expect(trustOf(stack, ROLE)).toMatchObject([
      {
        Principal: { Service: "codepipeline.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": ["arn:aws:codepipeline:eu-west-1:123456789012:shop-dev-cart-github"] },
        },
      },
    ]);
  });

  it("does what its stages do, by name, and on every resource only what knows none", () => {
    expect(permissions.map(({ Sid }) => Sid)).toEqual([
      "ReadSource",
      "RunProject",
      "UpdateService",
      "ReadRevisions",
      "RegisterRevision",
      "TagRevision",
      "PassRolesToTasks",
      "ReadArtifacts",
      "DecryptArtifacts",
      "WriteArtifacts",
      "FindArtifacts",
      "EncryptArtifacts",
    ]);
    expect(permissions.flatMap(({ Action }) => Action).filter((one) => one.includes("*"))).toEqual([]);
    expect(permissions.filter(({ Resource }) => [Resource].flat().includes("*"))).toEqual([find("ReadRevisions")]);
    expect(find("ReadRevisions")?.Action).toEqual(["ecs:DescribeTaskDefinition"]);
  });

  it("uses the connection for one repository", () => {
    expect(find("ReadSource")).toMatchObject({
      Action: ["codeconnections:UseConnection"],
      Condition: { StringEqualsIfExists: { "codeconnections:FullRepositoryId": "octo-org/shop" } },
    });
  });

  it("updates one service, registers revisions of one family, and passes its roles to tasks alone", () => {
    const ecs = "arn:aws:ecs:eu-west-1:123456789012";
    const family = `${ecs}:task-definition/shop-dev-cart`;
    expect(find("UpdateService")).toMatchObject({
      Action: ["ecs:DescribeServices", "ecs:UpdateService"],
      Resource: `${ecs}:service/shop-dev/cart`,
    });
    expect(find("RegisterRevision")?.Resource).toEqual([family, `${family}:*`]);
    expect(find("PassRolesToTasks")).toMatchObject({
      Action: ["iam:PassRole"],
      Resource: roleArns,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
  });
});

describe("a refused pipeline from GitHub to ECS", () => {
  const refusal = (props: Partial<ImagePipelineProps>) => refusalOf((scope) => pipeline(scope, props));
  const service = { cluster: "shop-dev", service: "cart", family: "shop-dev-cart", passRoleArns: [] };

  it.each<[string, Partial<ImagePipelineProps>, string]>([
    ["a name with a space", { name: "shop dev" }, '"name" is "shop dev"; allowed: 1 to 58 letters, digits and . _ -'],
    [
      "tasks without roles",
      { service },
      '"service.passRoleArns" has 0 members; allowed: the roles that the task definition names',
    ],
    [
      "a deployment that takes no time",
      { deploymentTimeoutMinutes: 0 },
      '"deploymentTimeoutMinutes" is 0; allowed: a whole number from 1 to 60',
    ],
    [
      "61 minutes for a deployment",
      { deploymentTimeoutMinutes: 61 },
      '"deploymentTimeoutMinutes" is 61; allowed: a whole number from 1 to 60',
    ],
  ])("has %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Pipeline: ${message}`);
  });

  it("has a repository that is none", () => {
    const source = (scope: Construct) => ({ ...githubRepository(new Construct(scope, "Other")), repository: "shop" });
    expect(refusalOf((scope) => pipeline(scope, { source: source(scope) }))).toMatch(
      /^test\/Pipeline: "source\.repository" is "shop"; allowed: owner and name/,
    );
  });

  it("is none at either end of its limits, nor by what is known at apply only", () => {
    for (const deploymentTimeoutMinutes of [1, 60]) expect(refusal({ deploymentTimeoutMinutes })).toBeUndefined();
    expect(refusal({ name: Token.asString({ resolve: () => "later" }) })).toBeUndefined();
  });
});
