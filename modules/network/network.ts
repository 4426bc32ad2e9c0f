import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import { TAG_VALUE } from "../aws/forms";
import { PropCheck } from "../prop-check";
import { FlowLogs } from "./flow-logs";
import { type GatewayEndpointService, VpcEndpoints } from "./vpc-endpoints";
import { type Zone, zonesOf } from "./zones";

const ANYWHERE = "0.0.0.0/0";

/** `none`: private subnets reach no one outside; `single`: all through the first zone; `per-zone`: each through its own. */
export type NatMode = "none" | "single" | "per-zone";

export interface NetworkProps {
  /** Prefix of every resource's name; at most 54 characters (a role is named `<name>-flow-logs`, and 64 is the limit). */
  readonly name: string;
  /** The VPC's IPv4 CIDR block, /16 to /28. */
  readonly cidr: string;
  /** Names of the availability zones, such as `us-east-1a`. Add new ones at the end: planned subnets go by position. */
  readonly availabilityZones: readonly string[];
  /**
   * CIDR blocks of the subnets, one of each tier per zone, in the order of the zones.
   * @default - planned by `planSubnets`
   */
  readonly subnets?: { readonly public: readonly string[]; readonly private: readonly string[] };
  /** How private subnets reach the internet. */
  readonly nat: NatMode;
  /**
   * AWS services that private subnets reach by a route of their own, past the NAT gateway and free of charge.
   * @default []
   */
  readonly gatewayEndpoints?: readonly GatewayEndpointService[];
  /**
   * AWS services that get network interfaces in the private subnets, by the last part of their endpoint's name:
   * `ecr.api`, `ecr.dkr`, `logs`, `ssm`, `secretsmanager`.
   * @default []
   */
  readonly interfaceEndpoints?: readonly string[];
  /**
   * Whether accepted and rejected connections are recorded in CloudWatch Logs.
   * @default true
   */
  readonly flowLogs?: boolean;
  /**
   * Days that flow logs are kept: a value that CloudWatch Logs offers (1, 3, 5, 7, 14, 30, 60, 90, ...).
   * @default 30
   */
  readonly flowLogRetentionDays?: number;
}

