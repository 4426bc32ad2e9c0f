import { expect, it } from "vitest";
import lock from "../package-lock.json" with { type: "json" };

it("no workspace has packages of its own", () => {
  const own = Object.keys(lock.packages).filter((path) => /^(?!node_modules\/).+\/node_modules\//.test(path));
  expect(
    own,
    "tests and pipelines work in copies of the repository that have a link to the root's node_modules and nothing else " +
      "(jenkins/testing/source.ts), so there a workspace would not find these: have one version of the package in all of them",
  ).toEqual([]);
});
