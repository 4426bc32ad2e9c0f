import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import { createSecurityGroup, type SecurityGroupProps } from "./rules";

/**
 * The group of a VPC link of API Gateway: nobody connects to it, and it goes out to nothing but the load balancers that
 * name it among their `clients` (`LoadBalancerSecurityGroup`), which add that themselves.
 *
 * ```ts
 * const linkGroup = new VpcLinkSecurityGroup(this, "VpcLinkSecurityGroup", { name: "shop-dev-link", vpcId });
 * ```
 *
 * @see Amazon API Gateway Developer Guide, "Set up VPC links V2 in API Gateway"
 */
export class VpcLinkSecurityGroup extends Construct {
  readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    this.group = createSecurityGroup(this, props, "VPC link: out to load balancers");
  }
}
