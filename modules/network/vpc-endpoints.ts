import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import type { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { ENDPOINT_SERVICE, SECURITY_GROUP_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

/** The two services that AWS offers a gateway endpoint for. */
export type GatewayEndpointService = "s3" | "dynamodb";

export interface VpcEndpointsProps {
  /** What the endpoints' names begin with. */
  readonly name: string;
  /** The VPC that they are in. */
  readonly vpc: Vpc;
  /** Services reached by a route; free of charge. */
  readonly gatewayEndpoints: readonly GatewayEndpointService[];
  /** Services reached by network interfaces in every one of `subnets`, at their usual names. */
  readonly interfaceEndpoints: readonly string[];
  /** Subnets that interface endpoints get an address in: one for each zone. */
  readonly subnets: readonly Subnet[];
  /** Route tables that lead to gateway endpoints. */
  readonly routeTables: readonly RouteTable[];
}

/**
 * Private ways to AWS services.
 *
 * @see AWS PrivateLink Guide, "Gateway endpoints" and "Access an AWS service using an interface VPC endpoint"
 */
export class VpcEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("name", `${props.name}-endpoints`, SECURITY_GROUP_NAME);
    check.different("gatewayEndpoints", props.gatewayEndpoints);
    check.texts("interfaceEndpoints", props.interfaceEndpoints, ENDPOINT_SERVICE);
    const region = new DataAwsRegion(this, "Region").name;
    for (const service of props.gatewayEndpoints) createGatewayEndpoint(this, service, region, props);
    if (props.interfaceEndpoints.length === 0) return;
    const securityGroup = createSecurityGroup(this, props);
    for (const service of props.interfaceEndpoints)
      createInterfaceEndpoint(this, service, region, securityGroup, props);
  }
}

function createGatewayEndpoint(scope: Construct, service: string, region: string, props: VpcEndpointsProps): void {
  new VpcEndpoint(scope, `Gateway-${service}`, {
    vpcId: props.vpc.id,
    serviceName: `com.amazonaws.${region}.${service}`,
    vpcEndpointType: "Gateway",
    routeTableIds: props.routeTables.map((table) => table.id),
    tags: { Name: `${props.name}-${service}` },
  });
}

function createInterfaceEndpoint(
  scope: Construct,
  service: string,
  region: string,
  securityGroup: SecurityGroup,
  props: VpcEndpointsProps,
): void {
  new VpcEndpoint(scope, `Interface-${service}`, {
    vpcId: props.vpc.id,
    serviceName: `com.amazonaws.${region}.${service}`,
    vpcEndpointType: "Interface",
    subnetIds: props.subnets.map((subnet) => subnet.id),
    securityGroupIds: [securityGroup.id],
    privateDnsEnabled: true,
    tags: { Name: `${props.name}-${service}` },
  });
}

/** Endpoints answer, they never call: HTTPS in from the VPC, nothing out. */
function createSecurityGroup(scope: Construct, { name, vpc }: VpcEndpointsProps): SecurityGroup {
  const group = new SecurityGroup(scope, "SecurityGroup", {
    namePrefix: `${name}-endpoints-`,
    description: "Interface endpoints of AWS services",
    vpcId: vpc.id,
    tags: { Name: `${name}-endpoints` },
    lifecycle: { createBeforeDestroy: true },
  });
  new VpcSecurityGroupIngressRule(scope, "Https", {
    securityGroupId: group.id,
    description: "HTTPS from within the VPC",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: vpc.cidrBlock,
  });
  return group;
}
