import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { CodebuildReportGroup } from "@cdktf/provider-aws/lib/codebuild-report-group";
import { CodebuildWebhook } from "@cdktf/provider-aws/lib/codebuild-webhook";
import { CodeconnectionsConnection } from "@cdktf/provider-aws/lib/codeconnections-connection";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { CodepipelineWebhook } from "@cdktf/provider-aws/lib/codepipeline-webhook";
import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import type { Service } from "../../config/service";
import { ArtifactStore } from "../../modules/codepipeline/artifact-store";
import { permissionsOf } from "../../modules/testing/policies";
import { type Block, refusalOf, synthesise } from "../../modules/testing/synth";
import { createGithubConnection } from "./github-connection";
import { GithubPipelines } from "./github-pipelines";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const { environment, services } = loadProject({ root: process.cwd(), environment: "local" });

/** Another deployment of the application cart. */
function service(change: Partial<Service> = {}): Service {
  const serviceB = services.find(({ name }) => name === "service-b");
  if (!serviceB) throw new Error("there is no service-b");
  const { database: _, ...others } = serviceB;
  return { ...others, system: "shop", name: "cart-api", app: "cart", ...change };
}

function pipelines(stack: TerraformStack, change: Partial<Service> = {}): void {
  new GithubPipelines(stack, "cart-api", {
    environment,
    place: { service: service(change), environment: environment.name, location },
    source: {
      connection: createGithubConnection(stack, environment, location),
      repository: "octo-org/shop",
      branch: "main",
    },
    artifactStore: new ArtifactStore(stack, "Artifacts", { bucket: "shop-artifacts", location, description: "shop" }),
  });
}

const stack = synthesise(pipelines);
const NAME = "shop-local-cart-api";

function projectOf(name: string): Block {
  const found = stack.resources(CodebuildProject).find((one) => one.name === name);
  if (!found) throw new Error(`there is no project ${name}`);
  return found;
}

const variablesOf = (name: string) => {
  const { environment_variable } = projectOf(name).environment as { environment_variable: Record<string, string>[] };
  return Object.fromEntries(environment_variable.map((one) => [one.name, one.value]));
};

const actionsOf = (role: string) => permissionsOf(stack, role).flatMap(({ Action }) => Action);

