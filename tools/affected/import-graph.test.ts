import { describe, expect, it } from "vitest";
import { projectFolder } from "./affected.fixtures";
import { entryPointsOf, readImportGraph } from "./import-graph";

const sorted = (files: Iterable<string>) => [...files].sort();

describe("what imports what", () => {
  it("is followed through files, and not through types", async () => {
    const graph = await readImportGraph(projectFolder());
    expect(sorted(graph.reach(["stacks/jenkins-ecs.ts"]))).toEqual([
      "modules/cluster.ts",
      "stacks/common.ts",
      "stacks/jenkins-ecs.ts",
    ]);
  });

  it("is followed no further than wanted", async () => {
    const graph = await readImportGraph(projectFolder());
    const stop = new Set(["stacks/state.ts", "stacks/jenkins-ecs.ts"]);
    expect(sorted(graph.reach(["main.ts"], stop))).toEqual(["config/load.ts", "main.ts"]);
  });

  it("is followed into our own packages, by what they export, and to files that are imported as text", async () => {
    const graph = await readImportGraph(projectFolder());
    expect(sorted(graph.reach(["apps/cart/src/main.ts"]))).toEqual([
      "apps/cart/src/main.ts",
      "apps/kit/src/page.css",
      "apps/kit/src/page.ts",
    ]);
  });

  it("names other packages, which need not be there", async () => {
    const graph = await readImportGraph(projectFolder());
    expect(sorted(graph.packagesOf(graph.reach(["main.ts", "apps/cart/src/main.ts"])))).toEqual([
      "cdktf",
      "express",
      "node:fs",
    ]);
  });

  it("goes round in circles only once", async () => {
    const root = projectFolder({ "modules/bucket.ts": 'import "../stacks/state";\n' });
    expect((await readImportGraph(root)).reach(["stacks/state.ts"]).size).toBe(3);
  });

  it.each([
    ["a file that there is not", { "stacks/state.ts": 'import "./absent";\n' }, 'Could not resolve "./absent"'],
    [
      "what a package of ours does not export",
      { "apps/cart/src/main.ts": 'import "@shop/kit/form";\n' },
      'apps/kit/package.json does not export "@shop/kit/form"',
    ],
    ["no main.ts", { "main.ts": undefined }, 'Could not resolve "main.ts"'],
  ])("cannot be told with an import of %s", async (_what, changed, message) => {
    await expect(readImportGraph(projectFolder(changed))).rejects.toThrow(message);
  });
});

describe("what an image is bundled from", () => {
  it("is the program and its commands, not their tests", () => {
    const root = projectFolder();
    expect(entryPointsOf(root, "cart")).toEqual(["apps/cart/src/main.ts", "apps/cart/src/commands/database.ts"]);
    expect(entryPointsOf(root, "kit")).toEqual([]);
    expect(entryPointsOf(root, "absent")).toEqual([]);
  });
});
