import type { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { LOAD_BALANCER_IDLE_TIMEOUT_SECONDS } from "../config/limits";
import { type SystemNames, systemNames } from "../config/names";
import type { Service } from "../config/service";
import { LoadBalancer } from "../modules/alb/load-balancer";
import type { TargetGroup } from "../modules/alb/target-group";
import { Cluster } from "../modules/ecs/cluster";
import { Ec2Capacity } from "../modules/ecs/ec2-capacity";
import { InstanceRole } from "../modules/iam/instance-role";
import type { AwsLocation } from "../modules/iam/policy";
import type { Network } from "../modules/network/network";
import { AliasRecord } from "../modules/route53/alias-record";
import { Certificate } from "../modules/route53/certificate";
import { HostedZone } from "../modules/route53/hosted-zone";
import { LogBucket } from "../modules/s3/log-bucket";
import { InstanceSecurityGroup } from "../modules/security-group/instance-security-group";
import { LoadBalancerSecurityGroup } from "../modules/security-group/load-balancer-security-group";
import { egressPorts } from "./call-ports";
import { locate } from "./location";

/** Where the services of a system answer. */
export interface Endpoint {
  readonly protocol: "http" | "https";
  readonly host: string;
  readonly port: 80 | 443;
}

export interface SystemPlatformProps {
  readonly system: string;
  readonly environment: Environment;
  readonly services: readonly Service[];
  readonly network: Network;
  /** Where what no rule matches goes. @default - it is answered with 404 */
  readonly defaultTarget?: TargetGroup | undefined;
}

/** Port of the listener that shows a new version before it gets the requests of everybody. */
const TEST_LISTENER_PORT = 8080;

/**
 * What the services of one system share: cluster, EC2 capacity where one of them runs on EC2, load balancer, DNS.
 */
export class SystemPlatform extends Construct {
  readonly location: AwsLocation;
  readonly cluster: Cluster;
  /** Instances of the system; only where a service of launch type EC2 needs them. */
  readonly ec2Capacity: Ec2Capacity | undefined;
  readonly capacityProviders: EcsClusterCapacityProviders;
  readonly loadBalancer: LoadBalancer;
  readonly loadBalancerSecurityGroup: LoadBalancerSecurityGroup;
  /** Where the services answer: the name in DNS, else the load balancer's own. */
  readonly endpoint: Endpoint;
  private instancesGroupId: string | undefined;
  private readonly names: SystemNames;

  constructor(scope: Construct, id: string, props: SystemPlatformProps) {
    super(scope, id);
    const { environment, services } = props;
    this.names = systemNames(props.system, environment.name);
    this.location = locate(this, environment.region);
    this.loadBalancerSecurityGroup = this.createLoadBalancerSecurityGroup(props);
    this.cluster = this.createCluster(environment);
    this.ec2Capacity = services.some((service) => service.launchType === "EC2")
      ? this.createEc2Capacity(props)
      : undefined;
    this.capacityProviders = this.cluster.attachCapacity(this.ec2Capacity);
    const zone = environment.dns && new HostedZone(this, "HostedZone", { name: environment.dns.hostedZone });
    const domain = domainOf(props);
    this.loadBalancer = this.createLoadBalancer(props, this.createCertificate(environment, domain, zone));
    this.endpoint = this.createRecord(environment, domain, zone);
  }

  get url(): string {
    return `${this.endpoint.protocol}://${this.endpoint.host}`;
  }

  /** Id of the group that the tasks on EC2 share, being that of their instances; undefined where there are none. */
  get instanceSecurityGroupId(): string | undefined {
    return this.instancesGroupId;
  }

  private createLoadBalancerSecurityGroup({
    environment,
    services,
    network,
  }: SystemPlatformProps): LoadBalancerSecurityGroup {
    return new LoadBalancerSecurityGroup(this, "LoadBalancerSecurityGroup", {
      name: this.names.loadBalancerSecurityGroup,
      vpcId: network.vpc.id,
      listenerPorts: environment.dns?.tls ? [80, 443] : [80],
      ...(isBlueGreen(services) && {
        restrictedListener: { port: TEST_LISTENER_PORT, ingressCidrs: environment.testListenerCidrs },
      }),
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
    const securityGroup = new InstanceSecurityGroup(this, "InstanceSecurityGroup", {
      name: this.names.instanceSecurityGroup,
      vpcId: network.vpc.id,
      loadBalancerSecurityGroupId: this.loadBalancerSecurityGroup.group.id,
      publicCidrs: onInstances.flatMap((service) => service.publicCidrs),
      egressPorts: egressPorts(environment, onInstances),
    });
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

  /** Certificate of the public name, where the environment has one and asks for TLS. */
  private createCertificate(
    { dns }: Environment,
    domainName: string | undefined,
    zone: HostedZone | undefined,
  ): Certificate | undefined {
    if (!dns?.tls || !zone || domainName === undefined) return undefined;
    return new Certificate(this, "Certificate", { domainName, zoneId: zone.zoneId });
  }

  private createLoadBalancer(
    { environment, services, network, defaultTarget }: SystemPlatformProps,
    certificate: Certificate | undefined,
  ): LoadBalancer {
    const logs = new LogBucket(this, "AccessLogs", {
      bucket: `${this.names.accessLogsBucketPrefix}${this.location.accountId}`,
      location: this.location,
      forceDestroy: environment.removal === "destroy",
    });
    return new LoadBalancer(this, "LoadBalancer", {
      name: this.names.loadBalancer,
      subnetIds: network.publicSubnets.map(({ id }) => id),
      securityGroupIds: [this.loadBalancerSecurityGroup.group.id],
      idleTimeoutSeconds: LOAD_BALANCER_IDLE_TIMEOUT_SECONDS,
      ...(certificate && { certificateArn: certificate.arn }),
      accessLogs: { bucket: logs.bucket.bucket, dependsOn: [logs.policy] },
      deletionProtection: environment.removal === "retain",
      ...(defaultTarget && { defaultTargetGroup: defaultTarget }),
      ...(isBlueGreen(services) && {
        testListener: { port: TEST_LISTENER_PORT, ...(defaultTarget && { defaultTargetGroup: defaultTarget }) },
      }),
      ...(isBlueGreen(services.filter(({ routes }) => routes.default)) && { trafficOwner: "code-deploy" as const }),
    });
  }

  /** Points the public name at the load balancer, and returns what people, and services, open. */
  private createRecord({ dns }: Environment, name: string | undefined, zone: HostedZone | undefined): Endpoint {
    const { loadBalancer } = this.loadBalancer;
    if (!dns || !zone || name === undefined) return { protocol: "http", host: loadBalancer.dnsName, port: 80 };
    new AliasRecord(this, "Record", {
      zoneId: zone.zoneId,
      recordName: name,
      loadBalancerDnsName: loadBalancer.dnsName,
      loadBalancerZoneId: loadBalancer.zoneId,
    });
    return dns.tls ? { protocol: "https", host: name, port: 443 } : { protocol: "http", host: name, port: 80 };
  }
}

/** The system's public name, where the environment gives it one. */
function domainOf({ system, environment: { dns } }: SystemPlatformProps): string | undefined {
  const record = dns?.recordNames[system];
  return record === undefined ? undefined : `${record}.${dns?.hostedZone}`;
}

/** Whether CodeDeploy moves the requests of one of these services. */
export function isBlueGreen(services: readonly Service[]): boolean {
  return services.some(({ deployment }) => deployment.controller === "CODE_DEPLOY");
}
