import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cents, dollars, product, ratio, sum, type Term, worthOf, written } from "./arithmetic";

const { term } = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: 0, max: 10_000 }).map((number) => number / 1_000),
    fc.array(tie("term"), { minLength: 1, maxLength: 3 }).map((terms) => sum(...terms)),
    fc.array(tie("term"), { minLength: 1, maxLength: 3 }).map((terms) => product(...terms)),
    fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 99 })).map(([part, of]) => ratio(part, of)),
  ),
}));

describe("a term", () => {
  it("is worth what a person works out from how it is written", () => {
    fc.assert(
      fc.property(term, (one) => {
        const workedOut: unknown = runInNewContext(written(one).replaceAll("×", "*"));
        expect(workedOut).toBeCloseTo(worthOf(one), 6);
      }),
    );
  });

  it("is written with the brackets that it needs, and no others", () => {
    const hour = sum(product(0.25, 0.04048), product(0.5, 0.004445));
    expect(written(product(2, product(730, hour)))).toBe("2 × 730 × (0.25 × 0.04048 + 0.5 × 0.004445)");
    expect(written(product(3, ratio(365, 30), 0.03))).toBe("3 × 365 / 30 × 0.03");
    expect(written(sum(sum(1, 2), 3))).toBe("1 + 2 + 3");
    expect(written(product(ratio(8, 1), 1 - 0.7))).toBe("8 × 0.3");
  });
});

describe("an amount", () => {
  it("is rounded to cents as a person rounds", () => {
    expect(cents(product(730, 0.0225))).toBe(1643);
    expect(cents(product(3, 730, 0.005))).toBe(1095);
    expect(cents(0.0049)).toBe(0);
  });

  it("is printed in dollars, with a minus where it costs more", () => {
    expect([0, 5, 1643, 123_456_789, -5, -100_000].map(dollars)).toEqual([
      "0.00",
      "0.05",
      "16.43",
      "1,234,567.89",
      "-0.05",
      "-1,000.00",
    ]);
  });
});
