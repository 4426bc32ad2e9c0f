import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { EcsCapacityProvider } from "@cdktf/provider-aws/lib/ecs-capacity-provider";
import type { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { CAPACITY_NAME, ECS_NAME, INSTANCE_TYPE } from "../aws/forms";
import { GROUP_SIZE, ON_DEMAND_BASE, ON_DEMAND_PERCENT, ROOT_VOLUME_GIB } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { instanceUserData } from "./user-data";

/** How much of the group runs on spot capacity. Source: EC2 Auto Scaling, "Mixed instances groups". */
export interface SpotMix {
  /** Instances that are always on demand. */
  readonly onDemandBase: number;
  /** Percent of the instances above the base that are on demand; the rest is spot. */
  readonly onDemandPercent: number;
}

export interface Ec2CapacityProps {
  /**
   * Name of the autoscaling group, of its capacity provider and of the launch template: 3 to 128 letters, digits,
   * hyphens and underscores, not starting with aws, ecs or fargate.
   */
  readonly name: string;
  /** Name of the cluster that instances join. A name, not a token, so that nothing waits in a circle. */
  readonly clusterName: string;
  /** Instance types, the preferred one first; several are worth having for spot. */
  readonly instanceTypes: readonly string[];
  /** The most instances that may run, 1 to 10000. The least is 0: instances exist only as tasks need them. */
  readonly maxInstances: number;
  /** Ids of the subnets that instances start in: private ones, of several zones. */
  readonly subnetIds: string[];
  /** Ids of the instances' security groups: of tasks in network mode `bridge` too. */
  readonly securityGroupIds: string[];
  /** What an instance may do, for ECS's agent; tasks have roles of their own. */
  readonly instanceProfile: IamInstanceProfile;
  /**
   * How many of the instances are Spot.
   * @default - all instances on demand
   */
  readonly spot?: SpotMix;
  /** Processor architecture of the instance types. @default "x86_64" */
  readonly architecture?: "x86_64" | "arm64";
  /** Size of the encrypted gp3 root volume in GiB; the ECS-optimised AMI needs 30. @default 30 */
  readonly volumeSizeGiB?: number;
  /**
   * Lets `destroy` terminate instances that are protected from scale-in: without it the deletion waits for ever
   * (terraform-provider-aws#18849).
   * @default false
   */
  readonly forceDelete?: boolean;
  /** Tags of the instances and their volumes; a launch template's own tags do not reach them. @default {} */
  readonly instanceTags?: Readonly<Record<string, string>>;
}

/**
 * EC2 capacity of a cluster: launch template, autoscaling group from 0 to `maxInstances`, capacity provider.
 * ECS starts an instance when a task does not fit, drains and ends it when none needs it.
 *
 * Cost: only running instances: a t3.small in us-east-1 is $0.0208 an hour, $15.18 a month, plus 30 GiB of gp3
 * for $2.40.
 * Source: ECS Developer Guide, "Cluster auto scaling"; launch templates, for new accounts cannot create launch
 * configurations since 2024-10-01.
 */
export class Ec2Capacity extends Construct {
  readonly launchTemplate: LaunchTemplate;
  readonly autoscalingGroup: AutoscalingGroup;
  readonly capacityProvider: EcsCapacityProvider;

  constructor(scope: Construct, id: string, props: Ec2CapacityProps) {
    super(scope, id);
    this.checkProps(props);
    this.launchTemplate = this.createLaunchTemplate(props);
    this.autoscalingGroup = this.createAutoscalingGroup(props);
    this.capacityProvider = this.createCapacityProvider(props);
  }

  private checkProps(props: Ec2CapacityProps): void {
    const check = new PropCheck(this);
    check.text("name", props.name, CAPACITY_NAME);
    check.text("clusterName", props.clusterName, ECS_NAME);
    check.atLeast("instanceTypes", props.instanceTypes, 1, "one instance type or more");
    check.texts("instanceTypes", props.instanceTypes, INSTANCE_TYPE);
    check.wholeNumber("maxInstances", props.maxInstances, GROUP_SIZE);
    check.atLeast("subnetIds", props.subnetIds, 1, "one subnet or more");
    check.wholeNumber("spot.onDemandBase", props.spot?.onDemandBase, ON_DEMAND_BASE);
    check.wholeNumber("spot.onDemandPercent", props.spot?.onDemandPercent, ON_DEMAND_PERCENT);
    check.wholeNumber("volumeSizeGiB", props.volumeSizeGiB, ROOT_VOLUME_GIB);
    check.tags("instanceTags", props.instanceTags);
  }

  private createLaunchTemplate(props: Ec2CapacityProps): LaunchTemplate {
    const tags = { Name: props.name, ...props.instanceTags };
    return new LaunchTemplate(this, "LaunchTemplate", {
      name: props.name,
      imageId: this.imageId(props.architecture ?? "x86_64"),
      // A group with several instance types overrides it.
      ...(props.instanceTypes[0] && { instanceType: props.instanceTypes[0] }),
      vpcSecurityGroupIds: props.securityGroupIds,
      updateDefaultVersion: true,
      userData: Fn.base64encode(Token.asString(instanceUserData(props.clusterName))),
      iamInstanceProfile: { arn: props.instanceProfile.arn },
      // IMDSv2 with one hop: a container on the bridge network cannot reach the instance's credentials.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      monitoring: { enabled: true },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: props.volumeSizeGiB ?? 30,
            encrypted: "true",
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
    });
  }

  /** The current ECS-optimised Amazon Linux 2023 image, as AWS publishes it. */
  private imageId(architecture: "x86_64" | "arm64"): string {
    const folder = architecture === "arm64" ? "amazon-linux-2023/arm64" : "amazon-linux-2023";
    const parameter = new DataAwsSsmParameter(this, "Image", {
      name: `/aws/service/ecs/optimized-ami/${folder}/recommended/image_id`,
    });
    // The provider marks every SSM value as sensitive, which would hide the image id of a public AMI in each plan.
    return Token.asString(Fn.nonsensitive(parameter.value));
  }

  private createAutoscalingGroup(props: Ec2CapacityProps): AutoscalingGroup {
    return new AutoscalingGroup(this, "AutoscalingGroup", {
      name: props.name,
      minSize: 0,
      maxSize: props.maxInstances,
      vpcZoneIdentifier: props.subnetIds,
      healthCheckType: "EC2",
      healthCheckGracePeriod: 60,
      defaultInstanceWarmup: 60,
      // Managed termination protection asks for it: ECS lifts it from an instance that runs no task.
      protectFromScaleIn: true,
      forceDelete: props.forceDelete ?? false,
      enabledMetrics: ["GroupInServiceInstances", "GroupDesiredCapacity"],
      ...this.instances(props),
      // A new launch template version (a new AMI) rolls through the group; tasks are drained first.
      instanceRefresh: {
        strategy: "Rolling",
        preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 200, scaleInProtectedInstances: "Refresh" },
      },
      tag: [
        { key: "Name", value: props.name, propagateAtLaunch: true },
        // ECS sets this tag by itself on a group it manages; unless we do, the next plan takes it away.
        { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
      ],
      // ECS decides how many instances run.
      lifecycle: { ignoreChanges: ["desired_capacity"] },
    });
  }

  private instances({ instanceTypes, spot }: Ec2CapacityProps) {
    const latest = { version: Token.asString(this.launchTemplate.latestVersion) };
    if (spot === undefined && instanceTypes.length === 1) {
      return { launchTemplate: { id: this.launchTemplate.id, ...latest } };
    }
    return {
      mixedInstancesPolicy: {
        launchTemplate: {
          launchTemplateSpecification: { launchTemplateId: this.launchTemplate.id, ...latest },
          override: instanceTypes.map((instanceType) => ({ instanceType })),
        },
        instancesDistribution: {
          onDemandBaseCapacity: spot?.onDemandBase ?? 0,
          onDemandPercentageAboveBaseCapacity: spot?.onDemandPercent ?? 100,
          onDemandAllocationStrategy: "prioritized",
          spotAllocationStrategy: "price-capacity-optimized",
        },
      },
    };
  }

  private createCapacityProvider(props: Ec2CapacityProps): EcsCapacityProvider {
    return new EcsCapacityProvider(this, "CapacityProvider", {
      name: props.name,
      autoScalingGroupProvider: {
        autoScalingGroupArn: this.autoscalingGroup.arn,
        managedTerminationProtection: "ENABLED",
        managedDraining: "ENABLED",
        managedScaling: {
          status: "ENABLED",
          // No spare instances: those that run are those that tasks need.
          targetCapacity: 100,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: props.maxInstances,
          instanceWarmupPeriod: 60,
        },
      },
    });
  }
}
