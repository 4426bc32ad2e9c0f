import { EcsService, type EcsServiceConfig } from "@cdktf/provider-aws/lib/ecs-service";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { TargetGroup } from "../alb/target-group";
import type { Cluster } from "./cluster";
import type { Ec2Capacity } from "./ec2-capacity";
import type { TaskDefinition } from "./task-definition";

/** Who changes which task definition the service runs. */
export type TaskDefinitionOwner = "pipeline" | "terraform";

/** Where tasks run: on the instances of an EC2 capacity provider, or on Fargate in subnets of their own. */
export type Placement =
  | { readonly launchType: "EC2"; readonly capacity: Ec2Capacity }
  | { readonly launchType: "FARGATE"; readonly subnetIds: string[]; readonly securityGroupIds: string[] };

export interface ServiceProps {
  readonly name: string;
  readonly cluster: Cluster;
  readonly taskDefinition: TaskDefinition;
  readonly placement: Placement;
  /** Tasks at creation, and from then on where nothing scales the service. */
  readonly desiredCount: number;
  /** Whether the number of tasks belongs to autoscaling; Terraform then ignores it. */
  readonly autoscaled: boolean;
  readonly targetGroup: TargetGroup;
  /**
   * With `pipeline` a release changes the running revision and Terraform ignores it; with `terraform` an apply rolls
   * its own revision out. Changing the owner changes one list of the same resource: nothing is replaced.
   * @default "pipeline"
   */
  readonly taskDefinitionOwner?: TaskDefinitionOwner;
  /** Seconds in which a new task's failing health checks do not count. @default 60 */
  readonly healthCheckGracePeriodSeconds?: number;
  /** Lets a person open a shell in a task with `aws ecs execute-command`. @default false */
  readonly enableExecuteCommand?: boolean;
  /**
   * What has to exist before the service and outlive it: its listener rules ("The target group does not have an
   * associated load balancer"), the cluster's capacity providers, the policies of its roles (a service whose policy
   * goes first stays DRAINING, terraform-provider-aws#3414).
   */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * A service behind a load balancer, on EC2 or on Fargate. A deployment that fails is rolled back by ECS's circuit
 * breaker; while one rolls, all desired tasks stay up and twice as many may run.
 *
 * Always a capacity provider strategy, never a launch type: changing from one to the other later replaces the
 * service, which is an outage (terraform-provider-aws#22823).
 * Source: ECS Developer Guide, "Amazon ECS services".
 */
export class Service extends Construct {
  readonly service: EcsService;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const { taskDefinition } = props;
    this.service = new EcsService(this, "Resource", {
      name: props.name,
      cluster: props.cluster.cluster.arn,
      taskDefinition: taskDefinition.taskDefinition.arn,
      desiredCount: props.desiredCount,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriodSeconds: props.healthCheckGracePeriodSeconds ?? 60,
      enableExecuteCommand: props.enableExecuteCommand ?? false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // Without it a change of the strategy replaces the service instead of updating it.
      forceNewDeployment: true,
      loadBalancer: [
        {
          targetGroupArn: props.targetGroup.targetGroup.arn,
          containerName: taskDefinition.containerName,
          containerPort: taskDefinition.containerPort,
        },
      ],
      ...placement(props.placement),
      dependsOn: props.dependsOn,
      lifecycle: { ignoreChanges: ignoredChanges(props) },
    });
  }
}

function placement(where: Placement): Partial<EcsServiceConfig> {
  if (where.launchType === "EC2") {
    return {
      capacityProviderStrategy: [{ capacityProvider: where.capacity.capacityProvider.name, base: 0, weight: 1 }],
      orderedPlacementStrategy: [
        // First apart, so that losing a zone leaves tasks; then close, so that idle instances can go.
        { type: "spread", field: "attribute:ecs.availability-zone" },
        { type: "binpack", field: "memory" },
      ],
    };
  }
  return {
    capacityProviderStrategy: [{ capacityProvider: "FARGATE", base: 0, weight: 1 }],
    networkConfiguration: {
      subnets: where.subnetIds,
      securityGroups: where.securityGroupIds,
      assignPublicIp: false,
    },
  };
}

/** What someone else than Terraform changes at run time. HCL cannot compute this list; hence its two-copies modules. */
function ignoredChanges(props: ServiceProps): string[] {
  return [
    ...((props.taskDefinitionOwner ?? "pipeline") === "pipeline" ? ["task_definition"] : []),
    ...(props.autoscaled ? ["desired_count"] : []),
  ];
}
