import { describe, expect, it } from "vitest";
import { doublingRatio, growthExponent } from "./growth";

const points = (grown: (services: number) => number, numbers = [2, 10, 100, 1000]) =>
  numbers.map((services) => ({ services, value: grown(services) }));

describe("the exponent of growth", () => {
  it.each([
    ["constant", 0, () => 7],
    ["linear", 1, (services: number) => 0.006 * services],
    ["quadratic", 2, (services: number) => 3 * services ** 2],
  ])("of what is %s is %d", (_, exponent, grown) => {
    expect(growthExponent(points(grown))).toBeCloseTo(exponent, 10);
  });

  it("is between those of its parts for a sum", () => {
    const exponent = growthExponent(points((services) => 100 + services));
    expect(exponent).toBeGreaterThan(0);
    expect(exponent).toBeLessThan(1);
  });

  it("is the slope of the line with the least squares where the points are on none", () => {
    // (0, 0), (1, 2), (2, 1) have the slope 1/2.
    const e = Math.E;
    const scattered = [
      { services: 1, value: 1 },
      { services: e, value: e ** 2 },
      { services: e ** 2, value: e },
    ];
    expect(growthExponent(scattered)).toBeCloseTo(0.5, 10);
  });

  it("throws for a single number of services", () => {
    expect(() => growthExponent(points(() => 1, [10, 10]))).toThrow("growth needs two numbers of services");
  });

  it("throws for what has no logarithm", () => {
    expect(() => growthExponent(points((services) => services - 2))).toThrow("growth needs positive numbers");
  });
});

describe("the doubling ratio", () => {
  it("is what twice as many services take against half of them", () => {
    const quadratic = points((services) => services ** 2, [100, 500, 1000]);
    expect(doublingRatio(quadratic, 1000)).toBe(4);
  });

  it("throws where one of the two was not measured", () => {
    expect(() =>
      doublingRatio(
        points(() => 1),
        1000,
      ),
    ).toThrow("500 and 1000 services are needed");
  });
});
