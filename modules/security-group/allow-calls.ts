import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { PORT } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { type PortRange, tcp } from "./rules";

/** One end of the calls. */
export interface CallEnd {
  /** What the rules' descriptions call it, such as the name of the service. */
  readonly label: string;
  /** Id of its security group. */
  readonly securityGroupId: string;
}

export interface AllowCallsProps {
  /** Who calls. */
  readonly caller: CallEnd;
  /** Who is called. */
  readonly callee: CallEnd;
  /** TCP ports that the callee's tasks are reached at. */
  readonly ports: PortRange;
}

/**
 * Lets the tasks of one group connect to those of another, past the load balancer. Both ends of the connection are written
 * here: in to the callee, and out of the caller, which may call nobody else on these ports.
 *
 * Once for a pair of groups: EC2 refuses a rule that is there already, and services on EC2 share their instances' group.
 *
 * @see Amazon VPC User Guide, "Security group rules"
 */
export class AllowCalls extends Construct {
  constructor(scope: Construct, id: string, { caller, callee, ports }: AllowCallsProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.wholeNumber("ports.from", ports.from, PORT);
    check.wholeNumber("ports.to", ports.to, PORT);
    check.order("ports.from", ports.from, "ports.to", ports.to);
    new VpcSecurityGroupIngressRule(this, "In", {
      securityGroupId: callee.securityGroupId,
      description: `from ${caller.label}, past the load balancer`,
      ...tcp(ports),
      referencedSecurityGroupId: caller.securityGroupId,
    });
    new VpcSecurityGroupEgressRule(this, "Out", {
      securityGroupId: caller.securityGroupId,
      description: `to ${callee.label}`,
      ...tcp(ports),
      referencedSecurityGroupId: callee.securityGroupId,
    });
  }
}
