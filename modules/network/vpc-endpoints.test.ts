import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { Network, type NetworkProps } from "./network";

const network = (props: Partial<NetworkProps>) =>
  synthesise((stack) => {
    new Network(stack, "Network", {
      name: "shop",
      cidr: "10.0.0.0/16",
      availabilityZones: ["us-east-1a", "us-east-1b"],
      nat: "none",
      ...props,
    });
  });

describe("VPC endpoints", () => {
  it("are not made, and the region is not read, unless asked for", () => {
    const synthesised = network({});
    expect(synthesised.counts()).not.toHaveProperty("aws_vpc_endpoint");
    expect(synthesised.dataSources(DataAwsRegion)).toEqual([]);
  });

  it("put a gateway endpoint's route into every private table, and into no public one", () => {
    const synthesised = network({ gatewayEndpoints: ["s3"] });
    const endpoint = synthesised.resource(VpcEndpoint);
    expect(endpoint).toMatchObject({
      vpc_endpoint_type: "Gateway",
      service_name: expect.stringMatching(/^com\.amazonaws\.\$\{data\.aws_region\..+\.name\}\.s3$/),
      route_table_ids: [
        expect.stringContaining("Network_PrivateRoutes-us-east-1a"),
        expect.stringContaining("Network_PrivateRoutes-us-east-1b"),
      ],
    });
    expect(synthesised.counts()).not.toHaveProperty("aws_security_group");
  });

  it("give an interface endpoint a network interface in every private subnet, at the service's usual name", () => {
    const synthesised = network({ interfaceEndpoints: ["ecr.api", "logs"] });
    const endpoints = synthesised.resources(VpcEndpoint);
    expect(endpoints).toHaveLength(2);
    for (const endpoint of endpoints) {
      expect(endpoint).toMatchObject({
        vpc_endpoint_type: "Interface",
        private_dns_enabled: true,
        subnet_ids: [
          expect.stringContaining("Network_Private-us-east-1a"),
          expect.stringContaining("Network_Private-us-east-1b"),
        ],
        security_group_ids: [expect.stringMatching(/^\$\{aws_security_group\./)],
      });
    }
    expect(endpoints.map((endpoint) => String(endpoint.service_name).split("}.")[1]).sort()).toEqual([
      "ecr.api",
      "logs",
    ]);
  });

  it("accept only HTTPS from within the VPC, and call nobody", () => {
    const synthesised = network({ interfaceEndpoints: ["ecr.api", "logs"] });
    expect(synthesised.counts()).toMatchObject({ aws_security_group: 1, aws_vpc_security_group_ingress_rule: 1 });
    expect(synthesised.counts()).not.toHaveProperty("aws_vpc_security_group_egress_rule");
    expect(synthesised.json).toHaveResourceWithProperties(SecurityGroup, {
      name_prefix: "shop-endpoints-",
      lifecycle: { create_before_destroy: true },
    });
    expect(synthesised.resource(VpcSecurityGroupIngressRule)).toMatchObject({
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
      cidr_ipv4: expect.stringMatching(/^\$\{aws_vpc\..+\.cidr_block\}$/),
    });
  });
});
