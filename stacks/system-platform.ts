import type { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { Construct } from "constructs";
import { domainOf } from "../config/domain";
import type { Environment } from "../config/environment";
import { isExposed } from "../config/exposure";
import { groupBy } from "../config/group-by";
import { loadBalancerOf } from "../config/load-balancer-number";
import { loadBalancerNames, type SystemNames, systemNames } from "../config/names";
import type { Service } from "../config/service";
import type { TargetGroup } from "../modules/alb/target-group";
import { Cluster } from "../modules/ecs/cluster";
import { Ec2Capacity } from "../modules/ecs/ec2-capacity";
import { InstanceRole } from "../modules/iam/instance-role";
import type { AwsLocation } from "../modules/iam/policy";
import type { Network } from "../modules/network/network";
import { InstanceSecurityGroup } from "../modules/security-group/instance-security-group";
import { egressPorts } from "./call-ports";
import { locate } from "./location";
import { SystemFront } from "./system-front";

export interface SystemPlatformProps {
  /** As `deploymentUnit` gives it. */
  readonly unit: string;
  readonly environment: Environment;
  readonly services: readonly Service[];
  readonly network: Network;
  /** Where what no rule matches goes. @default - it is answered with 404 */
  readonly defaultTarget?: TargetGroup | undefined;
}

/**
 * What the services of one unit share: cluster, EC2 capacity where one of them runs on EC2, load balancers and DNS where one
 * of them is reached otherwise than by the API.
 */
export class SystemPlatform extends Construct {
  readonly location: AwsLocation;
  readonly cluster: Cluster;
  /** Instances of the unit; only where a service of launch type EC2 needs them. */
  readonly ec2Capacity: Ec2Capacity | undefined;
  readonly capacityProviders: EcsClusterCapacityProviders;
  /** The public load balancers by their numbers, in their order; none where the API exposes all services of the unit. */
  readonly fronts: ReadonlyMap<number, SystemFront>;
  private instancesGroupId: string | undefined;
  private readonly names: SystemNames;

  constructor(scope: Construct, id: string, props: SystemPlatformProps) {
    super(scope, id);
    const { environment, services } = props;
    this.names = systemNames(props.unit, environment.name);
    this.location = locate(this, environment.region);
    this.fronts = this.createFronts(props);
    this.cluster = this.createCluster(environment);
    this.ec2Capacity = services.some((service) => service.launchType === "EC2")
      ? this.createEc2Capacity(props)
      : undefined;
    this.capacityProviders = this.cluster.attachCapacity(this.ec2Capacity);
  }

  /** Id of the group that the tasks on EC2 share, being that of their instances; undefined where there are none. */
  get instanceSecurityGroupId(): string | undefined {
    return this.instancesGroupId;
  }

  /** One for each number that a service has; number 0 always, for what no rule matches, and for the name that clients know. */
  private createFronts(props: SystemPlatformProps): ReadonlyMap<number, SystemFront> {
    const inPublic = props.services.filter((service) => !isExposed(service));
    if (inPublic.length === 0) return new Map();
    const byNumber = groupBy(inPublic, loadBalancerOf);
    const numbers = [...new Set([0, ...byNumber.keys()])].sort((one, other) => one - other);
    return new Map(numbers.map((number) => [number, this.createFront(number, byNumber.get(number) ?? [], props)]));
  }

  private createFront(number: number, services: readonly Service[], props: SystemPlatformProps): SystemFront {
    const { unit, environment, network, defaultTarget } = props;
    const scope = number === 0 ? this : new Construct(this, `Front${number + 1}`);
    return new SystemFront(scope, {
      names: loadBalancerNames(unit, environment.name, number),
      environment,
      location: this.location,
      services,
      network,
      domain: domainOf(environment, unit, number),
      defaultTarget: number === 0 ? defaultTarget : undefined,
    });
  }

  private createCluster(environment: Environment): Cluster {
    return new Cluster(this, "Cluster", {
      name: this.names.cluster,
      execLogGroupName: this.names.execLogGroup,
      containerInsights: environment.containerInsights,
      logRetentionDays: environment.logRetentionDays,
    });
  }

  private createEc2Capacity({ environment, services, network }: SystemPlatformProps): Ec2Capacity {
    const { ec2, removal, tags } = environment;
    const role = new InstanceRole(this, "InstanceRole", {
      name: this.names.instanceRole,
      location: this.location,
      clusterName: this.names.cluster,
    });
    const onInstances = services.filter((service) => service.launchType === "EC2");
    const front = this.fronts.get(0);
    // The API exposes services on Fargate alone.
    if (!front) throw new Error("services on EC2 are reached by a load balancer of their system, and there is none");
    const securityGroup = new InstanceSecurityGroup(this, "InstanceSecurityGroup", {
      name: this.names.instanceSecurityGroup,
      vpcId: network.vpc.id,
      loadBalancerSecurityGroupId: front.loadBalancerSecurityGroup.group.id,
      publicCidrs: onInstances.flatMap((service) => service.publicCidrs),
      egressPorts: egressPorts(environment, onInstances),
    });
    for (const number of new Set(onInstances.map(loadBalancerOf))) {
      const further = number > 0 && this.fronts.get(number);
      if (further) securityGroup.allowLoadBalancer(`${number + 1}`, further.loadBalancerSecurityGroup.group.id);
    }
    // Asked for once: cdktf makes another token at each reading, and the groups of two services are held against each other.
    this.instancesGroupId = securityGroup.group.id;
    return new Ec2Capacity(this, "Ec2Capacity", {
      name: this.names.capacityProvider,
      clusterName: this.names.cluster,
      instanceTypes: ec2.instanceTypes,
      maxInstances: ec2.maxInstances,
      ...(ec2.spot && { spot: ec2.spot }),
      subnetIds: network.privateSubnets.map(({ id }) => id),
      securityGroupIds: [securityGroup.group.id],
      instanceProfile: role.profile,
      forceDelete: removal === "destroy",
      instanceTags: { ...tags, Environment: environment.name },
    });
  }
}
