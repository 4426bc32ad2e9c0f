import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, formatCidr, parseCidr, planSubnets } from "./subnet-plan";

/** Blocks of private use from /16 (AWS's largest VPC) to /21 (the smallest one with room for seven zones). */
const vpcCidrs = fc.tuple(fc.integer({ min: 16, max: 21 }), fc.nat(2 ** 24 - 1)).map(([prefixLength, offset]) => {
  const size = 2 ** (32 - prefixLength);
  return formatCidr({ address: 10 * 2 ** 24 + Math.floor(offset / size) * size, prefixLength });
});
const zoneCounts = fc.integer({ min: 1, max: 7 });

/** The first address after a block. */
const end = ({ address, prefixLength }: Cidr) => address + 2 ** (32 - prefixLength);
const contains = (outer: Cidr, inner: Cidr) => inner.address >= outer.address && end(inner) <= end(outer);
const overlap = (one: Cidr, other: Cidr) => one.address < end(other) && other.address < end(one);

function everySubnet(cidr: string, zones: number) {
  const plan = planSubnets({ cidr, zones });
  return [...plan.public, ...plan.private].map(parseCidr);
}

describe("planSubnets", () => {
  it("cuts a /16 into /22 public and /19 private subnets", () => {
    expect(planSubnets({ cidr: "10.0.0.0/16", zones: 3 })).toEqual({
      public: ["10.0.0.0/22", "10.0.4.0/22", "10.0.8.0/22"],
      private: ["10.0.32.0/19", "10.0.64.0/19", "10.0.96.0/19"],
    });
  });

  it("keeps public subnets at a /27 in a small network", () => {
    expect(planSubnets({ cidr: "10.0.0.0/23", zones: 2 })).toEqual({
      public: ["10.0.0.0/27", "10.0.0.32/27"],
      private: ["10.0.0.64/26", "10.0.0.128/26"],
    });
  });

  it("gives one public and one private subnet per zone, all inside the VPC", () => {
    fc.assert(
      fc.property(vpcCidrs, zoneCounts, (cidr, zones) => {
        const plan = planSubnets({ cidr, zones });
        expect([plan.public.length, plan.private.length]).toEqual([zones, zones]);
        const vpc = parseCidr(cidr);
        expect(everySubnet(cidr, zones).every((subnet) => contains(vpc, subnet))).toBe(true);
      }),
    );
  });

  it("never lets two subnets overlap", () => {
    fc.assert(
      fc.property(vpcCidrs, zoneCounts, (cidr, zones) => {
        const subnets = everySubnet(cidr, zones);
        const clashes = subnets.flatMap((one, i) => subnets.slice(i + 1).filter((other) => overlap(one, other)));
        expect(clashes).toEqual([]);
      }),
    );
  });

  it("leaves no gap within a tier, and starts the private tier at the second eighth", () => {
    fc.assert(
      fc.property(vpcCidrs, zoneCounts, (cidr, zones) => {
        const vpc = parseCidr(cidr);
        const eighth = 2 ** (32 - vpc.prefixLength) / 8;
        const plan = planSubnets({ cidr, zones });
        for (const [tier, start] of [
          [plan.public, vpc.address],
          [plan.private, vpc.address + eighth],
        ] as const) {
          let next = start;
          for (const subnet of tier.map(parseCidr)) {
            expect(subnet.address).toBe(next);
            next = end(subnet);
          }
        }
      }),
    );
  });

  it("moves no subnet when a zone is added", () => {
    fc.assert(
      fc.property(vpcCidrs, fc.integer({ min: 1, max: 6 }), (cidr, zones) => {
        const before = planSubnets({ cidr, zones });
        const after = planSubnets({ cidr, zones: zones + 1 });
        expect({ public: after.public.slice(0, zones), private: after.private.slice(0, zones) }).toEqual(before);
      }),
    );
  });

  it("makes no subnet smaller than a /27, whatever it accepts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 28 }), zoneCounts, (prefixLength, zones) => {
        try {
          const plan = everySubnet(`10.0.0.0/${prefixLength}`, zones);
          expect(plan.every((subnet) => subnet.prefixLength <= 27)).toBe(true);
        } catch (error) {
          expect(String(error)).toContain("is too small for");
        }
      }),
    );
  });

  it.each([
    ["10.0.0.0/21", 7],
    ["10.0.0.0/22", 4],
    ["10.0.0.0/23", 2],
    ["10.0.0.0/24", 1],
  ])("fits %s to %i zones and no more", (cidr, zones) => {
    expect(planSubnets({ cidr, zones }).private).toHaveLength(zones);
    expect(() => planSubnets({ cidr, zones: zones + 1 })).toThrow();
  });

  it("refuses a block that is too small, with the size it needs", () => {
    expect(() => planSubnets({ cidr: "10.0.0.0/24", zones: 3 })).toThrow(
      "CIDR block 10.0.0.0/24 is too small for 3 availability zones: the plan needs a /22 or larger, " +
        "so that no public subnet is smaller than /27; give a larger block, name fewer zones, or give the subnets yourself",
    );
  });

  it("refuses more zones than the plan holds", () => {
    expect(() => planSubnets({ cidr: "10.0.0.0/16", zones: 8 })).toThrow(
      "8 availability zones are more than a subnet plan holds (7)",
    );
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %s zones", (zones) => {
    expect(() => planSubnets({ cidr: "10.0.0.0/16", zones })).toThrow(
      `"zones" is ${zones}: a network needs a whole number of availability zones, at least 1`,
    );
  });
});

describe("parseCidr", () => {
  it("reads what formatCidr writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 32 }), fc.nat(2 ** 32 - 1), (prefixLength, any) => {
        const cidr = { address: any - (any % 2 ** (32 - prefixLength)), prefixLength };
        expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
      }),
    );
  });

  it.each(["", "10.0.0.0", "10.0.0/16", "10.0.0.0/33", "10.0.0.256/24", "010.0.0.0/16", "fd00::/8", "10.0.0.0/16 "])(
    "refuses %j",
    (text) => {
      expect(() => parseCidr(text)).toThrow(`"${text}" is not an IPv4 CIDR block: write it as 10.0.0.0/16`);
    },
  );

  it("refuses an address inside the block, and names the block's first address", () => {
    expect(() => parseCidr("10.1.2.3/16")).toThrow(
      '"10.1.2.3/16" does not start at its block\'s first address: write 10.1.0.0/16',
    );
  });
});
