import { Apigatewayv2VpcLink } from "@cdktf/provider-aws/lib/apigatewayv2-vpc-link";
import { Construct } from "constructs";
import { API_NAME } from "../aws/api-forms";
import { PropCheck } from "../prop-check";

export interface VpcLinkProps {
  /** 1 to 128 visible ASCII characters and spaces. */
  readonly name: string;
  /** Ids of the subnets that API Gateway gets network interfaces in: 1 to 10, those of the load balancer's zones. */
  readonly subnetIds: readonly string[];
  /** Groups of the interfaces: what they let out to, the API reaches. At least one. */
  readonly securityGroupIds: readonly string[];
}

/**
 * The way of HTTP APIs into a VPC, to load balancers without public addresses. Any number of APIs of the account may use
 * one.
 *
 * API Gateway keeps subnets and groups for good: a change of either replaces the link, the new one being made before the
 * old one goes, since an integration that is in use keeps its link from being deleted. A link without traffic for 60 days
 * falls asleep, and the first requests after that fail until it is back.
 *
 * ```ts
 * const link = new VpcLink(this, "VpcLink", { name: "shop-dev", subnetIds, securityGroupIds: [linkGroup.group.id] });
 * ```
 *
 * Cost: none of its own.
 *
 * @see Amazon API Gateway Developer Guide, "Set up VPC links V2 in API Gateway"
 */
export class VpcLink extends Construct {
  readonly link: Apigatewayv2VpcLink;

  constructor(scope: Construct, id: string, { name, subnetIds, securityGroupIds }: VpcLinkProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("name", name, API_NAME);
    check.atLeast("subnetIds", subnetIds, 1, "one subnet or more");
    check.atMost("subnetIds", subnetIds, check.quota("subnetsPerVpcLink"));
    check.different("subnetIds", subnetIds);
    check.atLeast("securityGroupIds", securityGroupIds, 1, "one group or more");
    check.different("securityGroupIds", securityGroupIds);
    this.link = new Apigatewayv2VpcLink(this, "Resource", {
      name,
      subnetIds: [...subnetIds],
      securityGroupIds: [...securityGroupIds],
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
