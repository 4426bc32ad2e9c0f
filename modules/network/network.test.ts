import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { describe, expect, it } from "vitest";
import { type Block, synthesise } from "../testing/synth";
import { Network, type NetworkProps } from "./network";

const minimal: NetworkProps = {
  name: "shop",
  cidr: "10.0.0.0/16",
  availabilityZones: ["us-east-1a", "us-east-1b", "us-east-1c"],
  nat: "none",
};

const network = (props: Partial<NetworkProps> = {}) =>
  synthesise((stack) => {
    new Network(stack, "Network", { ...minimal, ...props });
  });

/** `${aws_subnet.Network_Public-us-east-1a_12AB34CD.id}` as `Network_Public-us-east-1a`. */
const target = (reference: unknown) => String(reference).replace(/^\$\{\w+\.(.+)_[0-9A-F]{8}\.\w+\}$/, "$1");

const tagName = (block: Block) => (block.tags as Record<string, string>).Name;

describe("A network of three zones", () => {
  it("has exactly these resources", () => {
    expect(network({ nat: "per-zone", flowLogs: false }).counts()).toEqual({
      aws_vpc: 1,
      aws_default_security_group: 1,
      aws_subnet: 6,
      aws_internet_gateway: 1,
      aws_eip: 3,
      aws_nat_gateway: 3,
      aws_route_table: 4,
      aws_route: 4,
      aws_route_table_association: 6,
    });
  });

  it("resolves names inside the VPC, as interface endpoints need it", () => {
    expect(network().json).toHaveResourceWithProperties(Vpc, {
      cidr_block: "10.0.0.0/16",
      enable_dns_support: true,
      enable_dns_hostnames: true,
      tags: { Name: "shop" },
    });
  });

  it("has a planned public and a planned private subnet in every zone, tagged by tier", () => {
    const subnets = network()
      .resources(Subnet)
      .map(({ availability_zone: zone, cidr_block: cidr, tags }) => ({ zone, cidr, tags }));
    const expected = (zone: string, tier: string, cidr: string) => ({
      zone,
      cidr,
      tags: { Name: `shop-${tier}-${zone}`, Tier: tier },
    });
    expect(subnets).toHaveLength(6);
    expect(subnets).toEqual(
      expect.arrayContaining([
        expected("us-east-1a", "public", "10.0.0.0/22"),
        expected("us-east-1b", "public", "10.0.4.0/22"),
        expected("us-east-1c", "public", "10.0.8.0/22"),
        expected("us-east-1a", "private", "10.0.32.0/19"),
        expected("us-east-1b", "private", "10.0.64.0/19"),
        expected("us-east-1c", "private", "10.0.96.0/19"),
      ]),
    );
  });

  it("gives no public address to what starts in a subnet", () => {
    expect(
      network()
        .resources(Subnet)
        .map((subnet) => subnet.map_public_ip_on_launch),
    ).toEqual(Array(6).fill(false));
  });

  it("locks the default security group by empty lists of rules", () => {
    expect(network().resource(DefaultSecurityGroup)).toMatchObject({ ingress: [], egress: [] });
  });

  it("routes all public subnets through one table to the internet gateway", () => {
    const synthesised = network();
    const [publicRoute, ...others] = synthesised.resources(Route);
    expect(others).toEqual([]);
    expect(publicRoute).toMatchObject({ destination_cidr_block: "0.0.0.0/0" });
    expect(target(publicRoute?.route_table_id)).toBe("Network_PublicRoutes");
    expect(target(publicRoute?.gateway_id)).toBe("Network_InternetGateway");
    const associations = synthesised
      .resources(RouteTableAssociation)
      .map((a) => [target(a.subnet_id), target(a.route_table_id)]);
    expect(associations.sort()).toEqual([
      ["Network_Private-us-east-1a", "Network_PrivateRoutes-us-east-1a"],
      ["Network_Private-us-east-1b", "Network_PrivateRoutes-us-east-1b"],
      ["Network_Private-us-east-1c", "Network_PrivateRoutes-us-east-1c"],
      ["Network_Public-us-east-1a", "Network_PublicRoutes"],
      ["Network_Public-us-east-1b", "Network_PublicRoutes"],
      ["Network_Public-us-east-1c", "Network_PublicRoutes"],
    ]);
  });

  it("takes the subnets that are given instead of planned ones", () => {
    const given = { public: ["10.0.1.0/24", "10.0.2.0/24"], private: ["10.0.11.0/24", "10.0.12.0/24"] };
    const synthesised = network({ availabilityZones: ["us-east-1a", "us-east-1b"], subnets: given });
    expect(
      synthesised
        .resources(Subnet)
        .map((subnet) => subnet.cidr_block)
        .sort(),
    ).toEqual([...given.public, ...given.private].sort());
  });
});

