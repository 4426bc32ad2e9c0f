import { describe, expect, it } from "vitest";
import { lastLines } from "./display";
import { type Status, statusOf } from "./record";
import { wordsOfServing } from "./serving";

describe("what becomes of a stage", () => {
  it.each<[readonly Status[], Status]>([
    [["succeeded", "succeeded"], "succeeded"],
    [["succeeded", "rejected"], "rejected"],
    [["rejected", "failed"], "failed"],
    [[], "succeeded"],
  ])("of %j is %s", (statuses, status) => {
    expect(statusOf(statuses.map((one) => ({ status: one })))).toBe(status);
  });
});

describe("the log of a failed action", () => {
  it("is shown by the last lines of what its commands have printed", () => {
    const printed = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const shown = lastLines(
      ["[Container] 2026 Running command x", ...printed, "", "[Container] 2026 Build FAILED"].join("\n"),
    );
    expect(shown).toEqual(printed.slice(-20));
  });
});

describe("what serves after a walk", () => {
  it("is told for each environment, and whether that is as before", () => {
    const before = [
      { environment: "local", revision: "cart:1", imageTag: "bootstrap" },
      { environment: "local-prod", revision: "cart:1", imageTag: "bootstrap" },
      { environment: "other" },
    ];
    const now = [{ environment: "local", revision: "cart:2", imageTag: "1a2b-cart" }, ...before.slice(1)];
    expect(wordsOfServing(before, now)).toBe(
      "local serves 1a2b-cart (cart:2); local-prod serves bootstrap (cart:1), as before; other has no such service",
    );
  });
});
