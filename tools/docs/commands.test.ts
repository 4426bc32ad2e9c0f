import { describe, expect, it } from "vitest";
import { commandsOfUsage, npmCommands, optionsAmong, usageIn } from "./commands";

describe("the npm scripts of a page", () => {
  it.each([
    ["npm start", [["start"]]],
    ["npm start -- --system jenkins-ecs", [["start", "--system", "jenkins-ecs"]]],
    ["$ npm run local -- push customer --tag v2   # as it is now", [["local", "push", "customer", "--tag", "v2"]]],
    ["URL=$(npm run --silent local -- status | sed -n 1p)", [["local", "status"]]],
    ["| `a` | `npm run local -- status` (logs, ...); then `npm test` |", [["local", "status"], ["test"]]],
    [
      "npm run release -- migrate SERVICE [--prepare] [--seed]",
      [["release", "migrate", "SERVICE", "[--prepare]", "[--seed]"]],
    ],
    ["`npm run test:unit` is quick, npm ci is not, nor is npm install", [["test:unit"]]],
  ])("of %s are %j", (text, expected) => {
    expect(npmCommands(text).map(({ script, args }) => [script, ...args])).toEqual(expected);
  });

  it("are told with their lines", () => {
    expect(npmCommands("one\n\n`npm test`").map(({ line }) => line)).toEqual([3]);
  });

  it("have options, in brackets or not", () => {
    expect(optionsAmong(["migrate", "--env", "dev", "[--seed]", "a--b", "-f"])).toEqual(["--env", "--seed"]);
  });
});

describe("a text about the use of a program", () => {
  const usage = `usage: it COMMAND

commands:
  logs [SERVICE]   what tasks print; --follow goes on,
                   --lines N for how many
  user EMAIL       makes one

options:
  --run NAME   the run`;

  it("tells commands and the options of each", () => {
    expect([...commandsOfUsage(usage)]).toEqual([
      ["logs", ["--follow", "--lines", "--run"]],
      ["user", ["--run"]],
    ]);
  });

  it("is found in the source", () => {
    expect(usageIn("const USAGE = `usage: \\`it\\`, or so`;\n")).toBe("usage: `it`, or so");
    expect(() => usageIn("const OTHER = 1;")).toThrow("there is no USAGE in the source");
  });
});
