import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommand } from "./command";

const { argv } = process;
let ran: string[];
let stderr: string;

beforeEach(() => {
  ran = [];
  stderr = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.argv = argv;
  process.exitCode = undefined;
});

const commands = {
  prepare: { run: async () => void ran.push("prepare") },
  migrate: { run: async () => void ran.push("migrate") },
};

describe("runCommand", () => {
  it("runs the command that is named, and no other", () => {
    process.argv = ["node", "database.cjs", "migrate"];
    runCommand(commands);
    expect([ran, stderr, process.exitCode]).toEqual([["migrate"], "", undefined]);
  });

  it.each([[], ["drop"], ["constructor"], ["migrate", "--force"]])("refuses %j with status 2", (...args) => {
    process.argv = ["node", "database.cjs", ...args];
    runCommand(commands);
    expect([ran, stderr, process.exitCode]).toEqual([[], "usage: node database.cjs prepare|migrate\n", 2]);
  });
});
