import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { serviceProps, taskThatRunsOnce } from "./ecs.fixtures";
import { Service, type ServiceProps } from "./service";

const withService = (props: Partial<ServiceProps> = {}, launchType: "EC2" | "FARGATE" = "FARGATE") =>
  synthesise((scope) => {
    new Service(scope, "Service", {
      ...serviceProps(scope, launchType),
      deploymentController: "CODE_DEPLOY",
      ...props,
    });
  }).resource(EcsService);

describe("a service that CodeDeploy deploys", () => {
  it("says so, without what is of ECS's own deployments", () => {
    const service = withService();
    expect(service.deployment_controller).toEqual({ type: "CODE_DEPLOY" });
    for (const argument of [
      "deployment_circuit_breaker",
      "deployment_minimum_healthy_percent",
      "deployment_maximum_percent",
      "force_new_deployment",
    ]) {
      expect(service).not.toHaveProperty(argument);
    }
  });

  it("leaves its task definition, its target group and the scaled count to others", () => {
    expect(withService().lifecycle).toEqual({ ignore_changes: ["task_definition", "load_balancer", "desired_count"] });
  });

  it("keeps a fixed count for Terraform", () => {
    expect(withService({ autoscaled: false }).lifecycle).toEqual({
      ignore_changes: ["task_definition", "load_balancer"],
    });
  });

  it("runs where any other service does", () => {
    expect(withService().capacity_provider_strategy).toEqual([{ capacity_provider: "FARGATE", base: 0, weight: 1 }]);
    expect(withService({}, "EC2").capacity_provider_strategy).toEqual([
      { capacity_provider: expect.stringMatching(/^\$\{aws_ecs_capacity_provider\./), base: 0, weight: 1 },
    ]);
  });

  it("is one that asks for it: without a controller ECS deploys", () => {
    const stack = synthesise((scope) => new Service(scope, "Service", serviceProps(scope)));
    expect(stack.resource(EcsService)).not.toHaveProperty("deployment_controller");
  });

  it("refuses that Terraform rolls out task definitions", () => {
    expect(
      refusalOf((scope) => {
        const props = serviceProps(scope);
        new Service(scope, "Service", {
          ...props,
          deploymentController: "CODE_DEPLOY",
          taskDefinitionOwner: "terraform",
        });
      }),
    ).toBe(
      'test/Service: "taskDefinitionOwner" is "terraform" with the deployment controller CODE_DEPLOY; allowed: "pipeline", for ECS takes another task definition from CodeDeploy alone',
    );
  });
});

describe("a task that runs once", () => {
  const container = () => {
    const stack = synthesise((scope) => taskThatRunsOnce(scope));
    return JSON.parse(String(stack.resource(EcsTaskDefinition).container_definitions))[0];
  };

  it("runs its command word by word and listens on no port", () => {
    expect(container()).toMatchObject({ command: ["node", "database.cjs", "migrate"], portMappings: [] });
  });

  it("refuses a command without a word", () => {
    expect(refusalOf((scope) => taskThatRunsOnce(scope, { command: [] }))).toBe(
      'test/TaskDefinition: "command" has 0 members; allowed: one word or more, or no command for that of the image',
    );
  });

  it("is refused as the task of a service behind a load balancer", () => {
    expect(
      refusalOf((scope) => {
        const task = taskThatRunsOnce(new Construct(scope, "Once"));
        new Service(scope, "Service", { ...serviceProps(scope), taskDefinition: task });
      }),
    ).toBe('test/Service: "taskDefinition" has no container port; allowed: one whose container listens');
  });
});
