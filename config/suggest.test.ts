import { describe, expect, it } from "vitest";
import { nearest } from "./suggest";

const WORDS = ["launchType", "port", "cpu", "memory", "replicas"];

describe("nearest", () => {
  it.each([
    ["lauchType", "launchType"],
    ["launchtype", "launchType"],
    ["prot", "port"],
    ["ports", "port"],
    ["memroy", "memory"],
    ["cpus", "cpu"],
  ])("finds what %s was meant to be", (word, meant) => {
    expect(nearest(word, WORDS)).toBe(meant);
  });

  it("finds nothing for a word that is like none", () => {
    expect(nearest("image", WORDS)).toBeUndefined();
  });
});
