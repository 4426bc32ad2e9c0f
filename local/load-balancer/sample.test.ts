import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sample } from "./sample";

function sampleOf(length: number, most: number): readonly number[] {
  const sample = new Sample(most);
  for (let value = 0; value < length; value++) sample.add(value);
  return sample.values;
}

describe("a sample of a stream", () => {
  it("has all of it while there is room", () => {
    expect(sampleOf(4, 4)).toEqual([0, 1, 2, 3]);
  });

  it("has every second value when there is none, and so on", () => {
    expect(sampleOf(5, 4)).toEqual([0, 2, 4]);
    expect(sampleOf(9, 4)).toEqual([0, 4, 8]);
  });

  it("is evenly spread over the whole of it, and never larger than it may be", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 50 }), (length, half) => {
        const most = 2 * half;
        const values = sampleOf(length, most);
        const stride = values[1] ?? 1;
        expect(values.length).toBeLessThanOrEqual(most);
        expect(values).toEqual(Array.from({ length: Math.ceil(length / stride) }, (_, index) => index * stride));
        // No more than half of the room is ever given away.
        if (length >= most) expect(values.length).toBeGreaterThanOrEqual(half);
      }),
    );
  });
});
