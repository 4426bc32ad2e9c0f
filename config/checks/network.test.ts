import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf } from "../testing/project";

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

  it("refuses a gateway endpoint that is given twice", () => {
    expect(faultsOf({ environment: { network: { gatewayEndpoints: ["s3", "s3"] } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.network.gatewayEndpoints[1]",
        given: '"s3"',
        problem: 'the endpoint "s3" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
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

  it("takes no NAT gateway when the endpoints stand in for it", () => {
    const network = { nat: "none", interfaceEndpoints: ["ecr.api", "ecr.dkr", "logs"] };
    expect(faultsOf({ environment: { network } })).toEqual([]);
  });

  it("refuses blocks of testers that are none, or stand there twice", () => {
    const problems = (testListenerCidrs: readonly string[]) =>
      faultsOf({ environment: { testListenerCidrs } }).map(({ path, problem }) => `${path} ${problem}`);
    expect(problems(["203.0.113.0/24", "198.51.100.7"])).toEqual(["$.testListenerCidrs[1] is not a CIDR block"]);
    expect(problems(["203.0.113.0/24", "203.0.113.0/24"])).toEqual([
      '$.testListenerCidrs[1] the block "203.0.113.0/24" is given twice, first as number 1 of the list',
    ]);
  });

  it("refuses addresses of its requests that are none, or stand there twice", () => {
    const problems = (egressCidrs: readonly string[]) =>
      faultsOf({ environment: { network: { egressCidrs } } }).map(({ path, problem }) => `${path} ${problem}`);
    expect(problems(["203.0.113.0/24", "198.51.100.7"])).toEqual(["$.network.egressCidrs[1] is not a CIDR block"]);
    expect(problems(["203.0.113.0/24", "203.0.113.0/24"])).toEqual([
      '$.network.egressCidrs[1] the block "203.0.113.0/24" is given twice, first as number 1 of the list',
    ]);
  });
});
