import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LONG, longestFirst } from "./longest-first";

describe("the order of the test files", () => {
  it("has the long ones in front, and leaves the others as they are", () => {
    const files = [
      "config/given.test.ts",
      "local/docker.e2e.test.ts",
      "apps/a.test.ts",
      "jenkins/pipeline.e2e.test.ts",
    ];
    expect(longestFirst(files, (file) => `/clone/${file}`)).toEqual([
      "jenkins/pipeline.e2e.test.ts",
      "local/docker.e2e.test.ts",
      "config/given.test.ts",
      "apps/a.test.ts",
    ]);
  });

  it.each(LONG)("names a file that there is: %s", (file) => {
    expect(existsSync(join(import.meta.dirname, "..", file))).toBe(true);
  });
});
