import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { type Block, type Synthesised, synthesise } from "../testing/synth";
import { InstanceSecurityGroup } from "./instance-security-group";
import { LoadBalancerSecurityGroup, type LoadBalancerSecurityGroupProps } from "./load-balancer-security-group";
import type { BehindLoadBalancerProps } from "./rules";
import { ServiceSecurityGroup, type ServiceSecurityGroupProps } from "./service-security-group";
import { VpcLinkSecurityGroup } from "./vpc-link-security-group";

const loadBalancer = (props: Partial<LoadBalancerSecurityGroupProps> = {}) =>
  synthesise((stack) => {
    addLoadBalancer(stack, props);
  });

const addLoadBalancer = (stack: TerraformStack, props: Partial<LoadBalancerSecurityGroupProps> = {}) =>
  new LoadBalancerSecurityGroup(stack, "Alb", { name: "shop-alb", vpcId: "vpc-1", listenerPorts: [80], ...props });

const behind = { name: "shop-cart", vpcId: "vpc-1", loadBalancerSecurityGroupId: "sg-alb" };

const service = (props: Partial<ServiceSecurityGroupProps> = {}) =>
  synthesise((stack) => {
    new ServiceSecurityGroup(stack, "Service", { ...behind, containerPort: 5001, ...props });
  });

const instances = (props: Partial<BehindLoadBalancerProps> = {}) =>
  synthesise((stack) => {
    new InstanceSecurityGroup(stack, "Instances", { ...behind, ...props });
  });

const vpcLink = () =>
  synthesise((stack) => {
    new VpcLinkSecurityGroup(stack, "Link", { name: "shop-link", vpcId: "vpc-1" });
  });

/** A rule as `group protocol from-to peer`, with references cut down to their construct. */
const short = (rule: Block) =>
  [
    construct(rule.security_group_id),
    rule.ip_protocol,
    `${rule.from_port}-${rule.to_port}`,
    construct(rule.referenced_security_group_id ?? rule.cidr_ipv4 ?? rule.cidr_ipv6),
  ].join(" ");
