import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import { InstanceSecurityGroup } from "./instance-security-group";
import { LoadBalancerSecurityGroup, type LoadBalancerSecurityGroupProps } from "./load-balancer-security-group";
import type { BehindLoadBalancerProps } from "./rules";
import { ServiceSecurityGroup } from "./service-security-group";

const NAME = "1 to 228 letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *, not starting with sg-";
const PORT = "a whole number from 1 to 65535";
const ONE_OR_THE_OTHER = "allowed: one or the other: nobody but its clients reaches the listeners";
const client = (label: string) => ({ label, securityGroupId: `sg-${label}` });
const blocks = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);

describe("the group of a load balancer", () => {
  const refusal = (props: Partial<LoadBalancerSecurityGroupProps>) =>
    refusalOf(
      (stack) =>
        new LoadBalancerSecurityGroup(stack, "Alb", { name: "shop", vpcId: "vpc-1", listenerPorts: [80], ...props }),
    );

  it.each<[string, Partial<LoadBalancerSecurityGroupProps>, string]>([
    ["a name that AWS keeps for ids", { name: "sg-shop" }, `"name" is "sg-shop"; allowed: ${NAME}`],
    ["a name of 229 characters", { name: "n".repeat(229) }, `"name" is "${"n".repeat(229)}"; allowed: ${NAME}`],
    ["a name with a question mark", { name: "shop?" }, `"name" is "shop?"; allowed: ${NAME}`],
    ["port 0", { listenerPorts: [80, 0] }, `"listenerPorts[1]" is 0; allowed: ${PORT}`],
    ["port 70000", { listenerPorts: [70000] }, `"listenerPorts[0]" is 70000; allowed: ${PORT}`],
    ["one port twice", { listenerPorts: [80, 80] }, '"listenerPorts[1]" repeats 80; allowed: each member once'],
    [
      "an address for a CIDR block",
      { ingressCidrs: ["10.0.0.1"] },
      '"ingressCidrs[0]" is "10.0.0.1"; allowed: an IPv4 CIDR block such as 10.0.0.0/16',
    ],
    [
      "an IPv6 block among IPv4",
      { ingressCidrs: ["::/0"] },
      '"ingressCidrs[0]" is "::/0"; allowed: an IPv4 CIDR block such as 10.0.0.0/16',
    ],
    [
      "one block twice",
      { ingressCidrs: ["10.0.0.0/8", "10.0.0.0/8"] },
      '"ingressCidrs[1]" repeats "10.0.0.0/8"; allowed: each member once',
    ],
    [
      "an IPv4 block among IPv6",
      { ingressIpv6Cidrs: ["0.0.0.0/0"] },
      '"ingressIpv6Cidrs[0]" is "0.0.0.0/0"; allowed: an IPv6 CIDR block such as 2001:db8::/32',
    ],
    [
      "a restricted listener on port 0",
      { restrictedListener: { port: 0, ingressCidrs: [] } },
      `"restrictedListener.port" is 0; allowed: ${PORT}`,
    ],
    [
      "a restricted listener on a port that is open",
      { restrictedListener: { port: 80, ingressCidrs: [] } },
      '"restrictedListener.port" is 80, which "listenerPorts" opens; allowed: another port',
    ],
    [
      "a restricted listener for what is no block",
      { restrictedListener: { port: 8080, ingressCidrs: ["office"] } },
      '"restrictedListener.ingressCidrs[0]" is "office"; allowed: an IPv4 CIDR block such as 10.0.0.0/16',
    ],
    ["no client", { clients: [] }, '"clients" has 0 members; allowed: one group or more'],
    [
      "two clients of one label",
      { clients: [client("link"), client("link")] },
      '"clients[1]" repeats "link"; allowed: each member once',
    ],
    ...(["ingressCidrs", "ingressIpv6Cidrs"] as const).map(
      (field): [string, Partial<LoadBalancerSecurityGroupProps>, string] => [
        `${field} beside clients`,
        { clients: [client("link")], [field]: [field === "ingressCidrs" ? "0.0.0.0/0" : "::/0"] },
        `"${field}" is given with "clients"; ${ONE_OR_THE_OTHER}`,
      ],
    ),
    [
      "a restricted listener beside clients",
      { clients: [client("link")], restrictedListener: { port: 8080, ingressCidrs: [] } },
      `"restrictedListener" is given with "clients"; ${ONE_OR_THE_OTHER}`,
    ],
    [
      "61 rules of clients",
      { clients: Array.from({ length: 61 }, (_, index) => client(`link-${index}`)) },
      '"clients" makes 61 rules with "listenerPorts"; allowed: 60 at most',
    ],
    [
      "61 rules with a restricted listener's",
      { restrictedListener: { port: 8080, ingressCidrs: blocks(60) } },
      '"ingressCidrs" makes 61 rules with "listenerPorts"; allowed: 60 at most',
    ],
    [
      "62 rules",
      { listenerPorts: [80, 443], ingressCidrs: blocks(30), ingressIpv6Cidrs: ["::/0"] },
      '"ingressCidrs" makes 62 rules with "listenerPorts"; allowed: 60 at most',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Alb: ${message}`);
  });

  it("takes both ends of every limit", () => {
    expect(refusal({ name: "n".repeat(228), listenerPorts: [1, 65535], ingressCidrs: blocks(30) })).toBeUndefined();
  });
});

describe("a group behind the load balancer", () => {
  const behind = { name: "shop", vpcId: "vpc-1", loadBalancerSecurityGroupId: "sg-alb" };
  const refusal = (props: Partial<BehindLoadBalancerProps>) =>
    refusalOf((stack) => new InstanceSecurityGroup(stack, "Instances", { ...behind, ...props }));

  it.each<[string, Partial<BehindLoadBalancerProps>, string]>([
    ["a name that AWS keeps for ids", { name: "sg-shop" }, `"name" is "sg-shop"; allowed: ${NAME}`],
    [
      "bits beyond a block's prefix",
      { publicCidrs: ["203.0.113.0/24", "203.0.113.9/24"] },
      '"publicCidrs[1]" is "203.0.113.9/24", with bits set beyond its prefix; allowed: "203.0.113.0/24"',
    ],
    ["61 rules", { publicCidrs: blocks(60) }, '"publicCidrs" has 60 members; allowed: 59 at most'],
    ["port 65536", { egressPorts: [65536] }, `"egressPorts[0]" is 65536; allowed: ${PORT}`],
    ["one port twice", { egressPorts: [443, 443] }, '"egressPorts[1]" repeats 443; allowed: each member once'],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Instances: ${message}`);
  });

  it("refuses container port 0", () => {
    expect(refusalOf((stack) => new ServiceSecurityGroup(stack, "Service", { ...behind, containerPort: 0 }))).toBe(
      `test/Service: "containerPort" is 0; allowed: ${PORT}`,
    );
  });

  it("takes 60 rules, and a block that two services name", () => {
    expect(refusal({ publicCidrs: [...blocks(59), ...blocks(1)] })).toBeUndefined();
  });
});
