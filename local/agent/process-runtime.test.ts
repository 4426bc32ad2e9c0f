import { describe, expect, it } from "vitest";
import { argvOf } from "./process-runtime";

describe("the command line of a container", () => {
  it.each([
    [undefined, undefined, ["node", "--enable-source-maps", "main.cjs"]],
    [undefined, ["node", "migrate.js"], ["node", "migrate.js"]],
    [["node"], undefined, ["node"]],
    [["sh", "-c"], ["exit 3"], ["sh", "-c", "exit 3"]],
    [[], [], ["node", "--enable-source-maps", "main.cjs"]],
  ])("of entry point %j and command %j is as Docker puts it together", (entryPoint, command, argv) => {
    expect(argvOf(entryPoint, command)).toEqual(argv);
  });
});
