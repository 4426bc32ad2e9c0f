import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claim, planAddresses, usableAddresses } from "./addresses";
import { type Resources, ref, usesOf } from "./quotas.fixtures";

const SUBNETS = ["a", "b", "c", "d"];

const claims = fc.array(
  fc.record({
    subnets: fc.uniqueArray(fc.constantFrom(...SUBNETS), { minLength: 1 }),
    addresses: fc.nat(5_000),
  }),
);

/** An even spread of each claim: the parts of a claim differ by one at most, the larger ones from a place on. */
function spread(given: readonly Claim<string>[], from: number): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const { subnets, addresses } of given) {
    for (let index = 0; index < addresses; index++) {
      const subnet = subnets[(index + from) % subnets.length] ?? "";
      taken.set(subnet, (taken.get(subnet) ?? 0) + 1);
    }
  }
  return taken;
}

describe("the addresses that subnets need", () => {
  it("are enough for every even spread, whichever subnet it begins with", () => {
    fc.assert(
      fc.property(claims, fc.nat(3), (given, from) => {
        const needed = planAddresses(given);
        for (const [subnet, taken] of spread(given, from)) {
          expect(needed.get(subnet) ?? 0).toBeGreaterThanOrEqual(taken);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("are, in a subnet, no more than one for each claim above what an even share is", () => {
    fc.assert(
      fc.property(claims, (given) => {
        for (const [subnet, needed] of planAddresses(given)) {
          const own = given.filter(({ subnets }) => subnets.includes(subnet));
          const share = own.reduce((sum, { subnets, addresses }) => sum + addresses / subnets.length, 0);
          expect(needed).toBeLessThan(share + Math.max(1, own.length));
        }
      }),
    );
  });

  it("never get fewer by another claim", () => {
    fc.assert(
      fc.property(claims, claims, (given, more) => {
        const before = planAddresses(given);
        const after = planAddresses([...given, ...more]);
        for (const [subnet, needed] of before) expect(after.get(subnet)).toBeGreaterThanOrEqual(needed);
      }),
    );
  });

  it.each([
    ["10.0.0.0/24", 251],
    ["10.0.0.0/27", 27],
    ["10.0.0.0/28", 11],
  ])("are to be had in %s: %s, for five are AWS's", (cidr, usable) => {
    expect(usableAddresses(cidr)).toBe(usable);
  });
});

describe("a subnet", () => {
  const subnet = ref("aws_subnet.private", "id");
  const used = (resources: Resources, cidr = "10.0.0.0/27") =>
    usesOf("addressesPerSubnet", { aws_subnet: { private: { cidr_block: cidr } }, ...resources }).map(
      (use) => use.used,
    );

  it("has 8 addresses for a load balancer", () => {
    expect(used({ aws_lb: { front: { subnets: [subnet] } } })).toEqual([8]);
  });

  it("has one for a NAT gateway, an interface endpoint and a VPC link each", () => {
    expect(
      used({
        aws_nat_gateway: { nat: { subnet_id: subnet } },
        aws_vpc_endpoint: { ecr: { subnet_ids: [subnet] }, s3: { vpc_endpoint_type: "Gateway" } },
        aws_apigatewayv2_vpc_link: { api: { subnet_ids: [subnet] } },
      }),
    ).toEqual([3]);
  });

  it("has one for each instance that a group may start", () => {
    expect(used({ aws_autoscaling_group: { group: { max_size: 6, vpc_zone_identifier: [subnet] } } })).toEqual([6]);
  });

  it("has one for a database, in every zone, for it may come up in any", () => {
    const resources: Resources = {
      aws_subnet: { private: { cidr_block: "10.0.0.0/27" }, other: { cidr_block: "10.0.0.32/27" } },
      aws_db_subnet_group: { shop: { subnet_ids: [subnet, ref("aws_subnet.other", "id")] } },
      aws_db_instance: { shop: { db_subnet_group_name: ref("aws_db_subnet_group.shop", "name") } },
    };
    expect(used(resources)).toEqual([1, 1]);
  });

  it("is not judged where its block is known at apply only", () => {
    expect(used({}, ref("data.aws_subnet.given", "cidr_block"))).toEqual([]);
  });
});
