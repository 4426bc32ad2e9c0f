import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { LOAD_BALANCER_IDLE_TIMEOUT_SECONDS } from "../config/limits";
import type { LoadBalancerNames } from "../config/names";
import type { Service } from "../config/service";
import { LoadBalancer } from "../modules/alb/load-balancer";
import type { TargetGroup } from "../modules/alb/target-group";
import type { AwsLocation } from "../modules/iam/policy";
import type { Network } from "../modules/network/network";
import { AliasRecord } from "../modules/route53/alias-record";
import { Certificate } from "../modules/route53/certificate";
import { HostedZone } from "../modules/route53/hosted-zone";
import { LogBucket } from "../modules/s3/log-bucket";
import {
  type LoadBalancerClient,
  LoadBalancerSecurityGroup,
} from "../modules/security-group/load-balancer-security-group";

/** The load balancer that leads to services. */
export interface ServiceFront {
  readonly loadBalancer: LoadBalancer;
  readonly loadBalancerSecurityGroup: LoadBalancerSecurityGroup;
}

/** Where services answer. */
export interface Endpoint {
  readonly protocol: "http" | "https";
  readonly host: string;
  readonly port: 80 | 443;
}

export interface SystemFrontProps {
  readonly names: LoadBalancerNames;
  readonly environment: Environment;
  readonly location: AwsLocation;
  /** The services that it leads to. */
  readonly services: readonly Service[];
  readonly network: Network;
  /** Name of the certificate, where the environment has TLS, and of the record. @default - the load balancer's own name */
  readonly domain?: string | undefined;
  /** Who alone reaches a load balancer without public addresses; it has no record. @default - it is public */
  readonly clients?: readonly LoadBalancerClient[];
  /** Where what no rule matches goes. @default - it is answered with 404 */
  readonly defaultTarget?: TargetGroup | undefined;
}

/** Port of the listener that shows a new version before it gets the requests of everybody. */
const TEST_LISTENER_PORT = 8080;

/** A load balancer with its access log, and with name and certificate where the environment has them. */
export class SystemFront implements ServiceFront {
  readonly loadBalancer: LoadBalancer;
  readonly loadBalancerSecurityGroup: LoadBalancerSecurityGroup;
  /** Where the services answer: the name in DNS, else the load balancer's own. */
  readonly endpoint: Endpoint;
  /** Of `domain`, where the environment has TLS. */
  readonly certificate: Certificate | undefined;
  /** The environment's, where it has one. */
  readonly zone: HostedZone | undefined;

  /** @param scope what its parts are made in, beside each other */
  constructor(
    private readonly scope: Construct,
    props: SystemFrontProps,
  ) {
    const { environment, domain } = props;
    this.loadBalancerSecurityGroup = this.createSecurityGroup(props);
    this.zone = environment.dns && new HostedZone(scope, "HostedZone", { name: environment.dns.hostedZone });
    this.certificate = this.createCertificate(environment, domain);
    this.loadBalancer = this.createLoadBalancer(props);
    this.endpoint = this.endpointOf(environment, domain);
    if (!props.clients) this.createRecord(domain);
  }

  get url(): string {
    return `${this.endpoint.protocol}://${this.endpoint.host}`;
  }

  private createSecurityGroup({
    environment,
    names,
    services,
    network,
    clients,
  }: SystemFrontProps): LoadBalancerSecurityGroup {
    return new LoadBalancerSecurityGroup(this.scope, "LoadBalancerSecurityGroup", {
      name: names.loadBalancerSecurityGroup,
      vpcId: network.vpc.id,
      listenerPorts: environment.dns?.tls ? [80, 443] : [80],
      ...(clients && { clients }),
      ...(isBlueGreen(services) && {
        restrictedListener: { port: TEST_LISTENER_PORT, ingressCidrs: environment.testListenerCidrs },
      }),
    });
  }

  /** Certificate of the name, where the environment has one and asks for TLS. */
  private createCertificate({ dns }: Environment, domainName: string | undefined): Certificate | undefined {
    if (!dns?.tls || !this.zone || domainName === undefined) return undefined;
    return new Certificate(this.scope, "Certificate", { domainName, zoneId: this.zone.zoneId });
  }

  private createLoadBalancer(props: SystemFrontProps): LoadBalancer {
    const { names, environment, location, services, network, defaultTarget, clients } = props;
    const { certificate } = this;
    const logs = new LogBucket(this.scope, "AccessLogs", {
      bucket: `${names.accessLogsBucketPrefix}${location.accountId}`,
      location,
      forceDestroy: environment.removal === "destroy",
    });
    return new LoadBalancer(this.scope, "LoadBalancer", {
      name: names.loadBalancer,
      subnetIds: (clients ? network.privateSubnets : network.publicSubnets).map(({ id }) => id),
      ...(clients && { internal: true }),
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

  private endpointOf({ dns }: Environment, domain: string | undefined): Endpoint {
    if (this.certificate && domain !== undefined) return { protocol: "https", host: domain, port: 443 };
    return { protocol: "http", host: (dns && domain) ?? this.loadBalancer.loadBalancer.dnsName, port: 80 };
  }

  /** Points the public name at the load balancer. */
  private createRecord(name: string | undefined): void {
    if (!this.zone || name === undefined) return;
    const { loadBalancer } = this.loadBalancer;
    new AliasRecord(this.scope, "Record", {
      zoneId: this.zone.zoneId,
      recordName: name,
      loadBalancerDnsName: loadBalancer.dnsName,
      loadBalancerZoneId: loadBalancer.zoneId,
    });
  }
}

/** Whether CodeDeploy moves the requests of one of these services. */
export function isBlueGreen(services: readonly Service[]): boolean {
  return services.some(({ deployment }) => deployment.controller === "CODE_DEPLOY");
}