/**
 * A VPC with one public and one private subnet per availability zone.
 *
 * ```ts
 * const network = new Network(this, "Network", {
 *   name: "shop-dev",
 *   cidr: "10.0.0.0/16",
 *   availabilityZones: ["us-east-1a", "us-east-1b"],
 *   nat: "single",
 *   gatewayEndpoints: ["s3"],
 * });
 * ```
 *
 * Nothing in a public subnet gets a public address by itself, and the VPC's default security group allows nothing.
 *
 * With `nat: "none"`, tasks in private subnets can only pull images and write logs through endpoints: the gateway
 * endpoint `s3`, and the interface endpoints `ecr.api`, `ecr.dkr` and `logs`, plus those of the services they use.
 *
 * ## Cost (us-east-1, 730 hours a month)
 * - NAT gateway: 730 × $0.045 = $32.85, its public address 730 × $0.005 = $3.65, and $0.045 per GB. So `single` is
 *   about $36.50 a month; `per-zone` over three zones about $109.50, but it survives the loss of a zone and pays no
 *   $0.01 per GB between zones.
 * - Interface endpoint: 730 × $0.01 = $7.30 for each service in each zone, and $0.01 per GB. Four services over two
 *   zones are $58.40, more than a NAT gateway. Gateway endpoints cost nothing.
 * - Flow logs: $0.50 per GB written.
 *
 * @see Amazon VPC User Guide, "Example: VPC with servers in private subnets and NAT"
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** In the order of the zones. */
  readonly publicSubnets: readonly Subnet[];
  /** In the order of the zones. */
  readonly privateSubnets: readonly Subnet[];
  /** In the order of the zones: none, the first zone's, or one per zone. */
  readonly natGateways: readonly NatGateway[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("name", props.name, TAG_VALUE);
    const zones = zonesOf(check, props);
    this.vpc = this.createVpc(props);
    this.lockDefaultSecurityGroup(props.name);
    const zoneSubnets = zones.map((zone) => this.createSubnets(zone, props.name));
    this.publicSubnets = zoneSubnets.map((zone) => zone.public);
    this.privateSubnets = zoneSubnets.map((zone) => zone.private);
    const internetGateway = this.createInternetGateway(props.name);
    this.createPublicRoutes(zoneSubnets, internetGateway, props.name);
    this.natGateways = this.createNatGateways(zoneSubnets, internetGateway, props);
    const privateRouteTables = this.createPrivateRoutes(zoneSubnets, props.name);
    this.createEndpoints(privateRouteTables, props);
    this.createFlowLogs(props);
  }

  private createVpc({ name, cidr }: NetworkProps): Vpc {
    return new Vpc(this, "Vpc", {
      cidrBlock: cidr,
      // Both are needed for the private names of interface endpoints.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    });
  }

  /** Every VPC comes with a group that lets its members talk to each other; ours has no rules, so nobody uses it. */
  private lockDefaultSecurityGroup(name: string): void {
    new DefaultSecurityGroup(this, "DefaultSecurityGroup", {
      vpcId: this.vpc.id,
      // Written out: left away, Terraform would not notice a rule that somebody adds later.
      ingress: [],
      egress: [],
      tags: { Name: `${name}-default-locked` },
    });
  }

  /** Ids go by zone and not by position: with given blocks, taking a zone out leaves the other zones' subnets alone. */
  private createSubnets({ name: zone, publicCidr, privateCidr }: Zone, name: string): ZoneSubnets {
    const create = (tier: "Public" | "Private", cidrBlock: string) =>
      new Subnet(this, `${tier}-${zone}`, {
        vpcId: this.vpc.id,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: { Name: `${name}-${tier.toLowerCase()}-${zone}`, Tier: tier.toLowerCase() },
      });
    return { zone, public: create("Public", publicCidr), private: create("Private", privateCidr) };
  }

  private createInternetGateway(name: string): InternetGateway {
    return new InternetGateway(this, "InternetGateway", { vpcId: this.vpc.id, tags: { Name: name } });
  }

  private createPublicRoutes(zones: readonly ZoneSubnets[], internetGateway: InternetGateway, name: string): void {
    const table = new RouteTable(this, "PublicRoutes", { vpcId: this.vpc.id, tags: { Name: `${name}-public` } });
    new Route(this, "PublicRoutes-Internet", {
      routeTableId: table.id,
      destinationCidrBlock: ANYWHERE,
      gatewayId: internetGateway.id,
    });
    for (const zone of zones) this.associate(zone.public, table);
  }

  /** The single gateway is the one that the first zone has in `per-zone`, so changing the mode keeps it. */
  private createNatGateways(
    zones: readonly ZoneSubnets[],
    internetGateway: InternetGateway,
    { nat, name }: NetworkProps,
  ): NatGateway[] {
    return zones.slice(0, natGatewayCount(nat, zones.length)).map(({ zone, public: subnet }) => {
      const tags = { Name: `${name}-nat-${zone}` };
      // AWS: a public address can only be mapped once the VPC has an internet gateway.
      const dependsOn = [internetGateway];
      const address = new Eip(this, `NatAddress-${zone}`, { domain: "vpc", tags, dependsOn });
      return new NatGateway(this, `Nat-${zone}`, {
        subnetId: subnet.id,
        allocationId: address.allocationId,
        tags,
        dependsOn,
      });
    });
  }

  /**
   * One table per zone in every mode, although `none` and `single` could share one. Going from `single` to `per-zone`
   * then points the other zones' routes at new gateways, in place. With a shared table the associations of all private
   * subnets would be replaced, and running tasks would be without a route meanwhile. Route tables cost nothing.
   */
  private createPrivateRoutes(zones: readonly ZoneSubnets[], name: string): RouteTable[] {
    return zones.map(({ zone, private: subnet }, position) => {
      const table = new RouteTable(this, `PrivateRoutes-${zone}`, {
        vpcId: this.vpc.id,
        tags: { Name: `${name}-private-${zone}` },
      });
      const natGateway = this.natGateways[position] ?? this.natGateways[0];
      if (natGateway) {
        new Route(this, `PrivateRoutes-${zone}-Internet`, {
          routeTableId: table.id,
          destinationCidrBlock: ANYWHERE,
          natGatewayId: natGateway.id,
        });
      }
      this.associate(subnet, table);
      return table;
    });
  }

  private associate(subnet: Subnet, table: RouteTable): void {
    new RouteTableAssociation(this, `${subnet.node.id}-Routes`, { subnetId: subnet.id, routeTableId: table.id });
  }

  private createEndpoints(routeTables: readonly RouteTable[], props: NetworkProps): void {
    const { name, gatewayEndpoints = [], interfaceEndpoints = [] } = props;
    if (gatewayEndpoints.length + interfaceEndpoints.length === 0) return;
    const { vpc, privateSubnets: subnets } = this;
    new VpcEndpoints(this, "Endpoints", { name, vpc, subnets, routeTables, gatewayEndpoints, interfaceEndpoints });
  }

  private createFlowLogs({ name, flowLogs = true, flowLogRetentionDays = 30 }: NetworkProps): void {
    if (flowLogs) new FlowLogs(this, "FlowLogs", { name, vpc: this.vpc, retentionDays: flowLogRetentionDays });
  }
}

interface ZoneSubnets {
  readonly zone: string;
  readonly public: Subnet;
  readonly private: Subnet;
}

function natGatewayCount(mode: NatMode, zones: number): number {
  return { none: 0, single: 1, "per-zone": zones }[mode];
}
