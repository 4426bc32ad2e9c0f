import { describe, expect, it } from "vitest";
import { countsOf, Tally } from "./tally";

describe("the tally of a load", () => {
  it("counts answers by status, what was not answered by why, and what was not sent", () => {
    const tally = new Tally();
    for (const status of [200, 200, 404, 503]) tally.answered(status, 1);
    tally.failed("ECONNRESET");
    tally.skipped++;
    const { outcome } = tally;
    expect(outcome).toMatchObject({ statuses: { 200: 2, 404: 1, 503: 1 }, failures: { ECONNRESET: 1 }, skipped: 1 });
    // What was not found is an answer, and what was not sent is no failure of the service's.
    expect(countsOf(outcome)).toEqual({ requests: 5, failed: 2 });
  });

  it("tells how long answers took", () => {
    const tally = new Tally();
    expect(tally.outcome.latency).toBeUndefined();
    for (let ms = 1; ms <= 100; ms++) tally.answered(200, ms);
    const { p50 = 0, p95 = 0, p99 = 0, max = 0 } = tally.outcome.latency ?? {};
    for (const [value, expected] of [
      [p50, 50],
      [p95, 95],
      [p99, 99],
      [max, 100],
    ] as const) {
      expect(Math.abs(value - expected)).toBeLessThan(1);
    }
  });
});
