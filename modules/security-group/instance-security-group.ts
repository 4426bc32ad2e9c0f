import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import {
  type BehindLoadBalancerProps,
  createRulesBehindLoadBalancer,
  createRulesOfLoadBalancer,
  createSecurityGroup,
} from "./rules";

/**
 * The host ports that ECS gives to containers whose host port is 0. Linux takes 32768 to 60999 unless it is told
 * otherwise; AWS names the whole range from 32768.
 * @see Amazon ECS API Reference, "PortMapping"
 */
export const DYNAMIC_HOST_PORTS = { from: 32768, to: 65535 };

/**
 * The group of EC2 container instances. Tasks in network mode `bridge` share their instance's network interface, so
 * this is also the group of every EC2 service: in on dynamic host ports from the load balancer, out on HTTPS.
 *
 * ```ts
 * const group = new InstanceSecurityGroup(this, "InstanceSecurityGroup", {
 *   name: "shop-dev-instances", vpcId, loadBalancerSecurityGroupId,
 * });
 * ```
 *
 * There is no SSH: use Session Manager, which needs no open port.
 *
 * @see Amazon ECS Developer Guide, "Launching an Amazon ECS Linux container instance"
 */
export class InstanceSecurityGroup extends Construct {
  readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, props: BehindLoadBalancerProps) {
    super(scope, id);
    this.group = createSecurityGroup(this, props, "ECS container instances: in from the load balancer");
    createRulesBehindLoadBalancer(this, this.group, props, DYNAMIC_HOST_PORTS);
  }

  /**
   * Lets another load balancer in, which leads to other services on the same instances.
   *
   * @param label what tells it from the others, such as `2`
   * @param securityGroupId id of its group
   */
  allowLoadBalancer(label: string, securityGroupId: string): void {
    createRulesOfLoadBalancer(this, this.group, securityGroupId, DYNAMIC_HOST_PORTS, label);
  }
}
