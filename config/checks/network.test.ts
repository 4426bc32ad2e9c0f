import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load } from "../testing/project";

describe("the network", () => {
  it("refuses a single availability zone", () => {
    expect(faultsOf({ environment: { network: { availabilityZones: ["us-east-1a"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.availabilityZones",
        given: '["us-east-1a"]',
        problem: "has 1 member, fewer than 2",
        allowed: "a list of at least 2 availability zones",
        mend: "write a list of at least 2 availability zones",
      },
    ]);
  });

  it("refuses a zone of another Region", () => {
    expect(faultsOf({ environment: { network: { availabilityZones: ["us-east-1a", "eu-west-1b"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.availabilityZones[1]",
        given: '"eu-west-1b"',
        problem: "is not an availability zone of the Region us-east-1",
        allowed: "us-east-1 and a letter",
        mend: 'write for example "us-east-1a", or change the Region',
      },
    ]);
  });

  it("refuses a Region among the zones", () => {
    expect(faultsOf({ environment: { network: { availabilityZones: ["us-east-1a", "us-east-1"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.availabilityZones[1]",
        given: '"us-east-1"',
        problem: "is not an availability zone of the Region us-east-1",
        allowed: "us-east-1 and a letter",
        mend: 'write for example "us-east-1a", or change the Region',
      },
    ]);
  });

  it("refuses a zone that is given twice", () => {
    expect(faultsOf({ environment: { network: { availabilityZones: ["us-east-1a", "us-east-1a"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.availabilityZones[1]",
        given: '"us-east-1a"',
        problem: 'the zone "us-east-1a" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
      },
    ]);
  });

  it("refuses a VPC that is no CIDR block", () => {
    expect(faultsOf({ environment: { network: { cidr: "10.0.0.0" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.cidr",
        given: '"10.0.0.0"',
        problem: "is not a CIDR block",
        allowed: 'an IPv4 CIDR block such as "10.0.0.0/16"',
        mend: 'write an IPv4 CIDR block such as "10.0.0.0/16"',
      },
    ]);
  });

  it("refuses a VPC with bits beyond its prefix", () => {
    expect(faultsOf({ environment: { network: { cidr: "10.0.1.0/16" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.cidr",
        given: '"10.0.1.0/16"',
        problem: "has bits set beyond its prefix of 16 bits",
        allowed: "a block that starts at its first address",
        mend: 'write "10.0.0.0/16"',
      },
    ]);
  });

  it("refuses a VPC that is too large", () => {
    expect(faultsOf({ environment: { network: { cidr: "10.0.0.0/8" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.cidr",
        given: '"10.0.0.0/8"',
        problem: "/8 is too large for a VPC",
        allowed: "a block from /16 (largest) to /28 (smallest)",
        mend: "write a /16 block",
      },
    ]);
  });

  it("refuses a VPC that is too small", () => {
    expect(faultsOf({ environment: { network: { cidr: "10.0.0.0/29" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.cidr",
        given: '"10.0.0.0/29"',
        problem: "/29 is too small for a VPC",
        allowed: "a block from /16 (largest) to /28 (smallest)",
        mend: "write a /28 block",
      },
    ]);
  });

  it("refuses a VPC of IPv6", () => {
    expect(
      faultsOf({
        environment: {
          network: {
            cidr: "2001:db8::/64",
            subnets: { public: ["10.0.0.0/24", "10.0.1.0/24"], private: ["10.0.16.0/20", "10.0.32.0/20"] },
          },
        },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.cidr",
        given: '"2001:db8::/64"',
        problem: "is an IPv6 block",
        allowed: 'an IPv4 CIDR block such as "10.0.0.0/16"',
        mend: 'write an IPv4 CIDR block such as "10.0.0.0/16"',
      },
    ]);
  });

  it("refuses a VPC without room for the subnets of its zones", () => {
    expect(faultsOf({ environment: { network: { cidr: "10.0.0.0/26" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.cidr",
        given: '"10.0.0.0/26"',
        problem:
          "CIDR block 10.0.0.0/26 is too small for 2 availability zones: the plan needs a /23 or larger, so that no public subnet is smaller than /27; give a larger block, name fewer zones, or give the subnets yourself",
        allowed: "a block with room for a public and a private subnet in each zone",
        mend: 'give a larger block such as a /16, name fewer zones, or write the subnets into "network.subnets"',
      },
    ]);
  });

  it("refuses fewer subnets than zones", () => {
    expect(
      faultsOf({
        environment: { network: { subnets: { public: ["10.0.0.0/24"], private: ["10.0.16.0/20", "10.0.32.0/20"] } } },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.subnets.public",
        given: '["10.0.0.0/24"]',
        problem: "1 public subnet for 2 availability zones",
        allowed: "one subnet per availability zone",
        mend: "add 1",
      },
    ]);
  });

  it("refuses more subnets than zones", () => {
    expect(
      faultsOf({
        environment: {
          network: {
            subnets: {
              public: ["10.0.0.0/24", "10.0.1.0/24"],
              private: ["10.0.16.0/20", "10.0.32.0/20", "10.0.48.0/20"],
            },
          },
        },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.subnets.private",
        given: '["10.0.16.0/20","10.0.32.0/20","10.0.48.0/20"]',
        problem: "3 private subnets for 2 availability zones",
        allowed: "one subnet per availability zone",
        mend: "remove 1, or name more zones",
      },
    ]);
  });

  it("refuses a subnet outside the VPC", () => {
    expect(
      faultsOf({
        environment: {
          network: { subnets: { public: ["10.0.0.0/24", "10.0.1.0/24"], private: ["10.0.16.0/20", "10.1.0.0/20"] } },
        },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.subnets.private[1]",
        given: '"10.1.0.0/20"',
        problem: "does not lie within the VPC's 10.0.0.0/16",
        allowed: "a block within 10.0.0.0/16",
        mend: "move the subnet into the VPC's block, or enlarge that",
      },
    ]);
  });

  it("refuses subnets that overlap", () => {
    expect(
      faultsOf({
        environment: {
          network: { subnets: { public: ["10.0.0.0/24", "10.0.1.0/24"], private: ["10.0.0.128/25", "10.0.32.0/20"] } },
        },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.subnets.private[0]",
        given: '"10.0.0.128/25"',
        problem: "overlaps with the public subnet 10.0.0.0/24",
        allowed: "subnets that share no address",
        mend: "move one of the two",
      },
    ]);
  });

  it("refuses a private subnet smaller than /28", () => {
    expect(
      faultsOf({
        environment: {
          network: { subnets: { public: ["10.0.0.0/24", "10.0.1.0/24"], private: ["10.0.16.0/29", "10.0.32.0/20"] } },
        },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.subnets.private[0]",
        given: '"10.0.16.0/29"',
        problem: "/29 is too small for a subnet",
        allowed: "a block from /16 (largest) to /28 (smallest)",
        mend: "write a /28 block",
      },
    ]);
  });

  it("refuses a public subnet that is too small for a load balancer", () => {
    expect(
      faultsOf({
        environment: {
          network: { subnets: { public: ["10.0.0.0/28", "10.0.1.0/24"], private: ["10.0.16.0/20", "10.0.32.0/20"] } },
        },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.subnets.public[0]",
        given: '"10.0.0.0/28"',
        problem: "/28 is too small for a subnet of a load balancer",
        allowed: "a block from /16 (largest) to /27 (smallest)",
        mend: "write a /27 block",
      },
    ]);
  });

  it("refuses a subnet with bits beyond its prefix", () => {
    expect(
      faultsOf({
        environment: {
          network: { subnets: { public: ["10.0.0.1/24", "10.0.1.0/24"], private: ["10.0.16.0/20", "10.0.32.0/20"] } },
        },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.subnets.public[0]",
        given: '"10.0.0.1/24"',
        problem: "has bits set beyond its prefix of 24 bits",
        allowed: "a block that starts at its first address",
        mend: 'write "10.0.0.0/24"',
      },
    ]);
  });

  it("refuses a NAT mode that does not exist", () => {
    expect(faultsOf({ environment: { network: { nat: "per-zones" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.nat",
        given: '"per-zones"',
        problem: "is none of the values allowed",
        allowed: '"none", "single" or "per-zone"',
        mend: 'did you mean "per-zone"?',
      },
    ]);
  });

  it("refuses no NAT gateway without the endpoints that stand in for it", () => {
    expect(faultsOf({ environment: { network: { nat: "none", gatewayEndpoints: [] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.nat",
        given: '"none"',
        problem: "without a NAT gateway no task can fetch its image or write its log",
        allowed: '"none" only with the interface endpoints ecr.api, ecr.dkr, logs and the gateway endpoint s3',
        mend: 'write "single", or add the endpoints ecr.api, ecr.dkr, logs, s3 (gateway)',
      },
    ]);
  });

  it("refuses a gateway endpoint that does not exist", () => {
    expect(faultsOf({ environment: { network: { gatewayEndpoints: ["sqs"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.gatewayEndpoints[0]",
        given: '"sqs"',
        problem: "is none of the values allowed",
        allowed: '"s3" or "dynamodb"',
        mend: 'write "s3" or "dynamodb"',
      },
    ]);
  });

  it("refuses an endpoint that is given twice", () => {
    expect(faultsOf({ environment: { network: { interfaceEndpoints: ["logs", "logs"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.interfaceEndpoints[1]",
        given: '"logs"',
        problem: 'the endpoint "logs" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
      },
    ]);
  });

  it("refuses an endpoint's full name in capital letters", () => {
    expect(faultsOf({ environment: { network: { interfaceEndpoints: ["ECR.api"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.interfaceEndpoints[0]",
        given: '"ECR.api"',
        problem: "is not the short name of an AWS service",
        allowed: 'what follows com.amazonaws.<region>. in the name of an endpoint, such as "ecr.api" or "logs"',
        mend: 'write for example "ecr.api"',
      },
    ]);
  });

  it("takes subnets that are given, one per zone", () => {
    const subnets = { public: ["10.0.0.0/24", "10.0.1.0/24"], private: ["10.0.16.0/20", "10.0.32.0/20"] };
    expect(load({ environment: { network: { subnets } } }).environment.network.subnets).toEqual(subnets);
  });

  it("takes no NAT gateway when the endpoints stand in for it", () => {
    const network = { nat: "none", interfaceEndpoints: ["ecr.api", "ecr.dkr", "logs"] };
    expect(faultsOf({ environment: { network } })).toEqual([]);
  });
});
