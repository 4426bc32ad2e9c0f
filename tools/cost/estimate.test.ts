import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contextOf, costOf, fargateService, type Resources, summaryOf, together } from "./cost.fixtures";
import { estimate, totalOf } from "./estimate";
import { sumUp } from "./summary";

/** A stack of some services, secrets and NAT gateways. */
const stack: fc.Arbitrary<Resources> = fc
  .record({
    services: fc.uniqueArray(fc.constantFrom("web", "orders", "users"), { maxLength: 3 }),
    tasks: fc.integer({ min: 0, max: 50 }),
    secrets: fc.integer({ min: 0, max: 5 }),
    gateways: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ services, tasks, secrets, gateways }) => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, {}]));
    return together(...services.map((name) => fargateService(name, tasks)), {
      aws_secretsmanager_secret: many(secrets),
      aws_nat_gateway: many(gateways),
    });
  });

describe("an estimate", () => {
  it("has sums that are the sums of their parts, to the cent", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("shop", "network", "mail"), stack), (stacks) => {
        const context = contextOf(stacks);
        const { total, ...summary } = sumUp(context.plan, estimate(context));
        expect(totalOf(summary.stacks)).toEqual(total);
        expect(totalOf(summary.charges)).toEqual(total);
        const names = new Set(summary.services.map(({ service }) => service));
        const services = [...names].flatMap((name) => summary.services.find(({ service }) => service === name) ?? []);
        expect(totalOf([...services, { amount: summary.inCommon }])).toEqual(total);
      }),
    );
  });

  it.each(["prod", "dev"])("of %s has sums that are the sums of their parts", async (environment) => {
    const { total, stacks, services, inCommon } = await summaryOf(environment);
    expect(totalOf(stacks)).toEqual(total);
    expect(totalOf([...services, { amount: inCommon }])).toEqual(total);
  });

  it("lists a type of resource that nobody decided about, and how many there are", () => {
    const lambdas = { aws_lambda_function: { one: {}, two: {} }, aws_kms_key: { key: {} } };
    const { charges, unknown } = costOf(lambdas);
    expect(unknown).toEqual([{ type: "aws_lambda_function", detail: undefined, count: 2 }]);
    expect(totalOf(charges).atRest).toBe(100);
  });

  it("counts nothing for what is only read", () => {
    const data = { aws_lambda_function: { one: {} } };
    const context = contextOf({ shop: {} });
    expect(estimate(context)).toEqual({ charges: [], unknown: [] });
    expect(costOf(data).unknown).toHaveLength(1);
  });
});
