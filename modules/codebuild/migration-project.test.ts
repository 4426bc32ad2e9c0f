import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { artifactStore, blueGreenService, migrationProjectProps, roleArns } from "../codepipeline/release.fixtures";
import { serviceProps, taskThatRunsOnce } from "../ecs/ecs.fixtures";
import { Service } from "../ecs/service";
import { permissionsOf, trustOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { migrationBuildspec } from "./migration-buildspec";
import { MigrationProject, type MigrationProjectProps } from "./migration-project";

const migration = (scope: Construct, props: Partial<MigrationProjectProps> = {}) => {
  const { service } = blueGreenService(scope);
  const needs = migrationProjectProps(scope, service, artifactStore(scope));
  return new MigrationProject(scope, "Migration", { ...needs, ...props });
};

const stack = synthesise((scope) => migration(scope));
const project = stack.resource(CodebuildProject);

/** The value of an environment variable of the project. */
const variable = (name: string, of = project) =>
  (of.environment as { environment_variable: { name: string }[] }).environment_variable.find(
    (one) => one.name === name,
  );

describe("a migration project", () => {
  it("is a project of CodeBuild that a pipeline hands its artifact to", () => {
    expect(project).toMatchObject({
      name: "shop-dev-cart-migrate",
      source: { type: "CODEPIPELINE", buildspec: migrationBuildspec() },
      artifacts: { type: "CODEPIPELINE" },
      build_timeout: 60,
      environment: { type: "LINUX_CONTAINER", compute_type: "BUILD_GENERAL1_SMALL" },
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Migration_Policy_/)],
    });
  });

  it("logs to a group of its own, with an end to what it keeps", () => {
    const groups = stack.resources(CloudwatchLogGroup).filter(({ name }) => String(name).startsWith("/aws/codebuild"));
    expect(groups).toEqual([{ name: "/aws/codebuild/shop-dev-cart-migrate", retention_in_days: 30 }]);
    expect(project.logs_config).toEqual({
      cloudwatch_logs: { group_name: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.Migration_LogGroup_/) },
    });
  });

  it("reads the revision to start from at each build, and the container that gets the image", () => {
    expect(variable("TASK_DEFINITION")).toMatchObject({
      type: "PARAMETER_STORE",
      value: expect.stringMatching(/^\$\{aws_ssm_parameter\.Migrate_TaskDefinition_Revision_\w+\.name\}$/),
    });
    expect(variable("CONTAINER")).toMatchObject({ value: "cart" });
  });

  it("runs one task in the service's cluster, capacity and network", () => {
    expect(variable("RUN_TASK")).toMatchObject({
      value: expect.stringMatching(
        /^\$\{jsonencode\(\{"cluster" = aws_ecs_cluster\.\w+\.name, "count" = 1, "startedBy" = "migration", "capacityProviderStrategy" = \[\{"capacityProvider" = "FARGATE", "base" = 0, "weight" = 1\}\], "networkConfiguration" = \{"awsvpcConfiguration" = \{"subnets" = \["subnet-a"\], "securityGroups" = \["sg-1"\], "assignPublicIp" = "DISABLED"\}\}\}\)\}$/,
      ),
    });
  });

  it("has no network of its own on EC2, where tasks share their instance's", () => {
    const onInstances = synthesise((scope) => {
      const service = new Service(scope, "Service", serviceProps(scope, "EC2"));
      const props = migrationProjectProps(scope, service, artifactStore(scope));
      const taskDefinition = taskThatRunsOnce(new Construct(scope, "Once"), {
        launchType: "EC2",
        revisionParameterName: "/shop/migrate",
      });
      new MigrationProject(scope, "Migration", { ...props, taskDefinition });
    });
    const runTask = variable("RUN_TASK", onInstances.resource(CodebuildProject));
    expect(JSON.stringify(runTask)).toMatch(/aws_ecs_capacity_provider/);
    expect(JSON.stringify(runTask)).not.toMatch(/networkConfiguration/);
  });

  it("has nothing in its buildspec that Terraform would take for an expression", () => {
    expect(migrationBuildspec()).not.toMatch(/[$%]\{/);
  });
});

