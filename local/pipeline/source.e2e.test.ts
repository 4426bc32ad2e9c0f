import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { filesBelow } from "./file-patterns";
import { linkPackages } from "./packages";
import { copySource } from "./source";

function repository() {
  const folder = temporaryFolder();
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.test", "-c", "commit.gpgsign=false"];
  const git = (...args: string[]) =>
    execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" }).trim();
  git("init", "--quiet", "--initial-branch=main");
  writeFile(folder, ".gitignore", "ignored/\n");
  writeFile(folder, "src/main.ts", "one");
  writeFile(folder, "ignored/secret", "no");
  git("add", "--all");
  git("commit", "--quiet", "--message", "The first\n\nand more");
  return { folder, git };
}

const copy = async (folder: string) => {
  const target = join(temporaryFolder(), "copy");
  return { target, revision: await copySource(testLifetime(), folder, target) };
};

describe("the source of a pipeline", () => {
  it("is the commit, where the working tree has nothing else", async () => {
    const { folder, git } = repository();
    const { target, revision } = await copy(folder);
    const commit = git("rev-parse", "HEAD");
    expect(revision).toEqual({ id: commit, commit, branch: "main", message: "The first", isCommitted: true });
    expect(filesBelow(target)).toEqual([".gitignore", "src/main.ts"]);
  });

  it("is the working tree as it is: changed files, new ones, none that are ignored or removed", async () => {
    const { folder, git } = repository();
    writeFile(folder, "src/new.ts", "two");
    symlinkSync("main.ts", join(folder, "src/link.ts"));
    rmSync(join(folder, ".gitignore"));
    writeFile(folder, ".git/info/exclude", "ignored/\n");
    const { target, revision } = await copy(folder);
    expect(revision).toMatchObject({ commit: git("rev-parse", "HEAD"), isCommitted: false });
    expect(revision.id).toMatch(/^[0-9a-f]{40}$/);
    expect(filesBelow(target)).toEqual(["src/main.ts", "src/new.ts"]);
    expect(readlinkSync(join(target, "src/link.ts"))).toBe("main.ts");
  });

  it("has one id for one content, and others for others", async () => {
    const { folder } = repository();
    writeFile(folder, "src/new.ts", "two");
    const idOf = async () => (await copy(folder)).revision.id;
    const [first, again] = [await idOf(), await idOf()];
    expect(again).toBe(first);
    writeFile(folder, "src/new.ts", "three");
    const changed = await idOf();
    chmodSync(join(folder, "src/new.ts"), 0o755);
    expect(new Set([first, changed, await idOf()]).size).toBe(3);
  });

  it("needs no commit yet, and a repository it does", async () => {
    const folder = temporaryFolder();
    await expect(copy(folder)).rejects.toThrow("the source is what git lists, but: ");
    execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: folder });
    writeFile(folder, "file", "content");
    const { revision } = await copy(folder);
    expect(revision).toEqual({ id: expect.stringMatching(/^[0-9a-f]{40}$/), branch: "main", isCommitted: false });
  });
});

describe("the packages of a copy", () => {
  const lock = JSON.stringify({ packages: {} });

  /** A repository with a package, one in a scope, a program, and a workspace that has a package of its own. */
  function installed() {
    const root = temporaryFolder();
    const target = join(temporaryFolder(), "copy");
    for (const folder of [root, target]) {
      writeFile(folder, "package-lock.json", lock);
      writeFile(folder, "apps/cart/index.js", `module.exports = ${JSON.stringify(folder)};`);
    }
    writeFile(root, "node_modules/left/index.js", "module.exports = require('@shop/cart');");
    writeFile(root, "node_modules/@scope/right/index.js", "module.exports = 'right';");
    writeFile(root, "node_modules/.bin/tool", "");
    writeFile(root, "apps/cart/node_modules/own/index.js", "module.exports = 'own';");
    mkdirSync(join(root, "node_modules/@shop"));
    symlinkSync("../../apps/cart", join(root, "node_modules/@shop/cart"));
    const packages = { "node_modules/@shop/cart": { resolved: "apps/cart", link: true } };
    writeFile(root, "node_modules/.package-lock.json", JSON.stringify({ packages }));
    return { root, target };
  }

  it("are those of the repository, with the workspaces of the copy", () => {
    const { root, target } = installed();
    expect(linkPackages(root, target)).toBe(true);
    const load = createRequire(join(target, "main.js"));
    expect(load("@scope/right")).toBe("right");
    expect(load("@shop/cart")).toBe(target);
    expect(createRequire(join(target, "apps/cart/main.js"))("own")).toBe("own");
    expect(existsSync(join(target, "node_modules/.bin/tool"))).toBe(true);
    expect(lstatSync(join(target, "node_modules/left")).isSymbolicLink()).toBe(true);
    expect(realpathSync(join(target, "node_modules/left"))).toBe(realpathSync(join(root, "node_modules/left")));
  });

  it("are not given to a copy with another lock, nor where none are installed", () => {
    const other = installed();
    writeFile(other.target, "package-lock.json", "{}");
    expect(linkPackages(other.root, other.target)).toBe(false);
    expect(existsSync(join(other.target, "node_modules"))).toBe(false);
    const none = installed();
    rmSync(join(none.root, "node_modules"), { recursive: true });
    expect(linkPackages(none.root, none.target)).toBe(false);
  });

  it("of this repository run programs of it in the copy", async () => {
    const root = join(import.meta.dirname, "../..");
    const { target } = await copy(root);
    expect(linkPackages(root, target)).toBe(true);
    const outfile = join(target, "release.cjs");
    execFileSync(process.execPath, ["jenkins/build.mjs", outfile], { cwd: target });
    expect(execFileSync(process.execPath, [outfile, "--help"], { encoding: "utf8" })).toContain(
      "usage: npm run release",
    );
  });
});
