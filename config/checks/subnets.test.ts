import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load } from "../testing/project";

describe("subnets", () => {
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

  it("takes subnets that are given, one per zone", () => {
    const subnets = { public: ["10.0.0.0/24", "10.0.1.0/24"], private: ["10.0.16.0/20", "10.0.32.0/20"] };
    expect(load({ environment: { network: { subnets } } }).environment.network.subnets).toEqual(subnets);
  });
});
