import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countOf, withoutDuplicates } from "./recipients";

const lists = (address: fc.Arbitrary<string>) =>
  fc.record({ to: fc.array(address), cc: fc.array(address), bcc: fc.array(address) });
/** Few letters in both cases: many are the same. */
const few = lists(fc.stringMatching(/^[aAbBcC]{1,2}@x\.test$/));
const all = ({ to, cc, bcc }: ReturnType<typeof withoutDuplicates>) => [...to, ...cc, ...bcc];
const lower = (addresses: readonly string[]) => addresses.map((address) => address.toLowerCase());

describe("recipients without duplicates", () => {
  it("stay where they are named first, in their first spelling", () => {
    const given = {
      to: ["Ann@x.test", "bob@x.test", "ann@x.test"],
      cc: ["BOB@x.test", "cat@x.test"],
      bcc: ["Cat@x.test", "dan@x.test", "ANN@X.TEST"],
    };
    const once = withoutDuplicates(given);
    expect(once).toEqual({ to: ["Ann@x.test", "bob@x.test"], cc: ["cat@x.test"], bcc: ["dan@x.test"] });
    expect(countOf(once)).toBe(4);
  });

  it("are all that were given, each once, in their order", () => {
    fc.assert(
      fc.property(few, (given) => {
        const once = withoutDuplicates(given);
        expect(lower(all(once))).toEqual([...new Set(lower(all(given)))]);
        for (const list of ["to", "cc", "bcc"] as const) {
          expect(once[list]).toEqual(given[list].filter((address) => once[list].includes(address)).filter(firstTime));
        }
        expect(withoutDuplicates(once)).toEqual(once);
        expect(countOf(once)).toBe(all(once).length);
      }),
    );
  });
});

function firstTime(address: string, index: number, list: readonly string[]): boolean {
  return list.indexOf(address) === index;
}
