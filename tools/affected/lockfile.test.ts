import { describe, expect, it } from "vitest";
import { Lockfile } from "./lockfile";

const PACKAGES = {
  "": { name: "shop" },
  "apps/cart": { name: "@shop/cart", dependencies: { "@shop/kit": "1.0.0", express: "5.0.0" } },
  "apps/kit": { name: "@shop/kit", devDependencies: { esbuild: "0.1.0" } },
  "apps/other": { name: "@shop/other" },
  "node_modules/@shop/cart": { resolved: "apps/cart", link: true },
  "node_modules/@shop/kit": { resolved: "apps/kit", link: true },
  "node_modules/express": { version: "5.0.0", integrity: "e", dependencies: { qs: "^6.0.0" } },
  "node_modules/express/node_modules/qs": { version: "6.0.0", dependencies: { "side-channel": "^1.0.0" } },
  "node_modules/qs": { version: "7.0.0", integrity: "q" },
  "node_modules/side-channel": { version: "1.0.0", optionalDependencies: { absent: "1.0.0" } },
  "node_modules/esbuild": { version: "0.1.0", peerDependencies: { qs: "7" } },
};

const lockfile = (changed: object = {}) => new Lockfile(JSON.stringify({ packages: { ...PACKAGES, ...changed } }));
const installed = (lock: Lockfile) => lock.installedForFolder("apps/cart");

describe("what package-lock.json installs", () => {
  it("is what a folder needs, directly or not, each from the nearest node_modules that has it", () => {
    expect([...installed(lockfile()).keys()].sort()).toEqual([
      "apps/cart",
      "apps/kit",
      "node_modules/@shop/kit",
      "node_modules/esbuild",
      "node_modules/express",
      "node_modules/express/node_modules/qs",
      // Of esbuild, which needs another version than express.
      "node_modules/qs",
      "node_modules/side-channel",
    ]);
    expect(installed(lockfile()).get("node_modules/express/node_modules/qs")?.version).toBe("6.0.0");
  });

  it("is what packages need that are imported at the top", () => {
    expect([...lockfile().installedForPackages(["esbuild", "node:fs"]).keys()]).toEqual([
      "node_modules/esbuild",
      "node_modules/qs",
    ]);
  });

  it("is another with another version, or other contents, of anything in it", () => {
    const changed = { "node_modules/side-channel": { version: "1.0.1" } };
    expect(installed(lockfile(changed))).not.toEqual(installed(lockfile()));
    const contents = { "node_modules/express": { ...PACKAGES["node_modules/express"], integrity: "x" } };
    expect(installed(lockfile(contents))).not.toEqual(installed(lockfile()));
  });

  it("is the same where another package changes, or what is told about one", () => {
    const other = { "node_modules/vitest": { version: "1.0.0" }, "apps/other": { version: "2.0.0" } };
    expect(installed(lockfile(other))).toEqual(installed(lockfile()));
    const told = { "node_modules/express": { ...PACKAGES["node_modules/express"], license: "MIT" } };
    expect(installed(lockfile(told))).toEqual(installed(lockfile()));
  });

  it("names the repository's own folders that one needs", () => {
    expect(lockfile().foldersOf("apps/cart")).toEqual(["apps/cart", "apps/kit"]);
    expect(lockfile().foldersOf("apps/unknown")).toEqual(["apps/unknown"]);
  });
});
