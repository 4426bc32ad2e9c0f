import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Known, mayRetire } from "./retire-plan";

const arns = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 25 })
  .map((numbers) => numbers.toSorted((first, second) => second - first).map((number) => `cart:${number}`));

const known: fc.Arbitrary<Known> = arns.chain((active) =>
  fc.record({
    active: fc.constant(active),
    inUse: fc.subarray([...active, "cart:99"]).map((some) => new Set(some)),
    keep: fc.integer({ min: 0, max: 30 }),
  }),
);

/** Checks the plan of whatever is known. */
const always = (check: (known: Known, plan: readonly string[]) => void) =>
  fc.assert(
    fc.property(known, (one) => {
      check(one, mayRetire(one));
    }),
  );

const numberOf = (arn: string) => Number(arn.split(":")[1]);

describe("the revisions that may be retired", () => {
  it("are the old ones that nothing uses, the oldest first", () => {
    const active = ["cart:9", "cart:8", "cart:5", "cart:4", "cart:2", "cart:1"];
    expect(mayRetire({ active, inUse: new Set(["cart:4", "cart:9"]), keep: 2 })).toEqual([
      "cart:1",
      "cart:2",
      "cart:5",
    ]);
  });

  it("are never in use", () => {
    always(({ inUse }, plan) => expect(plan.filter((arn) => inUse.has(arn))).toEqual([]));
  });

  it("are never among the newest, in use or not", () => {
    always(({ active, keep }, plan) => {
      const newest = active.slice(0, keep);
      expect(plan.filter((arn) => newest.includes(arn))).toEqual([]);
    });
  });

  it("are active ones only, each once, the oldest first", () => {
    always(({ active }, plan) => {
      expect(plan.filter((arn) => !active.includes(arn))).toEqual([]);
      const numbers = plan.map(numberOf);
      expect(numbers).toEqual([...new Set(numbers)].sort((first, second) => first - second));
    });
  });

  it("are all that are left then", () => {
    always(({ active, inUse, keep }, plan) => {
      const kept = active.filter((arn, index) => index < keep || inUse.has(arn));
      expect(new Set([...kept, ...plan])).toEqual(new Set(active));
      expect(kept.length + plan.length).toBe(active.length);
    });
  });
});
