import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRunning } from "../../tools/processes/descendants";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { AnotherTerminal } from "./another-terminal";

describe("another terminal", () => {
  let terminal: AnotherTerminal;
  beforeEach(() => {
    const folder = temporaryFolder();
    terminal = new AnotherTerminal(folder, writeFile(folder, "env", "export GREETING='hello'\n"));
  });
  afterEach(() => terminal.close());

  it("has the variables of the file, and those that an earlier step has set", async () => {
    expect(await terminal.type('echo "$GREETING"')).toEqual({ output: "hello\n", status: 0 });
    await terminal.type("NAME=you");
    expect(await terminal.type('echo "$GREETING, $NAME"\ntrue')).toEqual({ output: "hello, you\n", status: 0 });
  });

  it("gives the exit status of the last command, and what was printed to either output", async () => {
    expect(await terminal.type("echo one; echo two >&2\nfalse")).toEqual({ output: "one\ntwo\n", status: 1 });
  });

  it("lets no command read what is typed next", async () => {
    expect(await terminal.type("cat")).toEqual({ output: "", status: 0 });
    expect((await terminal.type("echo still here")).output).toBe("still here\n");
  });

  it("says which commands closed it", async () => {
    await expect(terminal.type("echo bye; exit 3")).rejects.toThrow(
      "the terminal was closed by: echo bye; exit 3\nbye",
    );
  });

  it("ends what a step has left running", async () => {
    const pid = Number((await terminal.type("sleep 600 > /dev/null 2>&1 & echo $!")).output);
    expect(isRunning(pid)).toBe(true);
    await terminal.close();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});
