import { describe, expect, it } from "vitest";
import { COMMANDS, type CommandLine, readCommandLine, wholeNumber } from "./command-line";
import { refusal } from "./testing/task-definitions";

const STATUSES = `exit status: 0 released, or nothing to change; 1 the deployment failed or was rolled back; 2 a fault of
use or configuration, nothing was changed; 3 superseded by another deployment, or one is in progress; 4 AWS
refused or cannot be reached; 5 timed out, the deployment goes on`;

/** Each command's first line of help, and its options. */
const USAGES: Readonly<Record<keyof typeof COMMANDS, readonly [usage: string, options: readonly string[]]>> = {
  render: [
    "render --task-definition FILE --image REFERENCE [options]",
    ["--task-definition FILE", "--image REFERENCE", "--container NAME", "--config FILE"],
  ],
  diff: ["diff SERVICE --image-tag TAG [options]", ["--image-tag TAG"]],
  verify: ["verify SERVICE --image-tag TAG [options]", ["--image-tag TAG"]],
  deploy: [
    "deploy SERVICE --image-tag TAG [options]",
    ["--image-tag TAG", "--timeout SECONDS", "--keep N", "--dry-run", "--no-wait", "--out FOLDER"],
  ],
  rollback: ["rollback SERVICE [options]", ["--to REVISION", "--timeout SECONDS"]],
  status: ["status SERVICE [options]", []],
  migrate: ["migrate SERVICE [options]", ["--image-tag TAG", "--prepare", "--seed", "--timeout SECONDS"]],
  files: ["files SERVICE --out FOLDER [options]", ["--out FOLDER", "--commit"]],
  prepare: ["prepare SERVICE --out FOLDER [options]", ["--out FOLDER", "--image-tag TAG", "--affected FILE"]],
  smoke: ["smoke SERVICE --image-tag TAG [options]", ["--image-tag TAG", "--url URL"]],
};

function help(...args: readonly string[]): string {
  const read = readCommandLine(args);
  if ("help" in read) return read.help;
  throw new Error("no help was given");
}

function read(...args: readonly string[]): CommandLine {
  const line = readCommandLine(args);
  if ("help" in line) throw new Error("help was given");
  return line;
}

