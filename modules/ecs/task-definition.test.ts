import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { taskDefinition } from "./ecs.fixtures";
import type { TaskDefinitionProps } from "./task-definition";

const withTaskDefinition = (props: Partial<TaskDefinitionProps> = {}) =>
  synthesise((scope) => taskDefinition(scope, props));

function container(props: Partial<TaskDefinitionProps> = {}): Record<string, unknown> {
  const definitions = JSON.parse(String(withTaskDefinition(props).resource(EcsTaskDefinition).container_definitions));
  expect(definitions).toHaveLength(1);
  return definitions[0];
}

describe("a task definition on Fargate", () => {
  it("uses awsvpc networking and Linux on x86", () => {
    expect(withTaskDefinition().resource(EcsTaskDefinition)).toMatchObject({
      family: "shop-cart",
      requires_compatibilities: ["FARGATE"],
      network_mode: "awsvpc",
      cpu: "256",
      memory: "512",
      runtime_platform: { operating_system_family: "LINUX", cpu_architecture: "X86_64" },
    });
  });

  it("maps the container port to itself", () => {
    expect(container().portMappings).toEqual([{ containerPort: 5001, hostPort: 5001, protocol: "tcp" }]);
  });
});

describe("a task definition on EC2", () => {
  it("uses bridge networking without a runtime platform", () => {
    const definition = withTaskDefinition({ launchType: "EC2" }).resource(EcsTaskDefinition);
    expect(definition).toMatchObject({ requires_compatibilities: ["EC2"], network_mode: "bridge" });
    expect(definition).not.toHaveProperty("runtime_platform");
  });

  it("maps the container port to a free port of the host, so that several tasks fit on one", () => {
    expect(container({ launchType: "EC2" }).portMappings).toEqual([
      { containerPort: 5001, hostPort: 0, protocol: "tcp" },
    ]);
  });
});

describe("every task definition", () => {
  it("leaves old revisions active when it is replaced", () => {
    expect(withTaskDefinition().resource(EcsTaskDefinition).skip_destroy).toBe(true);
  });

  it("separates the execution role from the task role", () => {
    const definition = withTaskDefinition().resource(EcsTaskDefinition);
    expect(definition.execution_role_arn).toMatch(/aws_iam_role\.ExecutionRole\.arn/);
    expect(definition.task_role_arn).toMatch(/aws_iam_role\.TaskRole\.arn/);
  });

  it("has a read-only root, an init process and a stop timeout", () => {
    expect(container()).toMatchObject({
      essential: true,
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true },
      stopTimeout: 30,
    });
  });

  it("lets ECS Exec write beside the application when asked", () => {
    expect(container({ writableRoot: true }).readonlyRootFilesystem).toBe(false);
  });

  it("logs without ever blocking the application", () => {
    expect(container().logConfiguration).toMatchObject({
      logDriver: "awslogs",
      options: {
        "awslogs-region": "eu-west-1",
        "awslogs-stream-prefix": "cart",
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    });
  });

  it("sorts environment and secrets by name, as ECS returns them", () => {
    const definition = container({
      environment: { PORT: "5001", LAUNCH_TYPE: "FARGATE" },
      secrets: { TOKEN: "arn:token", PASSWORD: "arn:password" },
    });
    expect(definition.environment).toEqual([
      { name: "LAUNCH_TYPE", value: "FARGATE" },
      { name: "PORT", value: "5001" },
    ]);
    expect(definition.secrets).toEqual([
      { name: "PASSWORD", valueFrom: "arn:password" },
      { name: "TOKEN", valueFrom: "arn:token" },
    ]);
  });

  it("runs the command of its image unless it is given another", () => {
    expect(container({ command: ["node", "other.js"] }).command).toEqual(["node", "other.js"]);
    expect(container()).not.toHaveProperty("command");
  });

  it("labels its container where labels are given, and only then", () => {
    expect(container({ labels: { "shop.owner": "carts" } }).dockerLabels).toEqual({ "shop.owner": "carts" });
    expect(container()).not.toHaveProperty("dockerLabels");
    expect(container({ labels: {} })).not.toHaveProperty("dockerLabels");
  });

  it("publishes the ARN of its revision, in the open, where it is given a parameter", () => {
    const parameter = withTaskDefinition({ revisionParameterName: "/shop/dev/cart/task-definition" }).resource(
      SsmParameter,
    );
    expect(parameter).toMatchObject({
      name: "/shop/dev/cart/task-definition",
      type: "String",
      insecure_value: expect.stringMatching(/aws_ecs_task_definition\.\w+\.arn/),
    });
  });

  it("makes no parameter otherwise", () => {
    expect(withTaskDefinition().resources(SsmParameter)).toHaveLength(0);
  });

  it("registers nothing before what it depends on is there", () => {
    const stack = synthesise((scope) => taskDefinition(scope, { dependsOn: [new SnsTopic(scope, "Earlier", {})] }));
    expect(stack.resource(EcsTaskDefinition).depends_on).toEqual(["aws_sns_topic.Earlier"]);
  });
});
