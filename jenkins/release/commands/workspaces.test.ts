import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../tools/testing/temporary-folder";
import { foldersOf } from "./workspaces";

/** A repository with these packages, each with what it depends on. */
function repository(packages: Readonly<Record<string, readonly string[]>>): string {
  const root = temporaryFolder();
  for (const [name, needs] of Object.entries(packages)) {
    mkdirSync(join(root, "apps", name), { recursive: true });
    const dependencies = Object.fromEntries(needs.map((need) => [need, "1.0.0"]));
    writeFileSync(join(root, "apps", name, "package.json"), JSON.stringify({ name: `@shop/${name}`, dependencies }));
  }
  mkdirSync(join(root, "apps/notes"), { recursive: true });
  return root;
}

describe("the folders of a service", () => {
  it("are its own, and those of the repository's packages that it needs, directly or not, each once", () => {
    const root = repository({
      cart: ["@shop/cart-kit", "express"],
      "cart-kit": ["@shop/kit"],
      kit: ["@shop/cart-kit"],
      other: ["@shop/kit"],
    });
    expect(foldersOf(root, { name: "cart" })).toEqual(["apps/cart", "apps/cart-kit", "apps/kit"]);
  });

  it("are its own alone where it needs none, or is no package", () => {
    const root = repository({ cart: ["express"] });
    expect(foldersOf(root, { name: "cart" })).toEqual(["apps/cart"]);
    expect(foldersOf(root, { name: "notes" })).toEqual(["apps/notes"]);
  });

  it("are its own, and those of the application whose image it runs", () => {
    const root = repository({ cart: ["@shop/kit"], kit: [] });
    expect(foldersOf(root, { name: "notes", app: "cart" })).toEqual(["apps/cart", "apps/kit", "apps/notes"]);
  });
});
