import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { Repository } from "../ecr/repository";
import { permissionsOf, trustOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { DeploymentPipeline, type DeploymentPipelineProps } from "./deployment-pipeline";
import { migrationProject, pipelineProps, roleArns } from "./release.fixtures";

const pipeline = (scope: Construct, props: Partial<DeploymentPipelineProps> = {}) =>
  new DeploymentPipeline(scope, "Pipeline", { ...pipelineProps(scope), ...props });

const stack = synthesise((scope) => pipeline(scope));
const migrating = synthesise((scope) => {
  const props = pipelineProps(scope);
  const migration = migrationProject(scope, props.deploymentGroup.service, props.artifactStore);
  new DeploymentPipeline(scope, "Pipeline", { ...props, migration });
});

interface Action {
  readonly name: string;
}
const stages = (made = stack) =>
  made.resource(Codepipeline).stage as { readonly name: string; readonly action: readonly Action[] }[];
const action = (stage: string, index = 0, made = stack) =>
  stages(made).find(({ name }) => name === stage)?.action[index];

describe("a deployment pipeline", () => {
  it("is one pipeline of type V2 whose executions wait for each other", () => {
    expect(stack.resource(Codepipeline)).toMatchObject({
      name: "shop-dev-cart",
      pipeline_type: "V2",
      execution_mode: "QUEUED",
      role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Pipeline_Role_/),
      artifact_store: [
        {
          type: "S3",
          location: expect.stringMatching(/^\$\{aws_s3_bucket\./),
          encryption_key: { type: "KMS", id: expect.stringMatching(/^\$\{aws_kms_key\./) },
        },
      ],
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Pipeline_Policy_/)],
    });
  });

  it("finds the files and the image, then deploys", () => {
    expect(stages().map(({ name }) => name)).toEqual(["Source", "Deploy"]);
    expect(stages().map(({ action: actions }) => actions.length)).toEqual([2, 1]);
  });

  it("takes the files from the branch main without polling", () => {
    expect(action("Source", 0)).toMatchObject({
      provider: "CodeCommit",
      configuration: {
        RepositoryName: expect.stringMatching(/^\$\{aws_codecommit_repository\./),
        BranchName: "main",
        PollForSourceChanges: "false",
      },
      output_artifacts: ["DeploymentFiles"],
    });
  });

  it("takes the image with the tag release", () => {
    expect(action("Source", 1)).toMatchObject({
      provider: "ECR",
      configuration: { RepositoryName: expect.stringMatching(/^\$\{aws_ecr_repository\./), ImageTag: "release" },
      output_artifacts: ["Image"],
    });
  });

  it("deploys with CodeDeploy what the service's folder says, with the image in its place", () => {
    expect(action("Deploy")).toMatchObject({
      category: "Deploy",
      owner: "AWS",
      provider: "CodeDeployToECS",
      version: "1",
      input_artifacts: ["DeploymentFiles", "Image"],
      configuration: {
        ApplicationName: "shop-dev",
        DeploymentGroupName: expect.stringMatching(/^\$\{aws_codedeploy_deployment_group\./),
        TaskDefinitionTemplateArtifact: "DeploymentFiles",
        TaskDefinitionTemplatePath: "cart/taskdef.json",
        AppSpecTemplateArtifact: "DeploymentFiles",
        AppSpecTemplatePath: "cart/appspec.yaml",
        Image1ArtifactName: "Image",
        Image1ContainerName: "IMAGE1_NAME",
      },
    });
  });

  it("migrates with the image before it deploys, where there is a migration", () => {
    expect(stages(migrating).map(({ name }) => name)).toEqual(["Source", "Migrate", "Deploy"]);
    expect(action("Migrate", 0, migrating)).toMatchObject({
      category: "Build",
      provider: "CodeBuild",
      configuration: { ProjectName: expect.stringMatching(/^\$\{aws_codebuild_project\.\w+\.name\}$/) },
      input_artifacts: ["Image"],
    });
  });
});

describe("what starts a deployment pipeline", () => {
  const patterns = () =>
    Object.fromEntries(
      stack.resources(CloudwatchEventRule).map((rule) => [rule.name, JSON.parse(String(rule.event_pattern))]),
    );

  it("is a push to the branch main, and a push of the image release", () => {
    expect(patterns()).toEqual({
      "shop-dev-cart-files": {
        source: ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        resources: [expect.stringMatching(/^\$\{aws_codecommit_repository\.\w+\.arn\}$/)],
        detail: {
          event: ["referenceCreated", "referenceUpdated"],
          referenceType: ["branch"],
          referenceName: ["main"],
        },
      },
      "shop-dev-cart-image": {
        source: ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        detail: {
          "action-type": ["PUSH"],
          result: ["SUCCESS"],
          "repository-name": [expect.stringMatching(/^\$\{aws_ecr_repository\.\w+\.name\}$/)],
          "image-tag": ["release"],
        },
      },
    });
  });

  it("has the pipeline for its target, with a role that starts it and does nothing else", () => {
    const targets = stack.resources(CloudwatchEventTarget);
    expect(targets).toHaveLength(2);
    for (const target of targets) {
      expect(target).toMatchObject({
        arn: expect.stringMatching(/^\$\{aws_codepipeline\.Pipeline_\w+\.arn\}$/),
        role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Pipeline_Triggers_Role_/),
      });
    }
    expect(permissionsOf(stack, "shop-dev-cart-events")).toEqual([
      {
        Sid: "StartPipeline",
        Effect: "Allow",
        Action: ["codepipeline:StartPipelineExecution"],
        Resource: expect.stringMatching(/^\$\{aws_codepipeline\./),
      },
    ]);
    const rules = "arn:aws:events:eu-west-1:123456789012:rule/shop-dev-cart";
    expect(trustOf(stack, "shop-dev-cart-events")).toMatchObject([
      {
        Principal: { Service: "events.amazonaws.com" },
        Condition: { ArnLike: { "aws:SourceArn": [`${rules}-files`, `${rules}-image`] } },
      },
    ]);
  });
});

describe("the role of a deployment pipeline", () => {
  const ROLE = "shop-dev-cart-pipeline";
  const find = (sid: string, made = stack) => permissionsOf(made, ROLE).find(({ Sid }) => Sid === sid);

  it("is this pipeline's", () => {
    expect(trustOf(stack, ROLE)).toMatchObject([
      {
        Principal: { Service: "codepipeline.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": ["arn:aws:codepipeline:eu-west-1:123456789012:shop-dev-cart"] },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });

  it("does what its stages do, and allows nothing on every resource", () => {
    const permissions = permissionsOf(stack, ROLE);
    expect(permissions.map(({ Sid }) => Sid)).toEqual([
      "ReadDeploymentFiles",
      "FindImage",
      "RegisterAppSpec",
      "Deploy",
      "ReadDeploymentConfig",
      "RegisterRevision",
      "TagRevision",
      "PassRolesToTasks",
      "ReadArtifacts",
      "DecryptArtifacts",
      "WriteArtifacts",
      "FindArtifacts",
      "EncryptArtifacts",
    ]);
    expect(permissions.filter(({ Resource }) => [Resource].flat().includes("*"))).toEqual([]);
    expect(permissions.flatMap(({ Action }) => Action).filter((one) => one.includes("*"))).toEqual([]);
  });

  it("deploys by one deployment group, with its configuration", () => {
    const codedeploy = "arn:aws:codedeploy:eu-west-1:123456789012";
    expect(find("Deploy")?.Resource).toBe(`${codedeploy}:deploymentgroup:shop-dev/cart`);
    expect(find("RegisterAppSpec")?.Resource).toBe(`${codedeploy}:application:shop-dev`);
    expect(find("ReadDeploymentConfig")?.Resource).toBe(
      `${codedeploy}:deploymentconfig:CodeDeployDefault.ECSAllAtOnce`,
    );
  });

  it("registers revisions of the service's family alone, and passes its roles alone", () => {
    const family = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-cart";
    expect(find("RegisterRevision")).toMatchObject({
      Action: ["ecs:RegisterTaskDefinition"],
      Resource: [family, `${family}:*`],
    });
    expect(find("TagRevision")).toMatchObject({
      Resource: [family, `${family}:*`],
      Condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    });
    expect(find("PassRolesToTasks")).toMatchObject({
      Resource: roleArns,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
  });

  it("starts the migration where there is one", () => {
    expect(find("Migrate")).toBeUndefined();
    expect(find("Migrate", migrating)).toMatchObject({
      Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
      Resource: expect.stringMatching(/^\$\{aws_codebuild_project\.\w+\.arn\}$/),
    });
  });
});

describe("a refused pipeline", () => {
  const refusal = (change: (scope: Construct) => Partial<DeploymentPipelineProps>) =>
    refusalOf((scope) => pipeline(scope, change(scope)));
  const FOLDER = "names of letters, digits and . _ -, joined by single /";

  it.each<[string, Partial<DeploymentPipelineProps>, string]>([
    [
      "a name with a space",
      { name: "shop dev" },
      'test/Pipeline: "name" is "shop dev"; allowed: 1 to 58 letters, digits and . _ -',
    ],
    [
      "a name that leaves no room for its rules'",
      { name: "n".repeat(59) },
      `test/Pipeline: "name" is "${"n".repeat(59)}"; allowed: 1 to 58 letters, digits and . _ -`,
    ],
    ["a folder outside", { directory: "../cart" }, `test/Pipeline: "directory" is "../cart"; allowed: ${FOLDER}`],
    ["the root as its folder", { directory: "/" }, `test/Pipeline: "directory" is "/"; allowed: ${FOLDER}`],
    [
      "a tag that is none",
      { imageTag: "-release" },
      'test/Pipeline: "imageTag" is "-release"; allowed: 1 to 128 letters, digits and _ . -, neither . nor - first',
    ],
    [
      "tasks without roles",
      { passRoleArns: [] },
      'test/Pipeline: "passRoleArns" has 0 members; allowed: the roles that the task definition names',
    ],
  ])("has %s", (_, props, message) => {
    expect(refusal(() => props)).toBe(message);
  });

  it("has images whose tags do not move", () => {
    expect(refusal((scope) => ({ imageRepository: new Repository(scope, "Still", { name: "shop/cart" }) }))).toBe(
      'test/Pipeline: "imageRepository" has IMMUTABLE tags; allowed: a repository with MUTABLE tags, for the tag release moves',
    );
  });

  it("is none at the end of its limit, nor by what is known at apply only", () => {
    expect(refusal(() => ({ name: "n".repeat(58), directory: "services/cart" }))).toBeUndefined();
    expect(refusal(() => ({ name: Token.asString({ resolve: () => "later" }) }))).toBeUndefined();
  });
});
