import { describe, expect, it } from "vitest";
import { CircuitBreaker } from "./circuit-breaker";

function breakerAt(): { breaker: CircuitBreaker; pass: (milliseconds: number) => void } {
  let now = 0;
  const breaker = new CircuitBreaker(1000, () => now);
  return {
    breaker,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

describe("CircuitBreaker", () => {
  it("lets everybody try while nothing has failed", () => {
    const { breaker } = breakerAt();
    expect([breaker.mayTry(), breaker.mayTry(), breaker.succeeded()]).toEqual([true, true, false]);
  });

  it("lets nobody try for the pause after a failure, then one", () => {
    const { breaker, pass } = breakerAt();
    breaker.failed();
    pass(999);
    expect(breaker.mayTry()).toBe(false);
    pass(1);
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, false]);
  });

  it("lets everybody try again after one succeeded", () => {
    const { breaker, pass } = breakerAt();
    breaker.failed();
    pass(1000);
    breaker.mayTry();
    expect(breaker.succeeded()).toBe(true);
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, true]);
  });

  it("begins another pause when the one failed too", () => {
    const { breaker, pass } = breakerAt();
    expect(breaker.failed()).toBe(true);
    pass(1000);
    breaker.mayTry();
    expect(breaker.failed()).toBe(false);
    expect(breaker.mayTry()).toBe(false);
    pass(1000);
    expect(breaker.mayTry()).toBe(true);
  });

  it("lets another one try when the one learned nothing", () => {
    const { breaker, pass } = breakerAt();
    breaker.failed();
    pass(1000);
    breaker.mayTry();
    breaker.undecided();
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, false]);
  });
});