describe("the help", () => {
  it.each(["--help", "-h"])("names every command, what it does, and every exit status, for %s", (option) => {
    const lines = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(8)}  ${does}`);
    expect(help(option)).toBe(
      `usage: npm run release -- COMMAND SERVICE [options]\n\ncommands:\n${lines.join("\n")}\n\n` +
        `Each tells its options by --help.\n${STATUSES}`,
    );
  });

  it.each(Object.entries(USAGES))("of %s names each of its options", (command, [usage, options]) => {
    const [first, does, ...rest] = help(command, "--help").split("\n");
    expect(first).toBe(`usage: npm run release -- ${usage}`);
    expect(does).toBe(COMMANDS[command as keyof typeof COMMANDS].does);
    const common = command === "render" ? [] : ["--env NAME", "--region REGION", "--json"];
    const named = rest.flatMap((line) => /^ {2}(--\S+(?: [A-Z]+)?) {2,}\S/.exec(line)?.[1] ?? []);
    expect(named).toEqual([...options, ...common, "--help"]);
    expect(rest.slice(-3).join("\n")).toBe(STATUSES);
    expect(help(command, "-h")).toBe(help(command, "--help"));
  });

  it("is given whatever else is missing or too much", () => {
    expect(help("deploy", "a", "b", "--help")).toBe(help("deploy", "--help"));
  });
});

describe("a command line", () => {
  it("is read with its service, values and switches, in any order", () => {
    const expected = {
      command: "deploy",
      service: "cart",
      values: { "image-tag": "1-cart", env: "dev", keep: "3" },
      switches: new Set(["dry-run", "json"]),
    };
    expect(read("deploy", "cart", "--image-tag", "1-cart", "--dry-run", "--env", "dev", "--json", "--keep=3")).toEqual(
      expected,
    );
    expect(read("deploy", "--json", "--keep", "3", "--env=dev", "--dry-run", "--image-tag=1-cart", "cart")).toEqual(
      expected,
    );
  });

  it("takes a value that begins with a hyphen after =", () => {
    expect(read("rollback", "cart", "--to=-1").values).toEqual({ to: "-1" });
  });

  it("needs no service to render", () => {
    expect(read("render", "--task-definition", "-", "--image", "a:1")).toMatchObject({
      service: "",
      values: { "task-definition": "-", image: "a:1" },
    });
  });

  it.each<[string, readonly string[], string, readonly string[]]>([
    ["there is no command", [], "which command?", []],
    ["the command is unknown", ["launch", "cart"], 'there is no command "launch"', []],
    ["the command is nearly one", ["deplyo", "cart"], 'there is no command "deplyo"; did you mean "deploy"?', []],
    ["there is no service", ["deploy", "--image-tag", "1"], "which service?", ["deploy"]],
    ["a word is too many", ["status", "cart", "web"], '"web" is one word too many', ["status"]],
    ["render is given a service", ["render", "cart"], '"cart" is one word too many', ["render"]],
    ["deploy has no tag", ["deploy", "cart"], "--image-tag is missing", ["deploy"]],
    ["diff has no tag", ["diff", "cart"], "--image-tag is missing", ["diff"]],
    ["verify has no tag", ["verify", "cart"], "--image-tag is missing", ["verify"]],
    ["smoke has no tag", ["smoke", "cart"], "--image-tag is missing", ["smoke"]],
    ["prepare has no folder", ["prepare", "cart"], "--out is missing", ["prepare"]],
    ["render has no task definition", ["render", "--image", "a"], "--task-definition is missing", ["render"]],
    ["render has no image", ["render", "--task-definition", "-"], "--image is missing", ["render"]],
    ["an option is unknown", ["status", "cart", "--force"], "unknown option '--force'", ["status"]],
    ["a letter is unknown", ["status", "cart", "-f"], "unknown option '-f'", ["status"]],
    ["an option is another command's", ["status", "cart", "--keep", "3"], "unknown option '--keep'", ["status"]],
    ["a value is missing", ["rollback", "cart", "--to"], "option '--to <value>' argument missing", ["rollback"]],
    [
      "a value looks like an option",
      ["rollback", "cart", "--to", "--json"],
      "option '--to' is followed by an option; if that is its value, write '--to=-XYZ'",
      ["rollback"],
    ],
    ["a switch has a value", ["status", "cart", "--json=no"], "option '--json' does not take an argument", ["status"]],
  ])("is refused where %s", (_, args, fault, command) => {
    expect(refusal(() => readCommandLine(args))).toEqual({
      message: `${fault}\n\n${help(...command, "--help")}`,
      status: 2,
    });
  });
});

describe("a number", () => {
  const KEEP = { fallback: 5, min: 2, max: 1_000 };
  const keep = (text: string) =>
    wholeNumber(read("deploy", "cart", "--image-tag", "1", `--keep=${text}`), "keep", KEEP);

  it("is the default where none is given", () => {
    expect(wholeNumber(read("deploy", "cart", "--image-tag", "1"), "keep", KEEP)).toBe(5);
  });

  it.each([
    ["2", 2],
    ["0010", 10],
    ["1000", 1_000],
  ])("is read from %s", (text, number) => {
    expect(keep(text)).toBe(number);
  });

  it.each(["", "1", "1001", "-2", "2.5", "1e2", "0x10", " 5", "five"])("is refused where it is %j", (text) => {
    expect(refusal(() => keep(text))).toEqual({
      message: `--keep is "${text}"; it has to be a whole number from 2 to 1000`,
      status: 2,
    });
  });
});
