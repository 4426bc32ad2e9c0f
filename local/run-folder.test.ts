import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../tools/testing/temporary-folder";
import { RunFolder } from "./run-folder";

describe("the folder of a run", () => {
  it("is each run's own", async () => {
    const root = temporaryFolder();
    const first = await RunFolder.create(root);
    const second = await RunFolder.create(root);
    expect(first.path).not.toBe(second.path);
    expect(first.state).toBe(join(first.path, "state"));
    second.remove();
    expect([existsSync(first.path), existsSync(second.path)]).toEqual([true, false]);
  });

  it("replaces those of processes that are gone, and of no others", async () => {
    const root = temporaryFolder();
    const gone = spawnSync("true").pid;
    writeFile(root, `.local/runs/${gone}-abc/logs/cdktf.log`, "");
    writeFile(root, `.local/runs/${process.ppid}-abc/logs/cdktf.log`, "");
    const run = await RunFolder.create(root);
    const names = readdirSync(join(root, ".local/runs")).map((name) => join(root, ".local/runs", name));
    expect(names.toSorted()).toEqual([join(root, `.local/runs/${process.ppid}-abc`), run.path].toSorted());
  });

  it("holds variables that a shell can read", async () => {
    const run = await RunFolder.create(temporaryFolder());
    const file = run.writeVariables({ PLAIN: "a b", QUOTED: "it's $HOME" });
    const { stdout } = spawnSync("sh", ["-c", `. ${file}; echo "$PLAIN|$QUOTED"`], { encoding: "utf8" });
    expect(stdout).toBe("a b|it's $HOME\n");
  });
});
