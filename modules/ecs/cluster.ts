import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { Construct } from "constructs";
import { ECS_NAME, LOG_GROUP_NAME } from "../aws/forms";
import { LOG_RETENTION_DAYS } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { Ec2Capacity } from "./ec2-capacity";

export interface ClusterProps {
  /** Name of the cluster; instances and services refer to it by this very text. */
  readonly name: string;
  /**
   * Container Insights. `enhanced` adds metrics per task and per container.
   * @default "enhanced"
   */
  readonly containerInsights?: "enhanced" | "enabled" | "disabled";
  /** Name of the log group that ECS Exec sessions are logged to. */
  readonly execLogGroupName: string;
  /** Days that ECS Exec sessions stay in the log: a value that CloudWatch Logs offers. @default 30 */
  readonly logRetentionDays?: number;
}

/**
 * An ECS cluster for Fargate tasks, and for EC2 tasks once it has EC2 capacity. ECS Exec sessions are logged.
 *
 * ```ts
 * const cluster = new Cluster(this, "Cluster", { name: "shop-dev", execLogGroupName: "/ecs/shop-dev/exec" });
 * cluster.attachCapacity(ec2Capacity); // or none: FARGATE and FARGATE_SPOT alone
 * ```
 */
export class Cluster extends Construct {
  readonly name: string;
  readonly cluster: EcsCluster;
  /** Where ECS Exec sessions are logged. */
  readonly execLogGroup: CloudwatchLogGroup;
  private association: EcsClusterCapacityProviders | undefined;
  private attached: Ec2Capacity | undefined;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    this.checkProps(props);
    this.name = props.name;
    this.execLogGroup = new CloudwatchLogGroup(this, "ExecLogGroup", {
      name: props.execLogGroupName,
      retentionInDays: props.logRetentionDays ?? 30,
    });
    this.cluster = new EcsCluster(this, "Resource", {
      name: props.name,
      setting: [{ name: "containerInsights", value: props.containerInsights ?? "enhanced" }],
      configuration: {
        executeCommandConfiguration: {
          logging: "OVERRIDE",
          logConfiguration: { cloudWatchLogGroupName: this.execLogGroup.name },
        },
      },
    });
  }

  /**
   * Names the cluster's capacity providers: Fargate's always, and the EC2 provider where there is one. Services
   * depend on the result, for ECS refuses a strategy whose provider the cluster does not have yet.
   *
   * There is one such association in a cluster, so call it once. It is a resource apart because a cluster, its
   * capacity provider and the group whose instances name the cluster would otherwise wait for each other.
   */
  attachCapacity(ec2?: Ec2Capacity): EcsClusterCapacityProviders {
    if (this.association) {
      throw new PropCheck(this).error("attachCapacity", "was called twice", "one call for all capacity providers");
    }
    this.attached = ec2;
    this.association = new EcsClusterCapacityProviders(this, "CapacityProviders", {
      clusterName: this.cluster.name,
      capacityProviders: ["FARGATE", "FARGATE_SPOT", ...(ec2 ? [ec2.capacityProvider.name] : [])],
    });
    return this.association;
  }

  /** The association of the cluster's capacity providers; undefined before `attachCapacity`. */
  get capacityProviders(): EcsClusterCapacityProviders | undefined {
    return this.association;
  }

  /** The EC2 capacity that the cluster has. */
  get ec2Capacity(): Ec2Capacity | undefined {
    return this.attached;
  }

  private checkProps(props: ClusterProps): void {
    const check = new PropCheck(this);
    check.text("name", props.name, ECS_NAME);
    check.text("execLogGroupName", props.execLogGroupName, LOG_GROUP_NAME);
    check.oneOf("logRetentionDays", props.logRetentionDays, LOG_RETENTION_DAYS);
  }
}
