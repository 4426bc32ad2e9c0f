import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { PORT } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { checkPorts, createSecurityGroup, type SecurityGroupProps, tcp } from "./rules";

export interface LoadBalancerSecurityGroupProps extends SecurityGroupProps {
  /** The ports of the listeners, such as 80 and 443. */
  readonly listenerPorts: readonly number[];
  /**
   * A listener that not everybody may reach, such as the one on which a blue/green deployment shows a new version: its
   * port, and the IPv4 CIDR blocks of those who may. Without a block nobody may.
   * @default - none
   */
  readonly restrictedListener?: { readonly port: number; readonly ingressCidrs: readonly string[] };
  /**
   * Who alone may reach the listeners of a load balancer that is internal: the members of these groups, and no address
   * block. They are let out to it as well, so both ends of the connection are written here.
   * @default - whoever the address blocks name
   */
  readonly clients?: readonly LoadBalancerClient[];
  /**
   * IPv4 CIDR blocks that may reach the listeners.
   * @default ["0.0.0.0/0"] - everybody, unless there are `clients`
   */
  readonly ingressCidrs?: readonly string[];
  /**
   * IPv6 CIDR blocks that may reach the listeners; for a dual-stack load balancer.
   * @default []
   */
  readonly ingressIpv6Cidrs?: readonly string[];
}

/** Whose members may connect to a load balancer. */
export interface LoadBalancerClient {
  /** What the rules' descriptions and ids call it, such as `the VPC link`; unique among the clients. */
  readonly label: string;
  /** Id of its security group. */
  readonly securityGroupId: string;
}

/**
 * The group of a load balancer: in on its listeners' ports, out to nothing but the groups behind it.
 *
 * ```ts
 * const loadBalancerGroup = new LoadBalancerSecurityGroup(this, "LoadBalancerSecurityGroup", {
 *   name: "shop-dev-alb", vpcId, listenerPorts: [80],
 * });
 * const internalGroup = new LoadBalancerSecurityGroup(this, "InternalSecurityGroup", {
 *   name: "shop-dev-api", vpcId, listenerPorts: [443],
 *   clients: [{ label: "the VPC link", securityGroupId: linkGroup.group.id }],
 * });
 * ```
 *
 * `ServiceSecurityGroup` and `InstanceSecurityGroup` add the way out to themselves.
 *
 * @see Application Load Balancers User Guide, "Security groups for your Application Load Balancer"
 */
export class LoadBalancerSecurityGroup extends Construct {
  readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, props: LoadBalancerSecurityGroupProps) {
    super(scope, id);
    const { listenerPorts, clients = [], ingressIpv6Cidrs = [] } = props;
    const { ingressCidrs = props.clients ? [] : ["0.0.0.0/0"] } = props;
    this.checkClients(props);
    this.checkProps({ ...props, ingressCidrs, ingressIpv6Cidrs });
    this.group = createSecurityGroup(this, props, "Load balancer: in on its listeners, out to its targets");
    for (const port of listenerPorts) {
      for (const cidr of ingressCidrs) this.allow(port, cidr, { cidrIpv4: cidr });
      for (const cidr of ingressIpv6Cidrs) this.allow(port, cidr, { cidrIpv6: cidr });
      for (const client of clients) this.allowClient(port, client);
    }
    const { port, ingressCidrs: blocks } = props.restrictedListener ?? { port: 0, ingressCidrs: [] };
    for (const cidr of blocks) this.allow(port, cidr, { cidrIpv4: cidr });
  }

  private checkClients({ listenerPorts, clients, ...others }: LoadBalancerSecurityGroupProps): void {
    if (!clients) return;
    const check = new PropCheck(this);
    check.atLeast("clients", clients, 1, "one group or more");
    check.different(
      "clients",
      clients.map(({ label }) => label),
    );
    const open = (["ingressCidrs", "ingressIpv6Cidrs", "restrictedListener"] as const).find((field) => others[field]);
    if (open !== undefined) {
      throw check.error(
        open,
        'is given with "clients"',
        "one or the other: nobody but its clients reaches the listeners",
      );
    }
    const rules = listenerPorts.length * clients.length;
    const most = check.quota("rulesPerSecurityGroup");
    if (rules <= most) return;
    throw check.error("clients", `makes ${rules} rules with "listenerPorts"`, `${most} at most`);
  }

  private checkProps(
    props: LoadBalancerSecurityGroupProps &
      Required<Pick<LoadBalancerSecurityGroupProps, "ingressCidrs" | "ingressIpv6Cidrs">>,
  ): void {
    const { listenerPorts, restrictedListener: restricted } = props;
    const check = new PropCheck(this);
    checkPorts(check, "listenerPorts", listenerPorts);
    if (restricted) {
      check.wholeNumber("restrictedListener.port", restricted.port, PORT);
      if (listenerPorts.includes(restricted.port)) {
        throw check.error(
          "restrictedListener.port",
          `is ${restricted.port}, which "listenerPorts" opens`,
          "another port",
        );
      }
      check.cidrs("restrictedListener.ingressCidrs", restricted.ingressCidrs, ["IPv4"]);
    }
    check.cidrs("ingressCidrs", props.ingressCidrs, ["IPv4"]);
    check.cidrs("ingressIpv6Cidrs", props.ingressIpv6Cidrs, ["IPv6"]);
    const open = listenerPorts.length * (props.ingressCidrs.length + props.ingressIpv6Cidrs.length);
    const rules = open + (restricted?.ingressCidrs.length ?? 0);
    const most = check.quota("rulesPerSecurityGroup");
    if (rules <= most) return;
    throw check.error("ingressCidrs", `makes ${rules} rules with "listenerPorts"`, `${most} at most`);
  }

  private allow(port: number, cidr: string, source: { cidrIpv4: string } | { cidrIpv6: string }): void {
    new VpcSecurityGroupIngressRule(this, `Listener-${port}-${cidr}`, {
      securityGroupId: this.group.id,
      description: `listener on port ${port}, from ${cidr}`,
      ...tcp({ from: port, to: port }),
      ...source,
    });
  }

  private allowClient(port: number, { label, securityGroupId }: LoadBalancerClient): void {
    const ports = tcp({ from: port, to: port });
    new VpcSecurityGroupIngressRule(this, `Listener-${port}-From-${label}`, {
      securityGroupId: this.group.id,
      description: `listener on port ${port}, from ${label}`,
      ...ports,
      referencedSecurityGroupId: securityGroupId,
    });
    new VpcSecurityGroupEgressRule(this, `Listener-${port}-Out-${label}`, {
      securityGroupId,
      description: `to the load balancer on port ${port}`,
      ...ports,
      referencedSecurityGroupId: this.group.id,
    });
  }
}
