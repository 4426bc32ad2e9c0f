import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { AllowCalls } from "./allow-calls";

const calls = (stack: TerraformStack, ports = { from: 5001, to: 5001 }) =>
  new AllowCalls(stack, "Calls", {
    caller: { label: "shop", securityGroupId: "sg-shop" },
    callee: { label: "cart", securityGroupId: "sg-cart" },
    ports,
  });

describe("calls that are allowed", () => {
  it("are a rule at either end, each naming the other's group and nobody else", () => {
    const stack = synthesise((scope) => calls(scope));
    expect(stack.counts()).toEqual({ aws_vpc_security_group_ingress_rule: 1, aws_vpc_security_group_egress_rule: 1 });
    const port = { ip_protocol: "tcp", from_port: 5001, to_port: 5001 };
    expect(stack.resource(VpcSecurityGroupIngressRule)).toMatchObject({
      ...port,
      security_group_id: "sg-cart",
      referenced_security_group_id: "sg-shop",
      description: "from shop, past the load balancer",
    });
    expect(stack.resource(VpcSecurityGroupEgressRule)).toMatchObject({
      ...port,
      security_group_id: "sg-shop",
      referenced_security_group_id: "sg-cart",
      description: "to cart",
    });
  });

  it.each([
    ["port 0", { from: 0, to: 1 }, '"ports.from" is 0; allowed: a whole number from 1 to 65535'],
    ["port 65536", { from: 1, to: 65_536 }, '"ports.to" is 65536; allowed: a whole number from 1 to 65535'],
    [
      "ports the wrong way round",
      { from: 9, to: 8 },
      '"ports.from" is 9, more than "ports.to" (8); allowed: "ports.from" up to "ports.to"',
    ],
  ])("refuse %s", (_, ports, message) => {
    expect(refusalOf((stack) => calls(stack, ports))).toBe(`test/Calls: ${message}`);
  });
});
