import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoff, retryAfterMilliseconds } from "./backoff";

describe("backoff", () => {
  it("is twice as long each time, and 10 s at most", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1000, 100_000].map((failures) => backoff(failures, 0, () => 1));
    expect(longest).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000]);
    expect(backoff(3, 0, () => 0)).toBe(400);
  });

  it("is never shorter than the other side asked for, and never longer than five minutes and a bit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 1e9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, retryAfter, random) => {
          const wait = backoff(failures, retryAfter, () => random);
          expect(wait).toBeGreaterThanOrEqual(Math.min(retryAfter, 300_000));
          expect(wait).toBeGreaterThanOrEqual(100);
          expect(wait).toBeLessThanOrEqual(305_000);
        },
      ),
    );
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");

  it.each([
    [null, 0],
    ["0", 0],
    ["7", 7000],
    ["Thu, 01 Jan 2026 00:00:09 GMT", 9000],
    ["Wed, 31 Dec 2025 23:59:59 GMT", 0],
    ["soon", 0],
    ["-7", 0],
    ["", 0],
  ])("of %j is %i ms", (header, milliseconds) => {
    expect(retryAfterMilliseconds(header, now)).toBe(milliseconds);
  });
});
