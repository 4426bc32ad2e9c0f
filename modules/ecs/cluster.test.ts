import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { Cluster } from "./cluster";
import { cluster, ec2Capacity } from "./ecs.fixtures";

describe("a cluster", () => {
  it("is one cluster with one log group for ECS Exec", () => {
    const stack = synthesise(cluster);
    expect(stack.counts()).toEqual({ aws_ecs_cluster: 1, aws_cloudwatch_log_group: 1 });
    expect(stack.json).toHaveResourceWithProperties(CloudwatchLogGroup, {
      name: "/ecs/shop/exec",
      retention_in_days: 30,
    });
  });

  it("has enhanced Container Insights and logged ECS Exec by default", () => {
    expect(synthesise(cluster).resource(EcsCluster)).toMatchObject({
      name: "shop",
      setting: [{ name: "containerInsights", value: "enhanced" }],
      configuration: {
        execute_command_configuration: {
          logging: "OVERRIDE",
          log_configuration: { cloud_watch_log_group_name: expect.stringContaining("aws_cloudwatch_log_group") },
        },
      },
    });
  });

  it("has the Container Insights and the retention that it is told", () => {
    const stack = synthesise(
      (scope) =>
        new Cluster(scope, "Cluster", {
          name: "shop",
          execLogGroupName: "/x",
          containerInsights: "disabled",
          logRetentionDays: 7,
        }),
    );
    expect(stack.resource(EcsCluster).setting).toEqual([{ name: "containerInsights", value: "disabled" }]);
    expect(stack.resource(CloudwatchLogGroup).retention_in_days).toBe(7);
  });

  it("takes Fargate's capacity providers alone where it has no EC2 capacity", () => {
    const stack = synthesise((scope) => cluster(scope).attachCapacity());
    expect(stack.resource(EcsClusterCapacityProviders).capacity_providers).toEqual(["FARGATE", "FARGATE_SPOT"]);
  });

  it("takes the EC2 capacity provider besides, in exactly one association", () => {
    const stack = synthesise((scope) => cluster(scope).attachCapacity(ec2Capacity(scope)));
    expect(stack.resource(EcsClusterCapacityProviders).capacity_providers).toEqual([
      "FARGATE",
      "FARGATE_SPOT",
      expect.stringMatching(/^\$\{aws_ecs_capacity_provider\./),
    ]);
  });
});
