import {
  EcsService,
  type EcsServiceConfig,
  type EcsServiceLoadBalancer,
  type EcsServiceNetworkConfiguration,
} from "@cdktf/provider-aws/lib/ecs-service";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { TargetGroup } from "../alb/target-group";
import { ECS_NAME } from "../aws/forms";
import { HEALTH_CHECK_GRACE_PERIOD_SECONDS, REPLICAS, SERVICE_SECURITY_GROUPS, SERVICE_SUBNETS } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { Cluster } from "./cluster";
import { checkDiscovery, type DiscoveryProps, discovery } from "./discovery";
import type { Ec2Capacity } from "./ec2-capacity";
import type { TaskDefinition } from "./task-definition";

/** Who changes which task definition the service runs. */
export type TaskDefinitionOwner = "pipeline" | "terraform";

/** Who replaces tasks by those of a new revision: ECS, tasks by tasks, or CodeDeploy, a whole task set at once. */
export type DeploymentController = "ECS" | "CODE_DEPLOY";

/** Where tasks run: on the instances of an EC2 capacity provider, or on Fargate in subnets of their own. */
export type Placement =
  | { readonly launchType: "EC2"; readonly capacity: Ec2Capacity }
  | { readonly launchType: "FARGATE"; readonly subnetIds: string[]; readonly securityGroupIds: string[] };

export interface ServiceProps extends DiscoveryProps {
  /** 1 to 255 letters, digits, hyphens and underscores; unique in the cluster. */
  readonly name: string;
  /** The cluster that runs it. */
  readonly cluster: Cluster;
  /** What its tasks are, as Terraform makes it: the revision that it is created with. */
  readonly taskDefinition: TaskDefinition;
  /** Where its tasks run: on the cluster's instances, or on Fargate in these subnets. */
  readonly placement: Placement;
  /** Tasks at creation, and from then on where nothing scales the service; 0 to 5000. */
  readonly desiredCount: number;
  /** Whether the number of tasks belongs to autoscaling; Terraform then ignores it. */
  readonly autoscaled: boolean;
  /** Where its tasks are registered. */
  readonly targetGroup: TargetGroup;
  /**
   * With `pipeline` a release changes the running revision and Terraform ignores it; with `terraform` an apply rolls
   * its own revision out. Changing the owner changes one list of the same resource: nothing is replaced.
   * @default "pipeline"
   */
  readonly taskDefinitionOwner?: TaskDefinitionOwner;
  /**
   * With `CODE_DEPLOY` a deployment group replaces tasks, blue/green, and Terraform ignores the task definition and the
   * target group that it leaves behind: ECS refuses any change of them ("use the AWS CodeDeploy API"). A change of the
   * controller replaces the service.
   * @default "ECS"
   */
  readonly deploymentController?: DeploymentController;
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

/** The services of each cluster, by name. */
const servicesOf = new WeakMap<Cluster, Map<string, Service>>();

/**
 * A service behind a load balancer, on EC2 or on Fargate. A deployment that fails is rolled back by ECS's circuit
 * breaker; while one rolls, all desired tasks stay up and twice as many may run. With CodeDeploy as its controller, see
 * `DeploymentGroup`.
 *
 * Always a capacity provider strategy, never a launch type: changing from one to the other later replaces the
 * service, which is an outage (terraform-provider-aws#22823).
 * Source: ECS Developer Guide, "Amazon ECS services".
 */
export class Service extends Construct {
  readonly service: EcsService;
  readonly name: string;
  readonly cluster: Cluster;
  readonly placement: Placement;
  readonly taskDefinition: TaskDefinition;
  readonly deploymentController: DeploymentController;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    this.checkProps(props);
    this.checkNeeds(props);
    const { taskDefinition } = props;
    this.name = props.name;
    this.cluster = props.cluster;
    this.placement = props.placement;
    this.taskDefinition = taskDefinition;
    this.deploymentController = props.deploymentController ?? "ECS";
    this.service = new EcsService(this, "Resource", {
      name: props.name,
      cluster: props.cluster.cluster.arn,
      taskDefinition: taskDefinition.taskDefinition.arn,
      desiredCount: props.desiredCount,
      ...deployments(this.deploymentController),
      healthCheckGracePeriodSeconds: props.healthCheckGracePeriodSeconds ?? 60,
      enableExecuteCommand: props.enableExecuteCommand ?? false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      loadBalancer: [this.registration(props)],
      ...tasksPlacement(props.placement),
      ...discovery(props, taskDefinition),
      dependsOn: props.dependsOn,
      lifecycle: { ignoreChanges: ignoredChanges(props) },
    });
  }

