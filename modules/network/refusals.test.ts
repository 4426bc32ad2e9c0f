import { describe, expect, it } from "vitest";
import { LOG_RETENTION_DAYS } from "../aws/limits";
import { refusalOf } from "../testing/synth";
import { Network, type NetworkProps } from "./network";

const CIDR = "an IPv4 CIDR block such as 10.0.0.0/16";
const SIZE = "a block from /16 (largest) to /28 (smallest)";

const refusal = (props: Partial<NetworkProps>) =>
  refusalOf(
    (stack) =>
      new Network(stack, "Network", {
        name: "shop",
        cidr: "10.0.0.0/16",
        availabilityZones: ["us-east-1a", "us-east-1b"],
        nat: "none",
        ...props,
      }),
  );
const subnets = (publicBlocks: string[], privateBlocks = ["10.0.32.0/20", "10.0.48.0/20"]) => ({
  subnets: { public: publicBlocks, private: privateBlocks },
});

describe("a network", () => {
  it.each<[string, Partial<NetworkProps>, string]>([
    [
      "a name that is no tag",
      { name: "shop?" },
      '"name" is "shop?"; allowed: up to 256 letters, digits, spaces and _ . : / = + - @',
    ],
    ["what is no CIDR block", { cidr: "10.0.0.0" }, `"cidr" is "10.0.0.0"; allowed: ${CIDR}`],
    ["an IPv6 block", { cidr: "2001:db8::/32" }, `"cidr" is "2001:db8::/32"; allowed: ${CIDR}`],
    [
      "bits beyond the block's prefix",
      { cidr: "10.0.1.0/16" },
      '"cidr" is "10.0.1.0/16", with bits set beyond its prefix; allowed: "10.0.0.0/16"',
    ],
    ["a /8", { cidr: "10.0.0.0/8" }, `"cidr" is "10.0.0.0/8"; allowed: ${SIZE}`],
    ["a /29", { cidr: "10.0.0.0/29" }, `"cidr" is "10.0.0.0/29"; allowed: ${SIZE}`],
    [
      "a Region for a zone",
      { availabilityZones: ["us-east-1"] },
      '"availabilityZones[0]" is "us-east-1"; allowed: a Region and a letter, such as us-east-1a',
    ],
    [
      "one zone twice",
      { availabilityZones: ["us-east-1a", "us-east-1a"] },
      '"availabilityZones[1]" repeats "us-east-1a"; allowed: each member once',
    ],
    [
      "no zone",
      { availabilityZones: [] },
      '"availabilityZones" has no plan: "zones" is 0: a network needs a whole number of availability zones, at least 1; allowed: what the subnet plan has room for',
    ],
    [
      "fewer given subnets than zones",
      subnets(["10.0.1.0/24"], []),
      '"subnets" has 1 public and 0 private CIDR blocks for 2 availability zones; allowed: one of each per zone',
    ],
    [
      "a subnet that is no CIDR block",
      subnets(["10.0.1.0", "10.0.2.0/24"]),
      `"subnets.public[0]" is "10.0.1.0"; allowed: ${CIDR}`,
    ],
    ["a /29 subnet", subnets(["10.0.1.0/29", "10.0.2.0/24"]), `"subnets.public[0]" is "10.0.1.0/29"; allowed: ${SIZE}`],
    [
      "a subnet outside the VPC",
      subnets(["10.0.1.0/24", "10.1.2.0/24"]),
      '"subnets.public[1]" is "10.1.2.0/24"; allowed: a block within the VPC\'s 10.0.0.0/16',
    ],
    [
      "subnets that overlap",
      subnets(["10.0.1.0/24", "10.0.2.0/24"], ["10.0.0.0/20", "10.0.48.0/20"]),
      '"subnets.private[0]" is "10.0.0.0/20", which overlaps with "subnets.public[0]"; allowed: blocks that share no address',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Network: ${message}`);
  });

  it.each<[string, Partial<NetworkProps>, string]>([
    [
      "a retention of 31 days",
      { flowLogRetentionDays: 31 },
      `FlowLogs: "retentionDays" is 31; allowed: ${LOG_RETENTION_DAYS.join(", ")}`,
    ],
    [
      "a name that leaves no room for that of the flow logs' role",
      { name: "n".repeat(55) },
      `FlowLogs: "name" is "${"n".repeat(55)}-flow-logs"; allowed: 1 to 64 letters, digits and _ + = , . @ -`,
    ],
    [
      "one gateway endpoint twice",
      { gatewayEndpoints: ["s3", "s3"] },
      'Endpoints: "gatewayEndpoints[1]" repeats "s3"; allowed: each member once',
    ],
    [
      "one interface endpoint twice",
      { interfaceEndpoints: ["logs", "logs"] },
      'Endpoints: "interfaceEndpoints[1]" repeats "logs"; allowed: each member once',
    ],
    [
      "an endpoint with a capital letter",
      { interfaceEndpoints: ["ECR.api"] },
      'Endpoints: "interfaceEndpoints[0]" is "ECR.api"; allowed: what follows com.amazonaws.<region>. in the name of an endpoint, such as ecr.api or logs',
    ],
    [
      "a name that leaves no room for that of the endpoints' security group",
      { name: "n".repeat(219), flowLogs: false, interfaceEndpoints: ["logs"] },
      `Endpoints: "name" is "${"n".repeat(219)}-endpoints"; allowed: 1 to 228 letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *, not starting with sg-`,
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Network/${message}`);
  });

  it("takes Local Zones, and the largest and smallest blocks", () => {
    const availabilityZones = ["us-east-1a", "us-east-1-bos-1a"];
    const halves = { public: ["10.0.0.0/28", "10.0.0.16/28"], private: ["10.0.0.32/28", "10.0.0.48/28"] };
    expect(refusal({ availabilityZones, subnets: halves })).toBeUndefined();
    expect(
      refusal({
        availabilityZones: ["us-east-1a"],
        cidr: "10.0.0.0/27",
        subnets: { public: ["10.0.0.0/28"], private: ["10.0.0.16/28"] },
      }),
    ).toBeUndefined();
  });
});
