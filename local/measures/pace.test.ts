import { describe, expect, it } from "vitest";
import { measureSeconds } from "./pace";

describe("the time between two measures", () => {
  it.each([
    [1, 5],
    [3, 5],
    [6, 2.5],
    [20, 0.75],
    [600, 0.025],
  ])("with time scale %d is %d s: four in a minute of CloudWatch, and at least one every 5 s", (scale, seconds) => {
    expect(measureSeconds(scale)).toBeCloseTo(seconds);
  });
});
