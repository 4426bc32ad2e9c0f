import { describe, expect, it } from "vitest";
import { Terminal } from "./terminal";

function terminalOn(screen: { isTTY?: boolean; columns?: number }, environment: NodeJS.ProcessEnv = {}) {
  const written: string[] = [];
  let now = 0;
  const write = (text: string) => written.push(text);
  return {
    terminal: new Terminal({ ...screen, write }, environment, () => now),
    written,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("the terminal", () => {
  it("replaces progress by what comes next", () => {
    const { terminal, written } = terminalOn({ isTTY: true }, { NO_COLOR: "1" });
    terminal.progress("one");
    terminal.progress("two");
    terminal.line("end");
    expect(written).toEqual(["  … one", "\r\u001b[K", "  … two", "\r\u001b[K", "end\n"]);
  });

  it("never lets progress run over the line's end", () => {
    const { terminal, written } = terminalOn({ isTTY: true, columns: 10 }, { NO_COLOR: "1" });
    terminal.progress("a long word");
    expect(written).toEqual(["  … a lon"]);
  });

  it("writes progress as a plain line now and then where nobody watches", () => {
    const { terminal, written, pass } = terminalOn({});
    terminal.progress("one");
    pass(15_000);
    terminal.progress("two");
    terminal.progress("three");
    expect(written).toEqual(["  … two\n"]);
  });

  it.each([
    ["a pipe", {}, {}],
    ["NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }],
    ["CI", { isTTY: true }, { CI: "true" }],
  ])("shows no colours with %s", (_, screen, environment) => {
    const { terminal, written } = terminalOn(screen, environment);
    terminal.done("Terraform", "1.11.4");
    expect(written).toEqual(["  ✓ Terraform  1.11.4\n"]);
  });

  it("shows colours on a terminal", () => {
    const { terminal, written } = terminalOn({ isTTY: true });
    terminal.error("no");
    expect(written.join("")).toBe("  \u001b[31m✗\u001b[39m no\n");
  });

  it("aligns a table by what is seen of its cells", () => {
    const { terminal, written } = terminalOn({ isTTY: true });
    terminal.table(
      ["a", "b"],
      [
        [terminal.style("green", "ok"), "1"],
        ["wrong", "2"],
      ],
    );
    expect(written.slice(1)).toEqual(["  \u001b[32mok\u001b[39m     1\n", "  wrong  2\n"]);
  });
});
