import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { serviceProps } from "./ecs.fixtures";
import { Service, type ServiceProps } from "./service";

function withService(props: Partial<ServiceProps> = {}, launchType: "EC2" | "FARGATE" = "FARGATE") {
  return synthesise((scope) => {
    new Service(scope, "Service", { ...serviceProps(scope, launchType), ...props });
  }).resource(EcsService);
}
const ignored = (props: Partial<ServiceProps>) => withService(props).lifecycle;

describe("a service on Fargate", () => {
  it("names a capacity provider strategy, never a launch type", () => {
    const service = withService();
    expect(service.capacity_provider_strategy).toEqual([{ capacity_provider: "FARGATE", base: 0, weight: 1 }]);
    expect(service).not.toHaveProperty("launch_type");
  });

  it("runs in private subnets without a public address", () => {
    expect(withService().network_configuration).toEqual({
      subnets: ["subnet-a"],
      security_groups: ["sg-1"],
      assign_public_ip: false,
    });
    expect(withService()).not.toHaveProperty("ordered_placement_strategy");
  });
});

describe("a service on EC2", () => {
  it("names the cluster's own capacity provider, never a launch type", () => {
    const service = withService({}, "EC2");
    expect(service.capacity_provider_strategy).toEqual([
      { capacity_provider: expect.stringMatching(/^\$\{aws_ecs_capacity_provider\./), base: 0, weight: 1 },
    ]);
    expect(service).not.toHaveProperty("launch_type");
  });

  it("spreads over zones first and fills instances second, on the bridge network", () => {
    const service = withService({}, "EC2");
    expect(service.ordered_placement_strategy).toEqual([
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "binpack", field: "memory" },
    ]);
    expect(service).not.toHaveProperty("network_configuration");
  });
});

describe.each(["EC2", "FARGATE"] as const)("every service, here on %s,", (launchType) => {
  it("rolls back a failed deployment and never runs fewer tasks than desired", () => {
    expect(withService({}, launchType)).toMatchObject({
      desired_count: 2,
      deployment_circuit_breaker: { enable: true, rollback: true },
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      health_check_grace_period_seconds: 60,
      force_new_deployment: true,
      propagate_tags: "SERVICE",
      enable_execute_command: false,
    });
  });

  it("registers its container and port with its target group", () => {
    expect(withService({}, launchType).load_balancer).toEqual([
      {
        container_name: "cart",
        container_port: 5001,
        target_group_arn: expect.stringMatching(/^\$\{aws_lb_target_group\./),
      },
    ]);
  });

  it("comes after what it needs and goes before it", () => {
    expect(withService({}, launchType).depends_on).toEqual([
      expect.stringMatching(/^aws_ecs_cluster_capacity_providers\./),
      expect.stringMatching(/^aws_lb_listener_rule\./),
    ]);
  });
});

describe("what Terraform ignores of a service", () => {
  it("is the task definition and the count, where a pipeline releases and autoscaling scales", () => {
    expect(ignored({})).toEqual({ ignore_changes: ["task_definition", "desired_count"] });
  });

  it("is the task definition alone, where nothing scales", () => {
    expect(ignored({ autoscaled: false })).toEqual({ ignore_changes: ["task_definition"] });
  });

  it("is the count alone, where Terraform owns the task definition", () => {
    expect(ignored({ taskDefinitionOwner: "terraform" })).toEqual({ ignore_changes: ["desired_count"] });
  });

  it("is nothing, where Terraform owns both", () => {
    expect(ignored({ taskDefinitionOwner: "terraform", autoscaled: false })).toEqual({ ignore_changes: [] });
  });

  it("does not change the address of the service, so that a change of owner replaces nothing", () => {
    const address = (taskDefinitionOwner: "pipeline" | "terraform") => {
      const stack = synthesise(
        (scope) => new Service(scope, "Service", { ...serviceProps(scope), taskDefinitionOwner }),
      );
      return Object.keys(
        (JSON.parse(stack.json) as { resource: Record<string, object> }).resource.aws_ecs_service ?? {},
      );
    };
    expect(address("pipeline")).toHaveLength(1);
    expect(address("pipeline")).toEqual(address("terraform"));
  });
});