describe("NAT", () => {
  /** Private route table → NAT gateway. */
  const natRoutes = (props: Partial<NetworkProps>) =>
    Object.fromEntries(
      network(props)
        .resources(Route)
        .filter((route) => route.nat_gateway_id !== undefined)
        .map((route) => [target(route.route_table_id), target(route.nat_gateway_id)]),
    );

  it("none: no gateway, no address, no way out of the private subnets", () => {
    const synthesised = network({ nat: "none" });
    expect(synthesised.resources(NatGateway)).toEqual([]);
    expect(synthesised.resources(Eip)).toEqual([]);
    expect(natRoutes({ nat: "none" })).toEqual({});
  });

  it("single: one gateway in the first zone's public subnet serves all zones", () => {
    const gateway = network({ nat: "single" }).resource(NatGateway);
    expect(target(gateway.subnet_id)).toBe("Network_Public-us-east-1a");
    expect(natRoutes({ nat: "single" })).toEqual({
      "Network_PrivateRoutes-us-east-1a": "Network_Nat-us-east-1a",
      "Network_PrivateRoutes-us-east-1b": "Network_Nat-us-east-1a",
      "Network_PrivateRoutes-us-east-1c": "Network_Nat-us-east-1a",
    });
  });

  it("per-zone: each zone goes out through its own gateway", () => {
    const gateways = network({ nat: "per-zone" }).resources(NatGateway);
    expect(gateways.map((gateway) => [tagName(gateway), target(gateway.subnet_id)])).toEqual([
      ["shop-nat-us-east-1a", "Network_Public-us-east-1a"],
      ["shop-nat-us-east-1b", "Network_Public-us-east-1b"],
      ["shop-nat-us-east-1c", "Network_Public-us-east-1c"],
    ]);
    expect(natRoutes({ nat: "per-zone" })).toEqual({
      "Network_PrivateRoutes-us-east-1a": "Network_Nat-us-east-1a",
      "Network_PrivateRoutes-us-east-1b": "Network_Nat-us-east-1b",
      "Network_PrivateRoutes-us-east-1c": "Network_Nat-us-east-1c",
    });
  });

  it("has an elastic IP per gateway, and both wait for the internet gateway", () => {
    const synthesised = network({ nat: "per-zone" });
    const internetGateway = expect.stringMatching(/^aws_internet_gateway\./);
    for (const gateway of synthesised.resources(NatGateway)) {
      expect(target(gateway.allocation_id)).toMatch(/^Network_NatAddress-us-east-1[abc]$/);
      expect(gateway.depends_on).toEqual([internetGateway]);
    }
    const addresses = synthesised.resources(Eip);
    expect(addresses).toHaveLength(3);
    for (const address of addresses) expect(address).toMatchObject({ domain: "vpc", depends_on: [internetGateway] });
  });

  it("goes from single to per-zone by additions and changed targets of routes only", () => {
    const ids = (props: Partial<NetworkProps>) => {
      const { resource } = JSON.parse(network(props).json) as { resource: Record<string, Record<string, Block>> };
      return Object.entries(resource).flatMap(([type, all]) =>
        Object.entries(all).map(([id, { nat_gateway_id, ...block }]) => JSON.stringify([type, id, block])),
      );
    };
    const perZone = new Set(ids({ nat: "per-zone" }));
    expect(ids({ nat: "single" }).filter((block) => !perZone.has(block))).toEqual([]);
  });
});

describe("Flow logs", () => {
  it("are on by default, and kept for 30 days", () => {
    const synthesised = network();
    expect(synthesised.resource(FlowLog)).toMatchObject({
      traffic_type: "ALL",
      log_destination_type: "cloud-watch-logs",
    });
    expect(synthesised.counts()).toMatchObject({
      aws_cloudwatch_log_group: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
    });
    expect(synthesised.json).toContain('"retention_in_days": 30');
  });

  it("are kept as long as asked", () => {
    expect(network({ flowLogRetentionDays: 365 }).json).toContain('"retention_in_days": 365');
  });

  it("can be turned off, without leaving a role or a log group", () => {
    const { aws_flow_log, aws_cloudwatch_log_group, aws_iam_role } = network({ flowLogs: false }).counts();
    expect([aws_flow_log, aws_cloudwatch_log_group, aws_iam_role]).toEqual([undefined, undefined, undefined]);
  });
});

describe("The network's construct ids", () => {
  it("do not depend on a zone's position", () => {
    const ids = (availabilityZones: string[]) =>
      Object.keys(
        (JSON.parse(network({ availabilityZones, nat: "per-zone" }).json).resource as Block).aws_subnet as Block,
      );
    expect(ids(["us-east-1b", "us-east-1a"])).toEqual(expect.arrayContaining(ids(["us-east-1a", "us-east-1b"])));
  });
});
