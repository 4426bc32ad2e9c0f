import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { describe, expect, it } from "vitest";
import { permissionsOf } from "../modules/testing/policies";
import { synthesiseAll } from "./stacks.fixtures";
import { by, callVariables, type Mode, variables } from "./user-notifications.fixtures";

const COMMON = {
  aws_appautoscaling_policy: 4,
  aws_appautoscaling_target: 2,
  aws_cloudwatch_dashboard: 1,
  aws_cloudwatch_event_rule: 1,
  aws_cloudwatch_event_target: 1,
  aws_cloudwatch_log_group: 5,
  aws_cloudwatch_metric_alarm: 17,
  aws_db_instance: 1,
  aws_db_parameter_group: 1,
  aws_db_subnet_group: 1,
  aws_ecs_cluster: 1,
  aws_ecs_cluster_capacity_providers: 1,
  aws_ecs_service: 2,
  aws_ecs_task_definition: 4,
  aws_iam_role: 5,
  aws_iam_role_policy: 4,
  aws_kms_key: 1,
  aws_lb: 1,
  aws_lb_listener: 1,
  aws_lb_target_group: 2,
  aws_route53_record: 2,
  aws_s3_bucket: 1,
  aws_s3_bucket_lifecycle_configuration: 1,
  aws_s3_bucket_ownership_controls: 1,
  aws_s3_bucket_policy: 1,
  aws_s3_bucket_public_access_block: 1,
  aws_s3_bucket_server_side_encryption_configuration: 1,
  aws_secretsmanager_secret: 3,
  aws_secretsmanager_secret_version: 3,
  aws_security_group: 4,
  aws_sns_topic: 1,
  aws_sns_topic_policy: 1,
  aws_ssm_parameter: 4,
};

describe("the user-notifications stack", () => {
  it.each<[Mode, object]>([
    [
      "load-balancer",
      {
        aws_lb_listener_rule: 3,
        aws_vpc_security_group_egress_rule: 7,
        aws_vpc_security_group_ingress_rule: 5,
      },
    ],
    [
      "cloud-map",
      {
        aws_lb_listener_rule: 2,
        aws_service_discovery_private_dns_namespace: 1,
        aws_service_discovery_service: 1,
        aws_vpc_security_group_egress_rule: 7,
        aws_vpc_security_group_ingress_rule: 6,
      },
    ],
    [
      "service-connect",
      {
        aws_lb_listener_rule: 2,
        aws_service_discovery_private_dns_namespace: 1,
        aws_vpc_security_group_egress_rule: 7,
        aws_vpc_security_group_ingress_rule: 6,
      },
    ],
  ])("is made of exactly these resources by %s", (mode, more) => {
    expect(by(mode).counts()).toEqual({ ...COMMON, ...more });
  });

  it("has a database that both services write to, each as its own user, and no instance", () => {
    const stack = by("cloud-map");
    expect(stack.resource(DbInstance)).toMatchObject({ identifier: "user-notifications-local" });
    expect(variables(stack, "user-management")).toMatchObject({
      APP_DB_NAME: "user_notifications",
      APP_DB_USER: "user-management",
      APP_DB_CONNECTION_LIMIT: "5",
    });
    expect(variables(stack, "notification")).toMatchObject({
      APP_DB_NAME: "user_notifications",
      APP_DB_USER: "notification",
      APP_DB_CONNECTION_LIMIT: "2",
    });
    const prepare = variables(stack, "user-management-prepare-database");
    expect(JSON.parse(prepare.DATABASE_USERS ?? "")).toEqual([
      { name: "notification", access: "write", passwordVariable: "DB_PASSWORD_NOTIFICATION" },
      { name: "user-management", access: "write", passwordVariable: "DB_PASSWORD_USER_MANAGEMENT" },
      { name: "migrator", access: "migrate", passwordVariable: "DB_PASSWORD_MIGRATOR" },
    ]);
  });

  it.each(["local", "local-prod", "dev", "prod"])("of %s finds services by Cloud Map", (environment) => {
    const stack = synthesiseAll(environment).userNotifications;
    expect(stack.counts()).toMatchObject({ aws_service_discovery_service: 1, aws_ecs_service: 2 });
    expect(callVariables(stack, environment)).toEqual({
      NOTIFICATION_SERVICE_HOST: `notification.user-notifications-${environment}.internal`,
      NOTIFICATION_SERVICE_PORT: "8096",
      NOTIFICATION_SERVICE_PROTOCOL: "http",
    });
  });
});

describe("the service that sends mail", () => {
  const stack = by("cloud-map");
  const of = (attribute: string) => expect.stringMatching(new RegExp(`${attribute}.*arn\\}$`));

  it("is told from whom, with which configuration set and where", () => {
    expect(variables(stack, "notification")).toMatchObject({
      AWS_MAIL_SERVER_FROM_ADDRESS: "no-reply@example.test",
      MAIL_CONFIGURATION_SET: "mail-local",
      AWS_REGION: "us-east-1",
    });
    expect(variables(stack, "user-management")).not.toHaveProperty("MAIL_CONFIGURATION_SET");
  });

  it("may send from that address alone, and do nothing else in AWS", () => {
    expect(permissionsOf(stack, "user-notifications-local-notification-task")).toEqual([
      {
        Sid: "SendMail",
        Effect: "Allow",
        Action: ["ses:SendEmail"],
        Resource: [of("aws_sesv2_email_identity"), of("aws_sesv2_configuration_set")],
        Condition: { StringEquals: { "ses:FromAddress": "no-reply@example.test" } },
      },
    ]);
  });

  it("is alone in that", () => {
    expect(() => permissionsOf(stack, "user-notifications-local-user-management-task")).toThrow(/expected one policy/);
  });
});
