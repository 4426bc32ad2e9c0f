import { describe, expect, it } from "vitest";
import { Terminal } from "../../../tools/terminal/terminal";
import { ActScreen } from "./act-screen";

describe("ActScreen", () => {
  it("replaces progress by what comes after it, as a terminal does", () => {
    const screen = new ActScreen();
    const terminal = new Terminal(screen, { NO_COLOR: "1" });
    terminal.line("first");
    terminal.progress("one");
    terminal.progress("two");
    expect(screen.lines).toEqual(["first", "  … two"]);
    terminal.line("last");
    expect(screen.lines).toEqual(["first", "last"]);
  });

  it("drops colours and control characters, which a page does not obey", () => {
    const screen = new ActScreen();
    screen.write("\u001b[32mgreen\u001b[0m\n");
    expect(screen.lines).toEqual(["green"]);
  });

  it("keeps the newest lines, each up to a length", () => {
    const screen = new ActScreen(undefined, 3);
    for (let line = 0; line < 10; line++) screen.write(`${line}\n`);
    screen.write("x".repeat(1_000));
    expect(screen.lines).toEqual(["8", "9", "x".repeat(400)]);
  });
});
