import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { Construct } from "constructs";
import { ListenerRule } from "../alb/listener-rule";
import { LoadBalancer } from "../alb/load-balancer";
import { TargetGroup } from "../alb/target-group";
import { Cluster } from "./cluster";
import type { LaunchType } from "./container-definition";
import { Ec2Capacity, type Ec2CapacityProps } from "./ec2-capacity";
import type { ServiceProps } from "./service";
import { TaskDefinition, type TaskDefinitionProps } from "./task-definition";

/** What the tests of this folder build on, each with the least that it takes. */
export const cluster = (scope: Construct) =>
  new Cluster(scope, "Cluster", { name: "shop", execLogGroupName: "/ecs/shop/exec" });

export const ec2Capacity = (scope: Construct, props: Partial<Ec2CapacityProps> = {}) =>
  new Ec2Capacity(scope, "Capacity", {
    name: "shop",
    clusterName: "shop",
    instanceTypes: ["t3.small"],
    maxInstances: 4,
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1"],
    instanceProfile: new IamInstanceProfile(scope, "Profile", { name: "shop" }),
    ...props,
  });

export const taskDefinitionProps = (scope: Construct) => ({
  family: "shop-cart",
  containerName: "cart",
  launchType: "FARGATE" as const,
  cpu: 256,
  memoryMiB: 512,
  image: "registry.example/shop/cart:1.0.0",
  containerPort: 5001,
  region: "eu-west-1",
  logGroup: new CloudwatchLogGroup(scope, "LogGroup", { name: "/ecs/shop/cart" }),
  executionRole: new IamRole(scope, "ExecutionRole", { assumeRolePolicy: "{}" }),
  taskRole: new IamRole(scope, "TaskRole", { assumeRolePolicy: "{}" }),
});

export const taskDefinition = (scope: Construct, props: Partial<TaskDefinitionProps> = {}) =>
  new TaskDefinition(scope, "TaskDefinition", { ...taskDefinitionProps(scope), ...props });

/** The definition of a task that runs once: it listens on no port. */
export function taskThatRunsOnce(scope: Construct, props: Partial<TaskDefinitionProps> = {}): TaskDefinition {
  const { containerPort: _, ...withoutPort } = taskDefinitionProps(scope);
  return new TaskDefinition(scope, "TaskDefinition", {
    ...withoutPort,
    family: "shop-cart-migrate",
    command: ["node", "database.cjs", "migrate"],
    ...props,
  });
}

export const targetGroup = (scope: Construct, targetType: "instance" | "ip" = "ip") =>
  new TargetGroup(scope, "TargetGroup", {
    namePrefix: "cart-",
    displayName: "shop-cart",
    vpcId: "vpc-1",
    targetType,
    port: 5001,
    healthCheck: { path: "/healthcheck" },
  });

/** A service's props with all that it needs: capacity, target group, and the rule that forwards to it. */
export function serviceProps(scope: Construct, launchType: LaunchType = "FARGATE"): ServiceProps {
  const shop = cluster(scope);
  const capacity = launchType === "EC2" ? ec2Capacity(scope) : undefined;
  const targets = targetGroup(scope, launchType === "EC2" ? "instance" : "ip");
  return {
    name: "cart",
    cluster: shop,
    taskDefinition: taskDefinition(scope, { launchType }),
    placement: capacity
      ? { launchType: "EC2", capacity }
      : { launchType: "FARGATE", subnetIds: ["subnet-a"], securityGroupIds: ["sg-1"] },
    desiredCount: 2,
    autoscaled: true,
    targetGroup: targets,
    dependsOn: [shop.attachCapacity(capacity), listenerRule(scope, targets)],
  };
}

function listenerRule(scope: Construct, targets: TargetGroup) {
  const { listener } = new LoadBalancer(scope, "LoadBalancer", {
    name: "shop",
    subnetIds: ["subnet-c", "subnet-d"],
    securityGroupIds: ["sg-2"],
    idleTimeoutSeconds: 60,
  });
  return new ListenerRule(scope, "Rule", { listener, priority: 100, pathPatterns: ["/cart"], targetGroup: targets })
    .rule;
}