const construct = (reference: unknown) => String(reference).replace(/^\$\{aws_security_group\.([A-Za-z]+)_.+$/, "$1");

const ingress = (synthesised: Synthesised) => synthesised.resources(VpcSecurityGroupIngressRule).map(short).sort();
const egress = (synthesised: Synthesised) => synthesised.resources(VpcSecurityGroupEgressRule).map(short).sort();

describe("Every group", () => {
  it.each([
    ["load balancer", loadBalancer(), "shop-alb"],
    ["service", service(), "shop-cart"],
    ["instances", instances(), "shop-cart"],
    ["VPC link", vpcLink(), "shop-link"],
  ])("of the %s can be replaced while it is in use, and has no inline rules", (_, synthesised, name) => {
    const group = synthesised.resource(SecurityGroup);
    expect(group).toMatchObject({
      name_prefix: `${name}-`,
      vpc_id: "vpc-1",
      tags: { Name: name },
      lifecycle: { create_before_destroy: true },
    });
    expect(Object.keys(group)).not.toEqual(expect.arrayContaining(["ingress"]));
    expect(Object.keys(group)).not.toEqual(expect.arrayContaining(["egress"]));
  });

  it.each([
    ["load balancer", loadBalancer()],
    ["service", service({ publicCidrs: ["203.0.113.0/24"] })],
    ["instances", instances({ publicCidrs: ["203.0.113.0/24"] })],
    ["internal load balancer", loadBalancer({ clients: [{ label: "the VPC link", securityGroupId: "sg-link" }] })],
  ])("of the %s describes each of its rules in characters that EC2 accepts", (_, synthesised) => {
    const rules = [
      ...synthesised.resources(VpcSecurityGroupIngressRule),
      ...synthesised.resources(VpcSecurityGroupEgressRule),
    ];
    for (const { description } of rules) expect(description).toMatch(/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
  });
});

describe("LoadBalancerSecurityGroup", () => {
  it("lets everybody in on its listeners, and goes out to nobody by itself", () => {
    const synthesised = loadBalancer({ listenerPorts: [80, 443] });
    expect(ingress(synthesised)).toEqual(["Alb tcp 443-443 0.0.0.0/0", "Alb tcp 80-80 0.0.0.0/0"]);
    expect(synthesised.counts()).toEqual({ aws_security_group: 1, aws_vpc_security_group_ingress_rule: 2 });
  });

  it("can be limited to some networks", () => {
    expect(ingress(loadBalancer({ ingressCidrs: ["198.51.100.0/24", "203.0.113.0/24"] }))).toEqual([
      "Alb tcp 80-80 198.51.100.0/24",
      "Alb tcp 80-80 203.0.113.0/24",
    ]);
  });

  it("can have a listener that is open to some only, or to nobody", () => {
    const restricted = (...ingressCidrs: string[]) =>
      ingress(loadBalancer({ restrictedListener: { port: 8080, ingressCidrs } }));
    expect(restricted("198.51.100.0/24")).toEqual(["Alb tcp 80-80 0.0.0.0/0", "Alb tcp 8080-8080 198.51.100.0/24"]);
    expect(restricted()).toEqual(["Alb tcp 80-80 0.0.0.0/0"]);
  });

  it("can be opened for IPv6", () => {
    const synthesised = loadBalancer({ ingressIpv6Cidrs: ["::/0"] });
    expect(synthesised.json).toHaveResourceWithProperties(VpcSecurityGroupIngressRule, {
      cidr_ipv6: "::/0",
      from_port: 80,
    });
    expect(ingress(synthesised)).toEqual(["Alb tcp 80-80 0.0.0.0/0", "Alb tcp 80-80 ::/0"]);
  });
});

describe("LoadBalancerSecurityGroup with clients", () => {
  const internal = (...listenerPorts: number[]) =>
    synthesise((stack) => {
      const link = new VpcLinkSecurityGroup(stack, "Link", { name: "shop-link", vpcId: "vpc-1" });
      addLoadBalancer(stack, {
        listenerPorts,
        clients: [{ label: "the VPC link", securityGroupId: link.group.id }],
      });
    });

  it("lets them in and no address, and them out to itself", () => {
    const synthesised = internal(443);
    expect(ingress(synthesised)).toEqual(["Alb tcp 443-443 Link"]);
    expect(egress(synthesised)).toEqual(["Link tcp 443-443 Alb"]);
    expect(synthesised.counts()).toEqual({
      aws_security_group: 2,
      aws_vpc_security_group_ingress_rule: 1,
      aws_vpc_security_group_egress_rule: 1,
    });
    expect(synthesised.json).not.toMatch(/cidr_ipv/);
  });

  it("does so on each of its listeners", () => {
    expect(ingress(internal(80, 443))).toEqual(["Alb tcp 443-443 Link", "Alb tcp 80-80 Link"]);
    expect(egress(internal(80, 443))).toEqual(["Link tcp 443-443 Alb", "Link tcp 80-80 Alb"]);
  });
});

describe("VpcLinkSecurityGroup", () => {
  it("lets nobody in, and goes out to nobody by itself", () => {
    expect(vpcLink().counts()).toEqual({ aws_security_group: 1 });
  });
});

describe("ServiceSecurityGroup", () => {
  it("accepts only the load balancer, on the container's port, and calls out on HTTPS", () => {
    const synthesised = service();
    expect(ingress(synthesised)).toEqual(["Service tcp 5001-5001 sg-alb"]);
    expect(egress(synthesised)).toEqual(["Service tcp 443-443 0.0.0.0/0", "sg-alb tcp 5001-5001 Service"]);
    expect(synthesised.counts()).toEqual({
      aws_security_group: 1,
      aws_vpc_security_group_ingress_rule: 1,
      aws_vpc_security_group_egress_rule: 2,
    });
  });

  it("accepts given public networks as well, on the same port", () => {
    expect(ingress(service({ publicCidrs: ["198.51.100.7/32", "203.0.113.0/24"] }))).toEqual([
      "Service tcp 5001-5001 198.51.100.7/32",
      "Service tcp 5001-5001 203.0.113.0/24",
      "Service tcp 5001-5001 sg-alb",
    ]);
  });

  it("calls out on the ports that it is given", () => {
    expect(egress(service({ egressPorts: [443, 587] }))).toEqual([
      "Service tcp 443-443 0.0.0.0/0",
      "Service tcp 587-587 0.0.0.0/0",
      "sg-alb tcp 5001-5001 Service",
    ]);
  });
});

describe("InstanceSecurityGroup", () => {
  it("accepts only the load balancer, on dynamic host ports, and calls out on HTTPS", () => {
    const synthesised = instances();
    expect(ingress(synthesised)).toEqual(["Instances tcp 32768-65535 sg-alb"]);
    expect(egress(synthesised)).toEqual(["Instances tcp 443-443 0.0.0.0/0", "sg-alb tcp 32768-65535 Instances"]);
  });

  it("accepts given public networks as well, on the same ports", () => {
    expect(ingress(instances({ publicCidrs: ["203.0.113.0/24"] }))).toEqual([
      "Instances tcp 32768-65535 203.0.113.0/24",
      "Instances tcp 32768-65535 sg-alb",
    ]);
  });

  it("accepts another load balancer on the same ports, which goes out to it", () => {
    const synthesised = synthesise((stack) => {
      new InstanceSecurityGroup(stack, "Instances", behind).allowLoadBalancer("2", "sg-second");
    });
    expect(ingress(synthesised)).toEqual(["Instances tcp 32768-65535 sg-alb", "Instances tcp 32768-65535 sg-second"]);
    expect(egress(synthesised)).toContain("sg-second tcp 32768-65535 Instances");
  });
});

describe("Public networks that are named twice", () => {
  it("get one rule", () => {
    expect(ingress(instances({ publicCidrs: ["203.0.113.0/24", "203.0.113.0/24"] }))).toEqual([
      "Instances tcp 32768-65535 203.0.113.0/24",
      "Instances tcp 32768-65535 sg-alb",
    ]);
  });
});

describe("The groups of a load balancer and of two services behind it", () => {
  const together = synthesise((stack) => {
    const loadBalancerSecurityGroupId = addLoadBalancer(stack).group.id;
    new ServiceSecurityGroup(stack, "Cart", { ...behind, loadBalancerSecurityGroupId, containerPort: 5001 });
    new InstanceSecurityGroup(stack, "Instances", { ...behind, loadBalancerSecurityGroupId });
  });

  it("are no cycle: no group names another, only rules do", () => {
    const groups = together.resources(SecurityGroup);
    expect(groups).toHaveLength(3);
    for (const group of groups) expect(JSON.stringify(group)).not.toContain("${");
  });

  it("connect the load balancer to each service, in both directions' rules, and no service to another", () => {
    expect(ingress(together)).toEqual([
      "Alb tcp 80-80 0.0.0.0/0",
      "Cart tcp 5001-5001 Alb",
      "Instances tcp 32768-65535 Alb",
    ]);
    expect(egress(together)).toEqual([
      "Alb tcp 32768-65535 Instances",
      "Alb tcp 5001-5001 Cart",
      "Cart tcp 443-443 0.0.0.0/0",
      "Instances tcp 443-443 0.0.0.0/0",
    ]);
  });
});
