import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { CodedeployDeploymentConfig } from "@cdktf/provider-aws/lib/codedeploy-deployment-config";
import { CodedeployDeploymentGroup } from "@cdktf/provider-aws/lib/codedeploy-deployment-group";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { afterEach, describe, expect, it } from "vitest";
import type { Service } from "../config/service";
import type { Block, Synthesised } from "../modules/testing/synth";
import { temporaryFolder } from "../tools/testing/temporary-folder";
import { allStacks, synthesiseAll } from "./stacks.fixtures";

const local = allStacks("local").coffeeSuppliers;
const prod = allStacks("prod").coffeeSuppliers;

const named = (blocks: Block[], name: string): Block => {
  const [block] = blocks.filter((candidate) => candidate.name === name || candidate.family === name);
  if (!block) throw new Error(`there is no ${name}`);
  return block;
};
const container = (stack: Synthesised, family: string) =>
  JSON.parse(String(named(stack.resources(EcsTaskDefinition), family).container_definitions))[0];
const variables = (entries: { name: string; value?: string; valueFrom?: string }[]) =>
  Object.fromEntries(entries.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
const reference = (type: string, key: string) => expect.stringMatching(new RegExp(`^\\$\\{${type}\\..*\\}:${key}::$`));

describe("the coffee-suppliers stack", () => {
  it("is made of exactly these resources", () => {
    expect(local.counts()).toEqual({
      aws_appautoscaling_policy: 2,
      aws_appautoscaling_target: 1,
      aws_cloudwatch_dashboard: 1,
      aws_cloudwatch_event_rule: 6,
      aws_cloudwatch_event_target: 6,
      aws_cloudwatch_log_group: 6,
      aws_cloudwatch_metric_alarm: 23,
      aws_codebuild_project: 1,
      aws_codecommit_repository: 1,
      aws_codedeploy_app: 1,
      aws_codedeploy_deployment_group: 2,
      aws_codepipeline: 2,
      aws_db_instance: 1,
      aws_db_parameter_group: 1,
      aws_db_subnet_group: 1,
      aws_ecs_cluster: 1,
      aws_ecs_cluster_capacity_providers: 1,
      aws_ecs_service: 2,
      aws_ecs_task_definition: 4,
      aws_iam_role: 12,
      aws_iam_role_policy: 10,
      aws_kms_key: 2,
      aws_lb: 1,
      aws_lb_listener: 2,
      aws_lb_listener_rule: 2,
      aws_lb_target_group: 4,
      aws_route53_record: 2,
      aws_s3_bucket: 2,
      aws_s3_bucket_lifecycle_configuration: 2,
      aws_s3_bucket_ownership_controls: 2,
      aws_s3_bucket_policy: 2,
      aws_s3_bucket_public_access_block: 2,
      aws_s3_bucket_server_side_encryption_configuration: 2,
      aws_secretsmanager_secret: 4,
      aws_secretsmanager_secret_version: 4,
      aws_security_group: 4,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_ssm_parameter: 4,
      aws_vpc_security_group_egress_rule: 6,
      aws_vpc_security_group_ingress_rule: 6,
    });
  });

  it("sends what no rule matches to the customer, on the production and on the test listener", () => {
    const listeners = local.resources(LbListener).map(({ port, default_action }) => [port, default_action]);
    const toCustomer = [{ type: "forward", target_group_arn: expect.stringContaining("customer_TargetGroups_Blue") }];
    expect(listeners).toHaveLength(2);
    expect(listeners).toEqual(
      expect.arrayContaining([
        [80, toCustomer],
        [8080, toCustomer],
      ]),
    );
  });

  it("sends /admin, and what is below it, to the employee from the office's addresses only, on both listeners", () => {
    const rules = local.resources(LbListenerRule);
    expect(new Set(rules.map(({ listener_arn }) => listener_arn)).size).toBe(2);
    for (const rule of rules) {
      expect(rule).toMatchObject({
        priority: 100,
        condition: [{ path_pattern: { values: ["/admin", "/admin/*"] } }, { source_ip: { values: ["127.0.0.1/32"] } }],
        action: [{ target_group_arn: expect.stringContaining("employee_TargetGroups_Blue") }],
      });
    }
  });

  it("leaves to CodeDeploy exactly what it rewrites", () => {
    const ignored = (block: Block) => (block.lifecycle as { ignore_changes?: string[] } | undefined)?.ignore_changes;
    const services = local.resources(EcsService);
    expect(ignored(named(services, "customer"))).toEqual(["task_definition", "load_balancer"]);
    expect(ignored(named(services, "employee"))).toEqual(["task_definition", "load_balancer", "desired_count"]);
    for (const listener of local.resources(LbListener)) expect(ignored(listener)).toEqual(["default_action"]);
    for (const rule of local.resources(LbListenerRule)) expect(ignored(rule)).toEqual(["action"]);
  });

  it("makes each service after the listeners or rules that lead to it, and after its secrets", () => {
    const needs = (name: string) => named(local.resources(EcsService), name).depends_on as string[];
    expect(needs("customer").filter((need) => need.startsWith("aws_lb_listener."))).toHaveLength(2);
    expect(needs("employee").filter((need) => need.startsWith("aws_lb_listener_rule."))).toHaveLength(2);
    for (const [name, secrets] of [
      ["customer", 1],
      ["employee", 2],
    ] as const) {
      expect(needs(name).filter((need) => need.startsWith("aws_secretsmanager_secret_version."))).toHaveLength(secrets);
    }
  });

  it("gives a fixed number of tasks to Terraform and any other to autoscaling", () => {
    expect(named(local.resources(EcsService), "customer").desired_count).toBe(2);
    expect(local.resource(AppautoscalingTarget)).toMatchObject({
      resource_id: "service/coffee-suppliers-local/employee",
      min_capacity: 1,
      max_capacity: 2,
    });
  });

  it("scales the customer by configuration", () => {
    const three = (service: Service) =>
      service.name === "customer" ? { ...service, replicas: { desired: 3, min: 3, max: 3 } } : service;
    const stack = synthesiseAll("local", { service: three }).coffeeSuppliers;
    expect(named(stack.resources(EcsService), "customer").desired_count).toBe(3);
  });

  it("tells tasks where the database is, and who they are there", () => {
    const environment = variables(container(local, "coffee-suppliers-local-customer").environment);
    expect(environment).toMatchObject({
      APP_DB_NAME: "COFFEE",
      APP_DB_USER: "customer",
      APP_DB_CONNECTION_LIMIT: "5",
      APP_DB_HOST: expect.stringMatching(/^\$\{aws_db_instance\./),
      SERVICE_NAME: "customer",
    });
    expect(environment).not.toHaveProperty("APP_DB_CA");
    expect(variables(container(local, "coffee-suppliers-local-customer").secrets)).toEqual({
      APP_DB_PASSWORD: reference("aws_secretsmanager_secret", "password"),
    });
  });

  it("gives the employee's tasks a secret that the stack makes", () => {
    expect(variables(container(local, "coffee-suppliers-local-employee").secrets)).toEqual({
      APP_DB_PASSWORD: reference("aws_secretsmanager_secret", "password"),
      CSRF_SECRET: reference("aws_secretsmanager_secret", "value"),
    });
    expect(local.resources(SecretsmanagerSecret).map(({ name }) => name)).toEqual([
      "coffee-suppliers/local/customer/database",
      "coffee-suppliers/local/employee/database",
      "coffee-suppliers/local/migrator/database",
      "coffee-suppliers/local/employee/csrf-secret",
    ]);
  });

  it("writes no value of a secret anywhere", () => {
    for (const [, version] of Object.entries(JSON.parse(local.json).resource.aws_secretsmanager_secret_version)) {
      expect(version).not.toHaveProperty("secret_string");
      expect((version as Block).secret_string_wo).toMatch(
        /^\$\{jsonencode\(.*ephemeral\.aws_secretsmanager_random_password\./,
      );
    }
  });

  it("has one-off tasks that make the database's users and migrate it, with the employee's image", () => {
    const prepare = container(local, "coffee-suppliers-local-employee-prepare-database");
    const migrate = container(local, "coffee-suppliers-local-employee-migrate");
    const { image } = container(local, "coffee-suppliers-local-employee");
    expect([prepare.command, migrate.command]).toEqual([
      ["node", "--enable-source-maps", "database.cjs", "prepare"],
      ["node", "--enable-source-maps", "database.cjs", "migrate"],
    ]);
    expect([prepare.image, migrate.image]).toEqual([image, image]);
    expect(JSON.parse(variables(prepare.environment).DATABASE_USERS ?? "")).toEqual([
      { name: "customer", access: "read", passwordVariable: "DB_PASSWORD_CUSTOMER" },
      { name: "employee", access: "write", passwordVariable: "DB_PASSWORD_EMPLOYEE" },
      { name: "migrator", access: "migrate", passwordVariable: "DB_PASSWORD_MIGRATOR" },
    ]);
    expect(Object.keys(variables(prepare.secrets))).toEqual([
      "DB_PASSWORD_CUSTOMER",
      "DB_PASSWORD_EMPLOYEE",
      "DB_PASSWORD_MIGRATOR",
      "MASTER_PASSWORD",
      "MASTER_USER",
    ]);
    expect(variables(migrate.environment)).toMatchObject({ APP_DB_USER: "migrator", APP_DB_NAME: "COFFEE" });
    expect(Object.keys(variables(migrate.secrets))).toEqual(["APP_DB_PASSWORD"]);
  });

  it("publishes every revision that releases render from", () => {
    expect(local.resources(SsmParameter).map(({ name }) => name)).toEqual([
      "/coffee-suppliers/local/customer/task-definition",
      "/coffee-suppliers/local/employee/migrate-task-definition",
      "/coffee-suppliers/local/employee/prepare-database-task-definition",
      "/coffee-suppliers/local/employee/task-definition",
    ]);
  });

  it("shows new versions on the test listener to nobody who is not named", () => {
    const testers = (stack: Synthesised) =>
      stack
        .resources(VpcSecurityGroupIngressRule)
        .flatMap(({ from_port, cidr_ipv4 }) => (from_port === 8080 && cidr_ipv4 ? [cidr_ipv4] : []));
    expect(testers(local)).toEqual(["127.0.0.0/8"]);
    expect(testers(prod)).toEqual([]);
  });

  it("lets only the tasks of the two services reach the database", () => {
    const toDatabase = local.resources(VpcSecurityGroupIngressRule).filter(({ from_port }) => from_port === 3306);
    expect(toDatabase.map(({ referenced_security_group_id }) => referenced_security_group_id)).toEqual([
      expect.stringContaining("customer_SecurityGroup"),
      expect.stringContaining("employee_SecurityGroup"),
    ]);
    expect(local.resource(DbInstance)).toMatchObject({ publicly_accessible: false, storage_encrypted: true });
  });

  it("migrates in the employee's pipeline before it deploys, and in no other", () => {
    const stages = (name: string) =>
      (named(local.resources(Codepipeline), name).stage as { name: string }[]).map((stage) => stage.name);
    expect(stages("coffee-suppliers-local-customer")).toEqual(["Source", "Deploy"]);
    expect(stages("coffee-suppliers-local-employee")).toEqual(["Source", "Migrate", "Deploy"]);
  });

  it("allows a whole account nothing: every statement on all resources knows no resource", () => {
    const wide = local
      .resources(IamRolePolicy)
      .flatMap((policy) => JSON.parse(String(policy.policy)).Statement)
      .filter((statement: { Resource: unknown }) => statement.Resource === "*")
      .flatMap((statement: { Action: string[] }) => statement.Action);
    expect(new Set(wide)).toEqual(
      new Set([
        "cloudwatch:DescribeAlarms",
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
      ]),
    );
  });
});

describe("the coffee-suppliers stack where the database is emulated", () => {
  afterEach(() => {
    delete process.env.DATABASE_CA_FILE;
  });
  const authority = (environment: string) => {
    const file = join(temporaryFolder(), "ca.pem");
    writeFileSync(file, "a certificate");
    process.env.DATABASE_CA_FILE = file;
    const { coffeeSuppliers } = synthesiseAll(environment);
    const families = ["customer", "employee", "employee-migrate", "employee-prepare-database"];
    return families.map(
      (family) =>
        variables(container(coffeeSuppliers, `coffee-suppliers-${environment}-${family}`).environment).APP_DB_CA,
    );
  };

  it("names the authority of its certificate to every task that connects", () => {
    expect(authority("local")).toEqual(Array(4).fill("a certificate"));
  });

  it("is no matter of an account of AWS, whatever the shell says", () => {
    expect(authority("dev")).toEqual(Array(4).fill(undefined));
  });
});

describe("the coffee-suppliers stack in production", () => {
  it("has a database that survives a zone and a slip", () => {
    expect(prod.resource(DbInstance)).toMatchObject({
      multi_az: true,
      deletion_protection: true,
      skip_final_snapshot: false,
      backup_retention_period: 14,
    });
    expect(local.resource(DbInstance)).toMatchObject({
      multi_az: false,
      deletion_protection: false,
      skip_final_snapshot: true,
    });
  });

  it("shows new versions to a tenth of the customers first", () => {
    const groups = prod.resources(CodedeployDeploymentGroup).map((group) => group.deployment_config_name);
    expect(groups).toEqual(["CodeDeployDefault.ECSCanary10Percent5Minutes", "CodeDeployDefault.ECSAllAtOnce"]);
    expect(prod.resources(CodedeployDeploymentConfig)).toEqual([]);
  });

  it("runs three customers, whom nothing scales", () => {
    expect(named(prod.resources(EcsService), "customer").desired_count).toBe(3);
  });

  it("serves HTTPS on both listeners and redirects HTTP", () => {
    const listeners = prod.resources(LbListener).map(({ port, protocol }) => `${protocol} ${port}`);
    expect(listeners.sort()).toEqual(["HTTP 80", "HTTPS 443", "HTTPS 8080"]);
  });
});
