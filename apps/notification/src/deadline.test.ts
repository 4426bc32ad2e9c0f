import { describe, expect, it } from "vitest";
import { Deadline } from "./deadline";

describe("a deadline", () => {
  it("has whole milliseconds left, less and less of them, and none when it has passed", () => {
    let now = 100.25;
    const deadline = new Deadline(1000, () => now);
    const left = [0, 0.5, 400, 599, 1, 5000].map((milliseconds) => {
      now += milliseconds;
      return deadline.left;
    });
    expect(left).toEqual([1000, 999, 599, 0, 0, 0]);
  });
});
