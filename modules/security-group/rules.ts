import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import { SECURITY_GROUP_NAME } from "../aws/forms";
import { PORT } from "../aws/limits";
import { PropCheck } from "../prop-check";

/** The first and the last port of a rule. */
export interface PortRange {
  /** First port. */
  readonly from: number;
  /** Last port. */
  readonly to: number;
}

/** What every group of this module needs. */
export interface SecurityGroupProps {
  /** Prefix of the group's name, 1 to 228 characters; Terraform appends what makes it unique. */
  readonly name: string;
  /** Id of the VPC that it is made in. */
  readonly vpcId: string;
}

/** What a group behind the load balancer needs. */
export interface BehindLoadBalancerProps extends SecurityGroupProps {
  /** Id of the load balancer's group. */
  readonly loadBalancerSecurityGroupId: string;
  /**
   * CIDR blocks that may reach the same ports directly, past the load balancer. That takes tasks or instances with a
   * public address.
   * @default [] - only the load balancer
   */
  readonly publicCidrs?: readonly string[];
  /**
   * TCP ports that may be called on any address. HTTPS serves the APIs of AWS, ECR and S3. DNS, the instance metadata
   * and the task metadata need no rule: security groups do not filter them (Amazon VPC User Guide, "Security groups").
   * @default [443]
   */
  readonly egressPorts?: readonly number[];
}

/**
 * A group without rules. The rules are resources of their own: groups that name each other would else be a cycle,
 * and inline rules undo what any other rule resource adds.
 *
 * The name is a prefix and the new group is made before the old one goes, because AWS refuses to delete a group that
 * a network interface still carries (`DependencyViolation`).
 */
export function createSecurityGroup(
  scope: Construct,
  { name, vpcId }: SecurityGroupProps,
  description: string,
): SecurityGroup {
  new PropCheck(scope).text("name", name, SECURITY_GROUP_NAME);
  return new SecurityGroup(scope, "Resource", {
    namePrefix: `${name}-`,
    description,
    vpcId,
    tags: { Name: name },
    lifecycle: { createBeforeDestroy: true },
  });
}

/**
 * Everything a group behind the load balancer may do: receive from the load balancer (and from `publicCidrs`) on these
 * ports, and call out on `egressPorts`. It also lets the load balancer's group out to it: both ends of the connection
 * are written here, so the load balancer's own construct needs to know no service.
 */
export function createRulesBehindLoadBalancer(
  scope: Construct,
  group: SecurityGroup,
  { loadBalancerSecurityGroupId, publicCidrs = [], egressPorts = [443] }: BehindLoadBalancerProps,
  ports: PortRange,
): void {
  // Services that share their instances may name the same networks; EC2 refuses a rule that is there already.
  const cidrs = [...new Set(publicCidrs)];
  const check = new PropCheck(scope);
  publicCidrs.forEach((cidr, index) => {
    check.cidr(`publicCidrs[${index}]`, cidr);
  });
  // One rule is the load balancer's.
  check.atMost("publicCidrs", cidrs, check.quota("rulesPerSecurityGroup") - 1);
  checkPorts(check, "egressPorts", egressPorts);
  createRulesOfLoadBalancer(scope, group, loadBalancerSecurityGroupId, ports);
  for (const cidr of cidrs) {
    new VpcSecurityGroupIngressRule(scope, `From-${cidr}`, {
      securityGroupId: group.id,
      description: `from ${cidr}, past the load balancer`,
      ...tcp(ports),
      cidrIpv4: cidr,
    });
  }
  for (const port of egressPorts) {
    new VpcSecurityGroupEgressRule(scope, `To-${port}`, {
      securityGroupId: group.id,
      description: `to any address on port ${port}`,
      ...tcp({ from: port, to: port }),
      cidrIpv4: "0.0.0.0/0",
    });
  }
}

/**
 * Lets a load balancer's group reach these ports of a group behind it: the rules of both ends.
 *
 * @param label what tells it from the load balancers that reach the group already; empty for the first
 */
export function createRulesOfLoadBalancer(
  scope: Construct,
  group: SecurityGroup,
  loadBalancerSecurityGroupId: string,
  ports: PortRange,
  label = "",
): void {
  new VpcSecurityGroupIngressRule(scope, `FromLoadBalancer${label}`, {
    securityGroupId: group.id,
    description: "from the load balancer",
    ...tcp(ports),
    referencedSecurityGroupId: loadBalancerSecurityGroupId,
  });
  new VpcSecurityGroupEgressRule(scope, `LoadBalancer${label}ToTargets`, {
    securityGroupId: loadBalancerSecurityGroupId,
    description: "to targets, and for their health checks",
    ...tcp(ports),
    referencedSecurityGroupId: group.id,
  });
}

/** Refuses ports that there are not, and a port that is there twice. */
export function checkPorts(check: PropCheck, field: string, ports: readonly number[]): void {
  ports.forEach((port, index) => {
    check.wholeNumber(`${field}[${index}]`, port, PORT);
  });
  check.different(field, ports);
}

/** The arguments of a TCP rule for a range of ports. */
export function tcp({ from, to }: PortRange) {
  return { ipProtocol: "tcp", fromPort: from, toPort: to };
}