describe("the role of a migration project", () => {
  const ROLE = "shop-dev-cart-migrate";

  it("is this project's", () => {
    expect(trustOf(stack, ROLE)).toMatchObject([
      {
        Principal: { Service: "codebuild.amazonaws.com" },
        Condition: {
          ArnLike: {
            "aws:SourceArn": ["arn:aws:codebuild:eu-west-1:123456789012:project/shop-dev-cart-migrate"],
          },
        },
      },
    ]);
  });

  it("registers one family, runs it in one cluster, watches it, and does nothing else", () => {
    const ecs = "arn:aws:ecs:eu-west-1:123456789012";
    const family = [`${ecs}:task-definition/shop-cart-migrate`, `${ecs}:task-definition/shop-cart-migrate:*`];
    expect(permissionsOf(stack, ROLE)).toMatchObject([
      { Sid: "WriteLog", Resource: expect.stringMatching(/Migration_LogGroup_\w+\.arn\}:\*$/) },
      {
        Sid: "ReadRevision",
        Action: ["ssm:GetParameters"],
        Resource: expect.stringMatching(/^\$\{aws_ssm_parameter\./),
      },
      { Sid: "DescribeRevision", Action: ["ecs:DescribeTaskDefinition"], Resource: "*" },
      { Sid: "RegisterRevision", Action: ["ecs:RegisterTaskDefinition"], Resource: family },
      { Sid: "TagRevision", Action: ["ecs:TagResource"], Resource: family },
      {
        Sid: "RunTask",
        Action: ["ecs:RunTask"],
        Resource: family,
        Condition: { ArnEquals: { "ecs:cluster": `${ecs}:cluster/shop` } },
      },
      { Sid: "WatchTask", Action: ["ecs:DescribeTasks"], Resource: `${ecs}:task/shop/*` },
      { Sid: "PassRolesToTasks", Action: ["iam:PassRole"], Resource: roleArns },
      { Sid: "ReadArtifacts", Action: ["s3:GetObject", "s3:GetObjectVersion"] },
      { Sid: "DecryptArtifacts", Action: ["kms:Decrypt"] },
    ]);
    expect(permissionsOf(stack, ROLE)).toHaveLength(10);
  });
});

describe("a refused migration project", () => {
  const refusal = (change: (scope: Construct) => Partial<MigrationProjectProps>) =>
    refusalOf((scope) => migration(scope, change(scope)));

  it.each<[string, Partial<MigrationProjectProps>, string]>([
    [
      "a name of one letter",
      { name: "m" },
      '"name" is "m"; allowed: 2 to 255 letters, digits, hyphens and underscores, a letter or digit first',
    ],
    [
      "a log group with a space",
      { logGroupName: "my log" },
      '"logGroupName" is "my log"; allowed: 1 to 512 letters, digits and _ - . / #, not starting with aws/',
    ],
    ["4 minutes", { timeoutMinutes: 4 }, '"timeoutMinutes" is 4; allowed: a whole number from 5 to 2160'],
    ["2161 minutes", { timeoutMinutes: 2161 }, '"timeoutMinutes" is 2161; allowed: a whole number from 5 to 2160'],
    [
      "a task without roles",
      { passRoleArns: [] },
      '"passRoleArns" has 0 members; allowed: the roles that the task definition names',
    ],
  ])("has %s", (_, props, message) => {
    expect(refusal(() => props)).toBe(`test/Migration: ${message}`);
  });

  it("keeps its log for 31 days", () => {
    expect(refusal(() => ({ logRetentionDays: 31 }))).toMatch(
      /^test\/Migration: "logRetentionDays" is 31; allowed: 1, 3/,
    );
  });

  it("has a task whose revision nobody is told", () => {
    expect(refusal((scope) => ({ taskDefinition: taskThatRunsOnce(new Construct(scope, "Once")) }))).toBe(
      'test/Migration: "taskDefinition" is shop-cart-migrate, which publishes no revision; allowed: a task definition with a "revisionParameterName"',
    );
  });

  it("has a task of another launch type than the service's", () => {
    expect(
      refusal((scope) => ({ taskDefinition: taskThatRunsOnce(new Construct(scope, "Once"), { launchType: "EC2" }) })),
    ).toBe('test/Migration: "taskDefinition" has the launch type EC2; allowed: that of the service, FARGATE');
  });

  it("is none at either end of every limit, nor by what is known at apply only", () => {
    expect(refusal(() => ({ name: "mm", timeoutMinutes: 5 }))).toBeUndefined();
    expect(refusal(() => ({ name: "m".repeat(255), timeoutMinutes: 2160 }))).toBeUndefined();
    expect(refusal(() => ({ name: Token.asString({ resolve: () => "later" }) }))).toBeUndefined();
  });
});
