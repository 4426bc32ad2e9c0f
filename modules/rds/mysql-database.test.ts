import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { TerraformOutput } from "cdktf";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import type { MysqlDatabaseProps } from "./mysql-database";
import { database, databaseProps } from "./rds.fixtures";

const withDatabase = (changed: Partial<MysqlDatabaseProps> = {}) => synthesise((scope) => database(scope, changed));

describe("a MySQL database", () => {
  const stack = withDatabase();

  it("is one instance with all that it needs", () => {
    expect(stack.counts()).toEqual({
      aws_db_instance: 1,
      aws_db_subnet_group: 1,
      aws_db_parameter_group: 1,
      aws_cloudwatch_log_group: 2,
      aws_cloudwatch_metric_alarm: 4,
      aws_security_group: 1,
      aws_vpc_security_group_ingress_rule: 1,
      aws_vpc_security_group_egress_rule: 1,
    });
  });

  it("is private, encrypted, and grows", () => {
    expect(stack.resource(DbInstance)).toMatchObject({
      identifier: "shop-dev",
      engine: "mysql",
      engine_version: "8.4",
      auto_minor_version_upgrade: true,
      instance_class: "db.t4g.micro",
      publicly_accessible: false,
      storage_type: "gp3",
      storage_encrypted: true,
      allocated_storage: 20,
      max_allocated_storage: 100,
      multi_az: false,
      db_subnet_group_name: expect.stringMatching(/^\$\{aws_db_subnet_group\./),
      parameter_group_name: expect.stringMatching(/^\$\{aws_db_parameter_group\./),
      vpc_security_group_ids: [expect.stringMatching(/^\$\{aws_security_group\./)],
    });
    expect(stack.resource(DbSubnetGroup)).toMatchObject({ name: "shop-dev", subnet_ids: ["subnet-a", "subnet-b"] });
  });

  it("listens on RDS's port of MySQL, or on the one that it is given", () => {
    expect(stack.resource(DbInstance)).not.toHaveProperty("port");
    expect(stack.resource(VpcSecurityGroupIngressRule)).toMatchObject({ from_port: 3306, to_port: 3306 });
    expect(withDatabase({ port: 3307 }).resource(DbInstance).port).toBe(3307);
  });

  it("leaves the master user's password to RDS", () => {
    const instance = stack.resource(DbInstance);
    expect(instance).toMatchObject({ username: "admin", manage_master_user_password: true });
    for (const argument of ["password", "password_wo"]) expect(instance).not.toHaveProperty(argument);
  });

  it("backs up before its maintenance, and keeps as many days as it is told", () => {
    expect(stack.resource(DbInstance)).toMatchObject({
      backup_retention_period: 7,
      backup_window: "02:00-03:00",
      maintenance_window: "sun:03:30-sun:04:30",
      copy_tags_to_snapshot: true,
    });
  });

  it("takes connections with TLS alone, as many as it is told, and logs slow queries to files", () => {
    const group = stack.resource(DbParameterGroup);
    expect(group).toMatchObject({
      family: "mysql8.4",
      name_prefix: "shop-dev-",
      lifecycle: { create_before_destroy: true },
    });
    expect(group.parameter).toEqual([
      { name: "require_secure_transport", value: "1" },
      { name: "slow_query_log", value: "1" },
      { name: "long_query_time", value: "1" },
      { name: "log_output", value: "FILE" },
      { name: "max_connections", value: "60" },
    ]);
  });

  it("logs to groups that are there first, with an end to what they keep", () => {
    expect(stack.resources(CloudwatchLogGroup).map((group) => [group.name, group.retention_in_days])).toEqual([
      ["/aws/rds/instance/shop-dev/error", 30],
      ["/aws/rds/instance/shop-dev/slowquery", 30],
    ]);
    expect(stack.resource(DbInstance)).toMatchObject({
      enabled_cloudwatch_logs_exports: ["error", "slowquery"],
      depends_on: [
        expect.stringMatching(/^aws_cloudwatch_log_group\./),
        expect.stringMatching(/^aws_cloudwatch_log_group\./),
      ],
    });
  });

  it("has Performance Insights where its class has them", () => {
    expect(stack.resource(DbInstance).performance_insights_enabled).toBe(false);
    const large = withDatabase({ instanceClass: "db.m7g.large" }).resource(DbInstance);
    expect(large.performance_insights_enabled).toBe(true);
  });

  it("goes without a trace where nothing is to be retained", () => {
    const instance = stack.resource(DbInstance);
    expect(instance).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: true,
      delete_automated_backups: true,
    });
    expect(instance).not.toHaveProperty("final_snapshot_identifier");
  });

  it("leaves a snapshot and its backups where they are to be retained", () => {
    expect(
      withDatabase({ deletionProtection: true, retainOnDelete: true, multiAz: true }).resource(DbInstance),
    ).toMatchObject({
      deletion_protection: true,
      multi_az: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "shop-dev-final",
      delete_automated_backups: false,
    });
  });

  it("says where it is, and where the master user's secret is", () => {
    const { output } = JSON.parse(
      synthesise((scope) => {
        const { address, masterSecretArn, port } = database(scope);
        for (const [id, value] of Object.entries({ address, masterSecretArn, port })) {
          new TerraformOutput(scope, id, { value });
        }
      }).json,
    ) as { output: Record<string, { value: unknown }> };
    expect(output.address?.value).toMatch(/^\$\{aws_db_instance\.\w+\.address\}$/);
    expect(output.masterSecretArn?.value).toMatch(/^\$\{aws_db_instance\.\w+\.master_user_secret\[0\]\.secret_arn\}$/);
    expect(output.port?.value).toMatch(/^\$\{tostring\(aws_db_instance\.\w+\.port\)\}$/);
  });
});

describe("the security group of a database", () => {
  const stack = synthesise((scope) => {
    database(scope, { port: 3307 }).allowFrom({ label: "stock", securityGroupId: "sg-stock" });
  });
  const group = expect.stringMatching(/^\$\{aws_security_group\.Database_SecurityGroup_\w+\.id\}$/);
  const port = { ip_protocol: "tcp", from_port: 3307, to_port: 3307 };

  it("lets its clients in on its port, and nobody else", () => {
    expect(stack.resource(SecurityGroup)).toMatchObject({ name_prefix: "shop-dev-database-", vpc_id: "vpc-1" });
    expect(stack.resources(VpcSecurityGroupIngressRule)).toEqual([
      { ...port, security_group_id: group, referenced_security_group_id: "sg-cart", description: "from cart" },
      { ...port, security_group_id: group, referenced_security_group_id: "sg-stock", description: "from stock" },
    ]);
  });

  it("lets each client out to it, and itself nowhere", () => {
    const rules = stack.resources(VpcSecurityGroupEgressRule);
    expect(rules.map((rule) => rule.security_group_id).sort()).toEqual(["sg-cart", "sg-stock"]);
    for (const rule of rules) expect(rule).toMatchObject({ ...port, referenced_security_group_id: group });
  });
});

describe("the alarms of a database", () => {
  const GIBIBYTE = 1024 ** 3;

  it.each([
    ["shop-dev-cpu", "CPUUtilization", "GreaterThanThreshold", 80, 15],
    ["shop-dev-free-storage", "FreeStorageSpace", "LessThanThreshold", GIBIBYTE, 5],
    ["shop-dev-freeable-memory", "FreeableMemory", "LessThanThreshold", GIBIBYTE / 16, 5],
    ["shop-dev-connections", "DatabaseConnections", "GreaterThanThreshold", 48, 5],
  ])("%s rings by %s", (name, metric, comparison, threshold, minutes) => {
    const alarm = withDatabase()
      .resources(CloudwatchMetricAlarm)
      .find((one) => one.alarm_name === name);
    expect(alarm).toMatchObject({
      namespace: "AWS/RDS",
      metric_name: metric,
      dimensions: { DBInstanceIdentifier: "shop-dev" },
      statistic: "Average",
      comparison_operator: comparison,
      threshold,
      period: 60,
      evaluation_periods: minutes,
      alarm_actions: [databaseProps.alarmTopicArn],
      ok_actions: [databaseProps.alarmTopicArn],
      treat_missing_data: "missing",
    });
  });
});