  /** Where each task is registered, and with which of its ports. */
  private registration({ targetGroup, taskDefinition }: ServiceProps): EcsServiceLoadBalancer {
    const { containerName, containerPort } = taskDefinition;
    if (containerPort === undefined) {
      throw new PropCheck(this).error("taskDefinition", "has no container port", "one whose container listens");
    }
    return { targetGroupArn: targetGroup.targetGroup.arn, containerName, containerPort };
  }

  private checkProps(props: ServiceProps): void {
    const check = new PropCheck(this);
    const { launchType } = props.placement;
    check.text("name", props.name, ECS_NAME);
    check.wholeNumber("desiredCount", props.desiredCount, REPLICAS);
    check.wholeNumber(
      "healthCheckGracePeriodSeconds",
      props.healthCheckGracePeriodSeconds,
      HEALTH_CHECK_GRACE_PERIOD_SECONDS,
    );
    if (props.taskDefinition.launchType !== launchType) {
      throw check.error(
        "placement.launchType",
        `is ${launchType}`,
        `that of the task definition, ${props.taskDefinition.launchType}`,
      );
    }
    if (props.targetGroup.targetType !== TARGET_TYPES[launchType]) {
      throw check.error(
        "targetGroup",
        `has the target type ${props.targetGroup.targetType}`,
        `${TARGET_TYPES[launchType]} for tasks on ${launchType}`,
      );
    }
    if (props.deploymentController === "CODE_DEPLOY" && props.taskDefinitionOwner === "terraform") {
      throw check.error(
        "taskDefinitionOwner",
        'is "terraform" with the deployment controller CODE_DEPLOY',
        '"pipeline", for ECS takes another task definition from CodeDeploy alone',
      );
    }
    checkDiscovery(check, props, props.taskDefinition, props.deploymentController === "CODE_DEPLOY");
    if (props.placement.launchType === "EC2") return;
    const { subnetIds, securityGroupIds } = props.placement;
    check.atLeast("placement.subnetIds", subnetIds, SERVICE_SUBNETS.min, "one subnet or more");
    check.atMost("placement.subnetIds", subnetIds, SERVICE_SUBNETS.max);
    check.atMost("placement.securityGroupIds", securityGroupIds, SERVICE_SECURITY_GROUPS.max);
  }

  /** What ECS asks for when it creates the service has to be there by then. */
  private checkNeeds({ cluster, name, placement, dependsOn }: ServiceProps): void {
    const check = new PropCheck(this);
    if (placement.launchType === "EC2" && cluster.ec2Capacity !== placement.capacity) {
      throw check.error(
        "placement.capacity",
        "is not attached to the cluster",
        "the capacity that cluster.attachCapacity was given",
      );
    }
    if (!cluster.capacityProviders || !dependsOn.includes(cluster.capacityProviders)) {
      throw check.error(
        "dependsOn",
        "lacks the cluster's capacity providers",
        "what cluster.attachCapacity returned, and more",
      );
    }
    if (!dependsOn.some((need) => need instanceof LbListenerRule || need instanceof LbListener)) {
      throw check.error("dependsOn", "has no listener rule", "the rules that forward to the target group, and more");
    }
    const services = servicesOf.get(cluster) ?? new Map<string, Service>();
    const namesake = services.get(name);
    if (namesake) {
      throw check.error(
        "name",
        `is ${JSON.stringify(name)}, as that of ${namesake.node.path}`,
        "a name that no other service of the cluster has",
      );
    }
    servicesOf.set(cluster, services.set(name, this));
  }
}

/** The arguments of a service that say where its tasks run. */
export type TasksPlacement = Pick<EcsServiceConfig, "capacityProviderStrategy" | "orderedPlacementStrategy"> & {
  readonly networkConfiguration?: EcsServiceNetworkConfiguration;
};

/** What a target group registers for tasks of a launch type: an instance's port, or a task's own address. */
const TARGET_TYPES = { EC2: "instance", FARGATE: "ip" } as const;

/** The arguments of the one who replaces tasks. */
function deployments(controller: DeploymentController): Partial<EcsServiceConfig> {
  if (controller === "CODE_DEPLOY") return { deploymentController: { type: "CODE_DEPLOY" } };
  return {
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    // Without it a change of the strategy replaces the service instead of updating it.
    forceNewDeployment: true,
  };
}

/** Where the tasks of a placement run, as the arguments of a service; RunTask takes the same. */
export function tasksPlacement(where: Placement): TasksPlacement {
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
    ...(props.deploymentController === "CODE_DEPLOY" ? ["load_balancer"] : []),
    ...(props.autoscaled ? ["desired_count"] : []),
  ];
}
