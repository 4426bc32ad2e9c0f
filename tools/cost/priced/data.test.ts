import { describe, expect, it } from "vitest";
import { at, costOf, fargateService, linesOf, ref, together } from "../cost.fixtures";

const database = (members: object) => ({
  aws_db_instance: {
    db: { engine: "mysql", instance_class: "db.t4g.small", storage_type: "gp3", allocated_storage: 20, ...members },
  },
});

describe("a database", () => {
  it("costs its hours and its storage, which has grown at full scale, and the secret that RDS keeps", () => {
    const members = { max_allocated_storage: 200, manage_master_user_password: true };
    expect(linesOf(costOf(database(members)))).toEqual([
      "-: database db.t4g.small: 1 × 730 × 0.032",
      "-: secret of the master user: 0.4",
      "-: storage of the database: 1 × 20 × 0.115 | 1 × 200 × 0.115",
    ]);
  });

  it("costs twice with a standby", () => {
    expect(linesOf(costOf(database({ multi_az: true })))).toEqual([
      "-: database db.t4g.small with a standby: 2 × 730 × 0.032",
      "-: storage of the database with a standby: 2 × 20 × 0.115",
    ]);
  });

  it.each([
    ["class", { instance_class: "db.x9.huge" }, "databases of class db.x9.huge (databaseHour)"],
    ["engine", { engine: "postgres" }, "databases of engine postgres"],
    ["storage", { storage_type: "io2" }, "databases with storage io2"],
  ])("of a %s without a price is listed", (_, members, detail) => {
    expect(costOf(database(members))).toEqual({
      charges: [],
      unknown: [{ type: "aws_db_instance", detail, count: 1 }],
    });
  });
});

describe("a log group", () => {
  const group = (name: string, path: string, members: object = {}) => ({
    aws_cloudwatch_log_group: { group: { ...at(path), name, retention_in_days: 365, ...members } },
  });
  const logs = (resources: ReturnType<typeof group>) => linesOf(costOf(together(fargateService("web", 0), resources)));

  it("of a service costs what its tasks log, and what is kept of it", () => {
    expect(logs(group("/ecs/shop-test/web", "web/LogGroup"))).toEqual([
      "web: logs of tasks, kept: 1 × 365 / 30 × 0.15 × 0.03",
      "web: logs of tasks, written: 1 × 0.5",
    ]);
  });

  it("of the VPC's traffic grows with the services", () => {
    const flowLogs = { aws_flow_log: { flow: { log_destination: ref("aws_cloudwatch_log_group.group.arn") } } };
    const resources = together(group("/vpc/shop-test/flow-logs", "FlowLogs/LogGroup"), flowLogs);
    expect(linesOf(costOf(together(fargateService("web", 0), fargateService("other", 0), resources)))).toEqual([
      "-: flow logs, kept: 2 × 0.5 × 365 / 30 × 0.15 × 0.03",
      "-: flow logs, written: 2 × 0.5 × 0.5",
    ]);
  });

  it("of anything else costs what is assumed of such groups", () => {
    expect(logs(group("/codebuild/shop-test-web", "web/Build/LogGroup"))).toEqual([
      "web: other logs, kept: 0.1 × 365 / 30 × 0.15 × 0.03",
      "web: other logs, written: 0.1 × 0.5",
    ]);
  });
});

describe("what holds data", () => {
  it("costs by what is in it", () => {
    const resources = {
      aws_ecr_repository: { web: {} },
      aws_s3_bucket: { artifacts: at("Artifacts/Bucket/Resource") },
      aws_secretsmanager_secret: { one: at("One/Resource"), two: at("Two/Resource") },
      aws_kms_key: { key: {} },
    };
    expect(linesOf(costOf(resources))).toEqual([
      "-: KMS key: 1",
      "-: bucket: 1 × 0.023",
      "-: images: 0.66 × 0.1",
      "-: secret: 2 × 0.4",
    ]);
  });

  it("is a bucket of access logs, for as long as its lifecycle keeps them", () => {
    const resources = together(
      fargateService("web", 0, { load_balancer: [{ target_group_arn: ref("aws_lb_target_group.web.arn") }] }),
      {
        aws_lb: { front: { internal: true, access_logs: { bucket: ref("aws_s3_bucket.logs.bucket") } } },
        aws_lb_listener: {
          http: {
            load_balancer_arn: ref("aws_lb.front.arn"),
            default_action: [{ target_group_arn: ref("aws_lb_target_group.web.arn") }],
          },
        },
        aws_lb_target_group: { web: {} },
        aws_s3_bucket: { logs: at("AccessLogs/Bucket/Resource") },
        aws_s3_bucket_lifecycle_configuration: {
          logs: { bucket: ref("aws_s3_bucket.logs.id"), rule: [{ expiration: [{ days: 90 }] }] },
        },
      },
    );
    expect(linesOf(costOf(resources, { requestsMillions: 100 }))).toContain(
      "-: access logs: 1 × 100 × 0.1 × 90 / 30 × 0.023",
    );
  });
});

describe("mails and users", () => {
  it("cost by the thousand, and beyond the first 10,000", () => {
    const resources = { aws_sesv2_email_identity: { mail: {} }, aws_cognito_user_pool: { users: {} } };
    expect(linesOf(costOf(resources))).toEqual(["-: mails: 10 × 0.1"]);
    expect(linesOf(costOf(resources, { users: 12_000, mails: 500 }))).toEqual([
      "-: mails: 0.5 × 0.1",
      "-: users beyond 10,000: 2000 × 0.015",
    ]);
  });
});
