import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entityTag, ifMatch } from "./entity-tag";

const state = fc.record({
  createdAt: fc.date({ min: new Date(0), noInvalidDate: true }),
  version: fc.integer({ min: 1 }),
});

describe("an entity tag", () => {
  it("is the same for the same state only, and matches itself among others", () => {
    fc.assert(
      fc.property(state, state, (one, other) => {
        const same = one.version === other.version && one.createdAt.getTime() === other.createdAt.getTime();
        expect(entityTag(one) === entityTag(other)).toBe(same);
        expect(ifMatch(`"x", ${entityTag(other)},"y"`)(entityTag(one))).toBe(same);
      }),
    );
  });
});

describe("If-Match", () => {
  it.each([
    [undefined, true],
    ["*", true],
    [" * ", true],
    ['"a-1"', true],
    ['W/"a-1"', false],
    ['W/"a-1", "a-1"', true],
    ["a-1", false],
    ['"a-2"', false],
    ["", false],
    ['"*"', false],
    ['"', false],
  ])("of %j: %s", (header, matches) => {
    expect(ifMatch(header)('"a-1"')).toBe(matches);
  });
});
