import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { CodebuildReportGroup } from "@cdktf/provider-aws/lib/codebuild-report-group";
import { CodecommitRepository } from "@cdktf/provider-aws/lib/codecommit-repository";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import type { Environment } from "../config/environment";
import { loadProject, type Project } from "../config/load";
import { PropError } from "../modules/prop-check";
import { permissionsOf } from "../modules/testing/policies";
import { type Block, parseStack, type Synthesised, testingApp } from "../modules/testing/synth";
import { USER_NOTIFICATIONS } from "./user-notifications";
import { UserNotificationsPipelinesStack } from "./user-notifications-pipelines";

/** Those whose resources the tests count: another service that somebody adds changes no count. */
const COUNTED = ["notification", "user-management"];

const project = (environment: string) => loadProject({ root: process.cwd(), environment });

interface Change {
  readonly environment?: Partial<Environment>;
  readonly production?: Partial<Environment>;
}

function synthesise(from: Project, to: Project, change: Change = {}): Synthesised {
  const stack = new UserNotificationsPipelinesStack(testingApp(), {
    environment: { ...from.environment, ...change.environment },
    services: from.services.filter(({ name, system }) => system === USER_NOTIFICATIONS && COUNTED.includes(name)),
    production: { ...to, environment: { ...to.environment, ...change.production } },
  });
  return parseStack(Testing.synth(stack));
}

const [localProject, localProduction] = [project("local"), project("local-prod")];
const local = synthesise(localProject, localProduction);
const dev = synthesise(project("dev"), project("prod"));

const projectOf = (stack: Synthesised, name: string): Block => {
  const [found, ...others] = stack.resources(CodebuildProject).filter((one) => one.name === name);
  if (!found || others.length > 0) throw new Error(`expected one project ${name}`);
  return found;
};

const variablesOf = (found: Block) => {
  const { environment_variable } = found.environment as { environment_variable: { name: string; value: string }[] };
  return Object.fromEntries(environment_variable.map(({ name, value }) => [name, value]));
};

