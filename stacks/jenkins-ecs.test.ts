import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { describe, expect, it } from "vitest";
import { LOAD_BALANCER_IDLE_TIMEOUT_SECONDS } from "../config/limits";
import type { Block } from "../modules/testing/synth";
import { type AllStacks, allStacks, synthesiseAll } from "./stacks.fixtures";

const local = allStacks("local");
const stack = local.jenkinsEcs;

const named = (blocks: Block[], name: string): Block => {
  const [block] = blocks.filter((candidate) => candidate.name === name || candidate.family === name);
  if (!block) throw new Error(`there is no ${name}`);
  return block;
};
const container = (stacks: AllStacks, family: string) =>
  JSON.parse(String(named(stacks.jenkinsEcs.resources(EcsTaskDefinition), family).container_definitions))[0];
const environmentOf = (stacks: AllStacks, family: string): Record<string, string> =>
  Object.fromEntries(container(stacks, family).environment.map(({ name, value }: Block) => [name, value]));

describe("the jenkins-ecs stack", () => {
  it("is made of exactly these resources", () => {
    expect(stack.counts()).toEqual({
      aws_appautoscaling_policy: 4,
      aws_appautoscaling_target: 2,
      aws_autoscaling_group: 1,
      aws_cloudwatch_dashboard: 1,
      aws_cloudwatch_event_rule: 1,
      aws_cloudwatch_event_target: 1,
      aws_cloudwatch_log_group: 3,
      aws_cloudwatch_metric_alarm: 13,
      aws_ecs_capacity_provider: 1,
      aws_ecs_cluster: 1,
      aws_ecs_cluster_capacity_providers: 1,
      aws_ecs_service: 2,
      aws_ecs_task_definition: 2,
      aws_iam_instance_profile: 1,
      aws_iam_role: 5,
      aws_iam_role_policy: 3,
      aws_kms_key: 1,
      aws_launch_template: 1,
      aws_lb: 1,
      aws_lb_listener: 1,
      aws_lb_listener_rule: 2,
      aws_lb_target_group: 2,
      aws_route53_record: 2,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_security_group: 3,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_ssm_parameter: 2,
      aws_vpc_security_group_egress_rule: 4,
      aws_vpc_security_group_ingress_rule: 3,
    });
  });

  it("runs service-a on EC2 behind an instance target group", () => {
    const service = named(stack.resources(EcsService), "service-a");
    expect(service.capacity_provider_strategy).toMatchObject([
      { capacity_provider: expect.stringMatching(/^\$\{aws_ecs_capacity_provider\./) },
    ]);
    expect(container(local, "jenkins-ecs-local-service-a").portMappings).toEqual([
      { containerPort: 5000, hostPort: 0, protocol: "tcp" },
    ]);
    expect(stack.json).toHaveResourceWithProperties(LbTargetGroup, {
      name_prefix: "sa-",
      target_type: "instance",
      port: 5000,
    });
  });

  it("runs service-b on Fargate behind an ip target group", () => {
    const service = named(stack.resources(EcsService), "service-b");
    expect(service.capacity_provider_strategy).toMatchObject([{ capacity_provider: "FARGATE" }]);
    expect(container(local, "jenkins-ecs-local-service-b").portMappings).toEqual([
      { containerPort: 5001, hostPort: 5001, protocol: "tcp" },
    ]);
    expect(stack.json).toHaveResourceWithProperties(LbTargetGroup, {
      name_prefix: "sb-",
      target_type: "ip",
      port: 5001,
    });
  });

  it("routes each path and what is below it, by priority", () => {
    const rules = stack.resources(LbListenerRule).map(({ priority, condition }) => ({ priority, condition }));
    expect(rules).toEqual([
      {
        priority: 100,
        condition: [{ path_pattern: { values: ["/medical", "/medical/*", "/security", "/security/*"] } }],
      },
      {
        priority: 200,
        condition: [{ path_pattern: { values: ["/finance", "/finance/*", "/payment", "/payment/*"] } }],
      },
    ]);
  });

  it("creates each service after its own rule, the capacity providers and its role's policy", () => {
    for (const name of ["service-a", "service-b"]) {
      expect(named(stack.resources(EcsService), name).depends_on).toEqual([
        expect.stringMatching(/^aws_ecs_cluster_capacity_providers\./),
        expect.stringMatching(new RegExp(`^aws_lb_listener_rule\\.${name}_`)),
        expect.stringMatching(new RegExp(`^aws_iam_role_policy\\.${name}_`)),
      ]);
    }
  });

  it("leaves the running revision to the pipeline and the count to autoscaling", () => {
    for (const service of stack.resources(EcsService)) {
      expect(service.lifecycle).toEqual({ ignore_changes: ["task_definition", "desired_count"] });
    }
    expect(stack.resources(AppautoscalingTarget)).toMatchObject([
      { resource_id: "service/jenkins-ecs-local/service-a", min_capacity: 1, max_capacity: 2 },
      { resource_id: "service/jenkins-ecs-local/service-b", min_capacity: 1, max_capacity: 2 },
    ]);
  });

  it("publishes the revision that releases render from", () => {
    expect(stack.resources(SsmParameter).map((parameter) => parameter.name)).toEqual([
      "/jenkins-ecs/local/service-a/task-definition",
      "/jenkins-ecs/local/service-b/task-definition",
    ]);
  });

  it("gives tasks what service.json says and what follows from where they run", () => {
    expect(environmentOf(local, "jenkins-ecs-local-service-a")).toEqual({
      ENVIRONMENT: "local",
      LAUNCH_TYPE: "EC2",
      LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: "60",
      MEDICAL_SERVICE: "Medical",
      NODE_ENV: "production",
      PORT: "5000",
      SECURITY_SERVICE: "Security",
      SERVICE_NAME: "service-a",
      STOP_TIMEOUT_SECONDS: "30",
    });
  });

  it("names on the container which variables are service.json's, for releases that take them away", () => {
    expect(container(local, "jenkins-ecs-local-service-a").dockerLabels).toEqual({
      "express-on-ecs.environment": "MEDICAL_SERVICE,SECURITY_SERVICE",
    });
  });

  it("tells the load balancer and the application the same idle timeout", () => {
    expect(stack.resource(Lb).idle_timeout).toBe(LOAD_BALANCER_IDLE_TIMEOUT_SECONDS);
    for (const family of ["jenkins-ecs-local-service-a", "jenkins-ecs-local-service-b"]) {
      expect(environmentOf(local, family).LOAD_BALANCER_IDLE_TIMEOUT_SECONDS).toBe(
        String(LOAD_BALANCER_IDLE_TIMEOUT_SECONDS),
      );
    }
  });

  it("opens nothing to the world but the listener", () => {
    const open = stack.resources(VpcSecurityGroupIngressRule).filter((rule) => rule.cidr_ipv4 !== undefined);
    expect(open).toMatchObject([{ cidr_ipv4: "0.0.0.0/0", from_port: 80, to_port: 80 }]);
    const others = stack.resources(VpcSecurityGroupIngressRule).filter((rule) => rule.cidr_ipv4 === undefined);
    expect(others.map((rule) => [rule.from_port, rule.to_port])).toEqual(
      expect.arrayContaining([
        [32768, 65535],
        [5001, 5001],
      ]),
    );
    for (const rule of others) expect(rule.referenced_security_group_id).toMatch(/LoadBalancerSecurityGroup/);
  });

  it("allows a whole account nothing: every statement on all resources knows no resource", () => {
    const wide = stack
      .resources(IamRolePolicy)
      .flatMap((policy) => JSON.parse(String(policy.policy)).Statement)
      .filter((statement: { Resource: unknown }) => statement.Resource === "*")
      .flatMap((statement: { Action: string[] }) => statement.Action);
    expect(new Set(wide)).toEqual(new Set(["ecr:GetAuthorizationToken", "ecs:DiscoverPollEndpoint"]));
  });

  it("names the load balancer in DNS by alias records", () => {
    const records = stack.resources(Route53Record);
    expect(records.map(({ type }) => type).sort()).toEqual(["A", "AAAA"]);
    for (const record of records) {
      expect(record).toMatchObject({ name: "app.example.test", alias: { evaluate_target_health: true } });
    }
  });

  it("puts out the URL, the cluster and the services", () => {
    const { output } = JSON.parse(stack.json) as { output: Record<string, { value: unknown }> };
    expect(output).toMatchObject({
      url: { value: "http://app.example.test" },
      cluster: { value: "jenkins-ecs-local" },
      services: { value: ["service-a", "service-b"] },
    });
  });

  it("refuses to create services before their first image is pushed, and says how to push it", () => {
    const { data } = JSON.parse(stack.json) as { data: { aws_ecr_image: Record<string, Block> } };
    const messages = Object.values(data.aws_ecr_image).map(
      (image) => (image.lifecycle as { precondition: { error_message: string }[] }).precondition[0]?.error_message,
    );
    expect(messages).toEqual([
      "repository jenkins-ecs-local/service-a is empty, so the tasks of service-a could not start. Push the first image: npm run first-image -- --env local service-a",
      "repository jenkins-ecs-local/service-b is empty, so the tasks of service-b could not start. Push the first image: npm run first-image -- --env local service-b",
    ]);
    for (const definition of stack.resources(EcsTaskDefinition)) {
      expect(definition.depends_on).toEqual([expect.stringMatching(/^data\.aws_ecr_image\./)]);
    }
  });
});

describe("the jenkins-ecs stack without a service on EC2", () => {
  it("has no instances, no autoscaling group and no instance role", () => {
    const { jenkinsEcs } = synthesiseAll("local", {
      service: (service) => ({ ...service, launchType: "FARGATE" }),
    });
    expect(jenkinsEcs.resources(AutoscalingGroup)).toHaveLength(0);
    expect(jenkinsEcs.counts()).not.toHaveProperty("aws_launch_template");
    expect(jenkinsEcs.counts()).not.toHaveProperty("aws_iam_instance_profile");
  });
});

describe("the jenkins-ecs stack in production", () => {
  const { jenkinsEcs } = allStacks("prod");

  it("serves HTTPS and redirects HTTP to it", () => {
    expect(
      jenkinsEcs
        .resources(LbListener)
        .map((listener) => listener.protocol)
        .sort(),
    ).toEqual(["HTTP", "HTTPS"]);
    expect(jenkinsEcs.counts()).toMatchObject({ aws_acm_certificate: 1, aws_acm_certificate_validation: 1 });
  });

  it("protects what people would miss from deletion", () => {
    expect(jenkinsEcs.resource(Lb).enable_deletion_protection).toBe(true);
    expect(jenkinsEcs.resource(AutoscalingGroup).force_delete).toBe(false);
  });

  it("runs the replicas of the environment instead of the service's own", () => {
    expect(named(jenkinsEcs.resources(EcsService), "service-a").desired_count).toBe(3);
    expect(jenkinsEcs.resources(AppautoscalingTarget)).toMatchObject([
      { min_capacity: 2, max_capacity: 6 },
      { min_capacity: 2, max_capacity: 6 },
    ]);
  });
});
