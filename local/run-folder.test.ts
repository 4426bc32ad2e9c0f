import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../tools/testing/temporary-folder";
import { RunFolder, readVariables } from "./run-folder";

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

  it("gives back the variables that were written, and none before", async () => {
    const run = await RunFolder.create(temporaryFolder());
    expect(readVariables(run.path)).toBeUndefined();
    const variables = { PLAIN: "a b", QUOTED: "it's '$HOME'", LINES: "one\ntwo", EMPTY: "" };
    run.writeVariables(variables);
    expect(readVariables(run.path)).toEqual(variables);
  });

  it("has state, logs and stacks of another environment beside its own", async () => {
    const { path } = await RunFolder.create(temporaryFolder());
    const other = RunFolder.ofEnvironment(path, "local-prod");
    expect(other.state).toBe(join(path, "state/local-prod"));
    expect(other.log("cdktf")).toBe(join(path, "logs/local-prod-cdktf.log"));
    expect(other.synthesised("systems")).toBe(join(path, "cdktf.out/local-prod-systems"));
    expect(other.bundle("cart", "1")).toBe(join(path, "bundles/cart/1"));
  });

  it("holds variables that a shell can read", async () => {
    const run = await RunFolder.create(temporaryFolder());
    const file = run.writeVariables({ PLAIN: "a b", QUOTED: "it's $HOME" });
    const { stdout } = spawnSync("sh", ["-c", `. ${file}; echo "$PLAIN|$QUOTED"`], { encoding: "utf8" });
    expect(stdout).toBe("a b|it's $HOME\n");
  });
});
