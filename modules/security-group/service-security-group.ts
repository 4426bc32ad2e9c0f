import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import { PORT } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { type BehindLoadBalancerProps, createRulesBehindLoadBalancer, createSecurityGroup } from "./rules";

export interface ServiceSecurityGroupProps extends BehindLoadBalancerProps {
  /** The port that the container listens on. */
  readonly containerPort: number;
}

/**
 * The group of a service's tasks in network mode `awsvpc` (Fargate), where each task has its own network interface:
 * in on the container's port from the load balancer, out on HTTPS.
 *
 * ```ts
 * const group = new ServiceSecurityGroup(this, "SecurityGroup", {
 *   name: "shop-dev-cart", vpcId, loadBalancerSecurityGroupId, containerPort: 5001,
 * });
 * ```
 *
 * Tasks in network mode `bridge` share their instance's interface: they are covered by `InstanceSecurityGroup`.
 *
 * @see Amazon ECS Developer Guide, "Task networking for Fargate"
 */
export class ServiceSecurityGroup extends Construct {
  readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, props: ServiceSecurityGroupProps) {
    super(scope, id);
    const { containerPort } = props;
    new PropCheck(this).wholeNumber("containerPort", containerPort, PORT);
    this.group = createSecurityGroup(this, props, "ECS tasks: in from the load balancer");
    createRulesBehindLoadBalancer(this, this.group, props, { from: containerPort, to: containerPort });
  }
}
