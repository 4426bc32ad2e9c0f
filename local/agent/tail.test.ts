import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { tailOf } from "./tail";

describe("the end of a log", () => {
  it("is its last three lines", () => {
    const log = writeFile(temporaryFolder(), "task.log", `${"long ".repeat(10_000)}\none\ntwo\nthree\nfour\n`);
    expect(tailOf(log)).toBe(`; its log ends (${log}):\n      two\n      three\n      four`);
  });

  it("is nothing where nothing was written, or the log is gone", () => {
    expect(tailOf(writeFile(temporaryFolder(), "task.log", ""))).toBe("");
    expect(tailOf("/no/such/log")).toBe("");
  });
});