describe("the pipelines of a service from GitHub", () => {
  it("are made of exactly these resources", () => {
    expect(stack.counts()).toEqual({
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

  it("use the environment's connection, and its output tells where a person confirms it", () => {
    expect(stack.resource(CodeconnectionsConnection).name).toBe("express-on-ecs-local");
    expect(JSON.parse(stack.json).output.githubConnection).toMatchObject({
      value: "https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections?region=eu-west-1",
      description: expect.stringMatching(/^where a person confirms the connection/),
    });
  });

  it("are started by their own triggers: no event rule, no webhook, no polling", () => {
    const found = stack.resources(Codepipeline).map(({ name, trigger }) => {
      const [{ git_configuration } = { git_configuration: {} }] = trigger as { git_configuration: object }[];
      return [name, Object.keys(git_configuration).filter((key) => key !== "source_action_name")];
    });
    expect(found.toSorted()).toEqual([
      [`${NAME}-github`, ["push"]],
      [`${NAME}-pr`, ["pull_request"]],
    ]);
    for (const type of [CloudwatchEventRule, CodebuildWebhook, CodepipelineWebhook]) {
      expect(stack.resources(type)).toEqual([]);
    }
    expect(stack.json).not.toMatch(/PollForSourceChanges|"DetectChanges":\s*"true"/);
  });

  it("build the image for the service's container, and that of its application, with an engine beside the build", () => {
    expect(variablesOf(`${NAME}-image`)).toEqual({
      SERVICE: "cart-api",
      ENVIRONMENT: "local",
      CONTAINER: "cart-api",
    });
    expect(variablesOf(`${NAME}-check`)).toEqual({ APP: "cart" });
    for (const end of ["image", "check"]) {
      expect(projectOf(`${NAME}-${end}`).environment).toMatchObject({ privileged_mode: true });
    }
  });

  it("deploy to the service, and pass its two roles", () => {
    const deploy = stack.resources(Codepipeline).find(({ name }) => name === `${NAME}-github`)?.stage as Block[];
    expect(deploy[2]?.action).toMatchObject([
      { provider: "ECS", configuration: { ClusterName: "shop-local", ServiceName: "cart-api" } },
    ]);
    const pass = permissionsOf(stack, `${NAME}-github`).find(({ Sid }) => Sid === "PassRolesToTasks");
    expect(pass).toMatchObject({
      Resource: ["execution", "task"].map((end) => `arn:aws:iam::123456789012:role/${NAME}-${end}`),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
  });
});

describe("the build of the image", () => {
  it("pushes to the service's repository alone, and deploys nothing", () => {
    const push = permissionsOf(stack, `${NAME}-image`).find(({ Sid }) => Sid === "PushImages");
    expect(push?.Resource).toEqual(["arn:aws:ecr:eu-west-1:123456789012:repository/shop-local/cart-api"]);
    expect(actionsOf(`${NAME}-image`).filter((action) => /^(ecs|iam|codeconnections):/.test(action))).toEqual([]);
  });
});

describe("whoever opens a pull request", () => {
  it("can write a log and a report, read artifacts, and do nothing else", () => {
    expect(permissionsOf(stack, `${NAME}-check`)).toEqual([
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.cart-api_Check_\w+\.arn\}:\*$/),
      },
      {
        Sid: "ReportTests",
        Effect: "Allow",
        Action: ["codebuild:CreateReport", "codebuild:UpdateReport", "codebuild:BatchPutTestCases"],
        Resource: expect.stringMatching(/^\$\{aws_codebuild_report_group\.cart-api_PullRequestReports_\w+\.arn\}$/),
      },
      expect.objectContaining({ Sid: "ReadArtifacts", Action: ["s3:GetObject", "s3:GetObjectVersion"] }),
      expect.objectContaining({ Sid: "DecryptArtifacts", Action: ["kms:Decrypt"] }),
    ]);
  });

  it("pushes no image and deploys nothing by the pipeline's role either", () => {
    const actions = actionsOf(`${NAME}-pr`);
    expect(actions.filter((action) => /^(ecr|ecs|iam):/.test(action))).toEqual([]);
    expect(actions.filter((action) => /^codebuild:/.test(action))).toEqual([
      "codebuild:BatchGetBuilds",
      "codebuild:StartBuild",
    ]);
    const run = permissionsOf(stack, `${NAME}-pr`).find(({ Sid }) => Sid === "RunProject");
    expect(run?.Resource).toMatch(/^\$\{aws_codebuild_project\.cart-api_Check_\w+\.arn\}$/);
  });

  it("has reports that are exported nowhere", () => {
    const group = stack.resources(CodebuildReportGroup).find(({ name }) => name === `${NAME}-check-tests`);
    expect(group?.export_config).toEqual({ type: "NO_EXPORT" });
  });
});

describe("refused pipelines from GitHub", () => {
  const refusal = (change: Partial<Service>) => refusalOf((scope) => pipelines(scope, change));

  it("are of a service that CodeDeploy deploys", () => {
    const deployment = { ...service().deployment, controller: "CODE_DEPLOY" } as Service["deployment"];
    expect(refusal({ deployment })).toBe(
      'test/cart-api: "deployment.controller" is "CODE_DEPLOY" (apps/cart-api/service.json); ' +
        'allowed: "ECS", for CodeDeploy takes no image from ECS\'s action',
    );
  });

  it("are of a service with migrations, which nobody would run, and not of one with a database alone", () => {
    const migrating = services.find(({ database }) => database?.migrations)?.database;
    if (!migrating) throw new Error("there is no service with migrations");
    expect(refusal({ database: migrating })).toBe(
      'test/cart-api: "database.migrations" is true (apps/cart-api/service.json); ' +
        'allowed: false, or "pipeline": true instead: ECS\'s action deploys without migrating',
    );
    expect(refusal({ database: { ...migrating, migrations: false } })).toBeUndefined();
  });
});
