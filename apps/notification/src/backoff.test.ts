import { describe, expect, it } from "vitest";
import { fullJitter } from "./backoff";

describe("the pause after failures", () => {
  it("is anything up to a bound that doubles, and ends at 2 s", () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 2000].map((failures) => fullJitter(failures, () => 1));
    expect(bounds).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
    expect(fullJitter(3, () => 0)).toBe(0);
    expect(fullJitter(3, () => 0.25)).toBe(100);
  });

  it("differs from caller to caller", () => {
    expect(new Set(Array.from({ length: 20 }, () => fullJitter(5))).size).toBe(20);
  });
});