describe("the pipelines of user-notifications", () => {
  it("are made of exactly these resources", () => {
    expect(local.counts()).toEqual({
      aws_cloudwatch_event_rule: 2,
      aws_cloudwatch_event_target: 2,
      aws_cloudwatch_log_group: 8,
      aws_codebuild_project: 8,
      aws_codebuild_report_group: 4,
      aws_codecommit_repository: 1,
      aws_codepipeline: 2,
      aws_iam_role: 12,
      aws_iam_role_policy: 12,
      aws_kms_key: 2,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_sns_topic_subscription: 1,
    });
  });

  it("are one for each service, with a project for each thing that it does", () => {
    const pipeline = "user-notifications-local";
    expect(local.resources(Codepipeline).map(({ name }) => name)).toEqual([
      `${pipeline}-notification`,
      `${pipeline}-user-management`,
    ]);
    expect(
      local
        .resources(CodebuildProject)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(
      COUNTED.flatMap((service) =>
        ["build", "deploy", "deploy-prod", "smoke"].map((end) => `${pipeline}-${service}-${end}`),
      ),
    );
  });

  it("start at each push to the one repository", () => {
    expect(local.resource(CodecommitRepository)).toMatchObject({ repository_name: "express-on-ecs-local" });
    expect(local.resources(CloudwatchEventRule).map(({ name }) => name)).toEqual([
      "user-notifications-local-notification-push",
      "user-notifications-local-user-management-push",
    ]);
  });

  it("tell whoever approves what it is about, and where to look at it", () => {
    const [, pipeline] = local.resources(Codepipeline);
    const stages = pipeline?.stage as { name: string; action: Block[] }[];
    expect(stages.map(({ name }) => name)).toEqual([
      "Source",
      "Build",
      "Development",
      "Check",
      "Approval",
      "Production",
    ]);
    expect(stages[4]?.action).toMatchObject([
      {
        configuration: {
          CustomData:
            "Release user-management, commit #{Source.CommitId}, to local-prod? It runs in local, and answers as it should.",
          ExternalEntityLink: "http://users.example.test",
        },
      },
    ]);
    expect(local.resource(SnsTopicSubscription)).toMatchObject({ protocol: "email", endpoint: "ops@example.test" });
  });

  it("lead the approver to the commit where development has no public name", () => {
    const nameless = synthesise(
      { ...localProject, environment: withoutDns(localProject.environment) },
      localProduction,
    );
    expect(nameless.json).not.toContain("users.example.test");
    expect(nameless.json).toMatch(/codesuite\/codecommit\/repositories\/.*\/commit\/#\{Source\.CommitId\}/);
  });

  it("deploy to the environment that each stage is of", () => {
    const name = "user-notifications-dev-user-management";
    expect(variablesOf(projectOf(dev, `${name}-build`))).toEqual({
      SERVICE: "user-management",
      ENVIRONMENT: "dev",
      PRODUCTION: "prod",
    });
    expect(variablesOf(projectOf(dev, `${name}-deploy`))).toEqual({ SERVICE: "user-management", ENVIRONMENT: "dev" });
    expect(variablesOf(projectOf(dev, `${name}-smoke`))).toEqual({ SERVICE: "user-management", ENVIRONMENT: "dev" });
    expect(variablesOf(projectOf(dev, `${name}-deploy-prod`))).toEqual({
      SERVICE: "user-management",
      ENVIRONMENT: "prod",
    });
  });

  it("have an engine beside the build, and nowhere else", () => {
    const privileged = dev
      .resources(CodebuildProject)
      .filter(({ environment }) => (environment as Block).privileged_mode === true);
    expect(privileged.map(({ name }) => name)).toEqual([
      "user-notifications-dev-notification-build",
      "user-notifications-dev-user-management-build",
    ]);
  });

  it("report tests and coverage of each service, whose files go to the artifact store", () => {
    expect(dev.resources(CodebuildReportGroup)).toMatchObject(
      ["notification", "user-management"].flatMap((service) =>
        ["CODE_COVERAGE", "TEST"].map((type) => ({
          name: `user-notifications-dev-${service}-build-${type === "TEST" ? "tests" : "coverage"}`,
          type,
          export_config: { type: "S3" },
        })),
      ),
    );
  });

  it("reach production by names, and by nothing that its state would have to tell", () => {
    expect(dev.json).not.toMatch(/terraform_remote_state/);
    const deploy = permissionsOf(dev, "user-notifications-dev-user-management-deploy-prod");
    const update = deploy.find(({ Sid }) => Sid === "UpdateService");
    expect([update?.Resource].flat()[0]).toMatch(/:service\/user-notifications-prod\/user-management$/);
  });

  it("let development's deployment touch nothing of production, and production's nothing of development", () => {
    const arnsOf = (role: string) =>
      permissionsOf(dev, `user-notifications-dev-user-management-${role}`).flatMap(({ Resource }) => Resource ?? []);
    expect(arnsOf("deploy").filter((arn) => arn.includes("user-notifications-prod"))).toEqual([]);
    const names = /user-notifications[-/]dev[-/](?!user-management-deploy-prod)/;
    expect(arnsOf("deploy-prod").filter((arn) => names.test(arn))).toEqual([]);
  });

  it("allow each role something of its own: none has a policy of AWS's, or one without a name", () => {
    for (const role of dev.resources(IamRole)) {
      expect(role).not.toHaveProperty("managed_policy_arns");
      expect(permissionsOf(dev, String(role.name)).length).toBeGreaterThan(0);
    }
  });

  it("keep the repository where the environment retains what holds data", () => {
    const kept = synthesise(localProject, localProduction, { environment: { removal: "retain" } });
    expect(kept.resource(CodecommitRepository)).toMatchObject({ lifecycle: { prevent_destroy: true } });
    expect(local.resource(CodecommitRepository)).not.toHaveProperty("lifecycle");
  });

  it("leave out a service without a pipeline", () => {
    const services = localProject.services.map((service) => ({
      ...service,
      pipeline: service.name === "notification",
    }));
    const one = synthesise({ ...localProject, services }, localProduction);
    expect(one.resource(Codepipeline)).toMatchObject({ name: "user-notifications-local-notification" });
  });
});

describe("pipelines are refused", () => {
  const refusal = (change: Change): string | undefined => {
    try {
      synthesise(localProject, localProduction, change);
      return undefined;
    } catch (error) {
      if (error instanceof PropError) return error.message;
      throw error;
    }
  };

  it("where production is in another Region", () => {
    expect(refusal({ production: { region: "eu-west-1" } })).toBe(
      'user-notifications-pipelines: "production.region" is "eu-west-1" (config/environments/local-prod.json); allowed: ' +
        'that of local, "us-east-1", for a pipeline stays in one account and Region',
    );
  });

  it("where production is another account's, and not where one does not say whose it is", () => {
    expect(refusal({ production: { accountId: "210987654321" } })).toBe(
      'user-notifications-pipelines: "production.accountId" is "210987654321" (config/environments/local-prod.json); ' +
        'allowed: that of local, "123456789012", for a pipeline stays in one account and Region',
    );
    const { accountId: _, ...unsaid } = localProduction.environment;
    expect(() => synthesise(localProject, { ...localProduction, environment: unsaid })).not.toThrow();
  });

  it("where production is development", () => {
    expect(refusal({ production: { name: "local" } })).toBe(
      'user-notifications-pipelines: "production" is "local" itself; allowed: another environment',
    );
  });
});

function withoutDns({ dns: _, ...environment }: Environment): Environment {
  return environment;
}
