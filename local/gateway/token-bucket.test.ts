import { describe, expect, it } from "vitest";
import { TokenBucket } from "./token-bucket";

function bucketOf(rate: number, burst: number) {
  let now = 1_000;
  const bucket = new TokenBucket({ rate, burst }, () => now);
  /** How many of so many requests pass at once, so many milliseconds later. */
  const pass = (requests: number, later = 0) => {
    now += later;
    return Array.from({ length: requests }, () => bucket.take()).filter(Boolean).length;
  };
  return { bucket, pass };
}

describe("the throttle of a stage", () => {
  it("lets the burst pass at once, and no more", () => {
    expect(bucketOf(10, 5).pass(20)).toBe(5);
  });

  it("lets the rate pass each second after that", () => {
    const { pass } = bucketOf(10, 5);
    pass(5);
    expect(pass(20, 99)).toBe(0);
    expect(pass(20, 1)).toBe(1);
    expect(pass(20, 300)).toBe(3);
  });

  it("saves up no more than the burst", () => {
    const { pass } = bucketOf(10, 5);
    pass(5);
    expect(pass(20, 60_000)).toBe(5);
  });

  it("keeps what is less than a request", () => {
    const { pass } = bucketOf(0.5, 1);
    pass(1);
    expect([pass(1, 1_000), pass(1, 500), pass(1, 500)]).toEqual([0, 0, 1]);
  });

  it("lets nothing pass with a burst of 0", () => {
    expect(bucketOf(0, 0).pass(3, 5_000)).toBe(0);
  });

  it("is the same one as long as its limits are", () => {
    const { bucket } = bucketOf(10, 5);
    expect([bucket.is({ rate: 10, burst: 5 }), bucket.is({ rate: 10, burst: 6 })]).toEqual([true, false]);
  });
});
