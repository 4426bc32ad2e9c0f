import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fenced } from "./markdown";
import { isExpected, parseWalkthrough, requireExpected, type Step, WalkthroughFault } from "./walkthrough";

/** Words of which none is `...`, as programs print them. */
const word = fc.stringMatching(/^[a-z0-9:/_|()[\]*+?$^\\-]{1,8}$/);
const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));
const output = fc.array(line, { minLength: 1, maxLength: 8 });

/** A place to begin and one to end, both within `length`. */
const span = (length: number) =>
  fc.tuple(fc.nat(length), fc.nat(length)).map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

describe("a page that can be walked", () => {
  const step = fc.record({ commands: line, expected: fc.option(line, { nil: undefined }) });

  it("gives its steps back in order, whatever else is on it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, line)), (parts) => {
        const page = parts.map(([{ commands, expected }, prose]) =>
          [
            prose,
            fenced("sh", commands),
            expected === undefined ? fenced("json", "{}") : fenced("text", expected),
          ].join("\n\n"),
        );
        const steps = parseWalkthrough(page.join("\n\n"));
        expect(steps.map(({ commands, expected }) => ({ commands, expected }))).toEqual(parts.map(([one]) => one));
      }),
    );
  });

  it("says in which line the commands of a step begin", () => {
    const page = `# Page\n\n${fenced("sh", "echo one\necho two")}\n\n${fenced("text", "one\ntwo")}\n\n${fenced("sh", "true")}\n`;
    expect(parseWalkthrough(page)).toEqual([
      { commands: "echo one\necho two", expected: "one\ntwo", line: 4 },
      { commands: "true", expected: undefined, line: 14 },
    ]);
  });

  it("keeps a block within a block of more backticks for readers", () => {
    expect(parseWalkthrough("````md\n```sh\nrm -r .\n```\n````\n")).toEqual([]);
  });

  it("cannot have an output that follows no commands", () => {
    expect(() => parseWalkthrough(`${fenced("text", "one")}\n`)).toThrow(
      new WalkthroughFault("line 2: the output follows no block marked sh"),
    );
    const twice = [fenced("sh", "echo one"), fenced("text", "one"), fenced("text", "one")].join("\n");
    expect(() => parseWalkthrough(twice)).toThrow("line 8: the output follows no block marked sh");
  });

  it("cannot have a block without a command", () => {
    expect(() => parseWalkthrough("```sh\n\n```\n")).toThrow("line 2: the block marked sh has no command");
  });
});

describe("an output", () => {
  it("is like itself, however wide the spaces of a table are", () => {
    fc.assert(
      fc.property(output, fc.integer({ min: 1, max: 5 }), (lines, width) => {
        const spread = lines.map((text) => `  ${text.replaceAll(" ", " ".repeat(width))} `).join("\n\n");
        expect(isExpected(lines.join("\n"), `${spread}\n`)).toBe(true);
      }),
    );
  });

  it("is like the same with any lines left to vary", () => {
    const cut = output.chain((lines) => fc.tuple(fc.constant(lines), span(lines.length)));
    fc.assert(
      fc.property(cut, ([lines, [from, to]]) => {
        const expected = [...lines.slice(0, from), "...", ...lines.slice(to)];
        expect(isExpected(expected.join("\n"), lines.join("\n"))).toBe(true);
      }),
    );
  });

  it("is like the same with any part of a line left to vary", () => {
    const cut = line.chain((text) => fc.tuple(fc.constant(text), span(text.length)));
    fc.assert(
      fc.property(cut, ([text, [from, to]]) => {
        expect(isExpected(`${text.slice(0, from)}...${text.slice(to)}`, text)).toBe(true);
      }),
    );
  });

  it("is another as soon as a word is, unless that may vary", () => {
    const changed = output.chain((lines) => fc.tuple(fc.constant(lines), fc.nat(lines.length - 1)));
    fc.assert(
      fc.property(changed, ([lines, place]) => {
        const other = lines.with(place, `${lines[place]} OTHER`);
        expect(isExpected(lines.join("\n"), other.join("\n"))).toBe(false);
        expect(isExpected(["...", ...lines].join("\n"), other.join("\n"))).toBe(false);
      }),
    );
  });

  it("is another when a line is missing or comes too much", () => {
    expect(isExpected("one\ntwo", "one")).toBe(false);
    expect(isExpected("one", "one\ntwo")).toBe(false);
    expect(isExpected("one\n...\nfour", "one\ntwo\nthree\nfour")).toBe(true);
    expect(isExpected("one\n...\nfour", "one\nfour\nfive")).toBe(false);
  });

  it("is compared without its colours", () => {
    expect(isExpected("✓ done", "\u001b[32m✓\u001b[0m done")).toBe(true);
  });

  it("is compared in no time, however much may vary", () => {
    const before = process.cpuUsage();
    expect(isExpected(`${"a...".repeat(40)}b`, "a".repeat(5_000))).toBe(false);
    // Of this process alone: on a busy machine a second may pass while it does nothing.
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});

describe("what is told of a step that prints something else", () => {
  const step: Step = { commands: "npm run local -- status", expected: "one\n...\nservice-a 2/2", line: 12 };
  const fault = (printed: string) => {
    try {
      requireExpected(step, printed);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("is the line, the command, what was first missed, and both texts", () => {
    expect(fault("one\nservice-a 1/2\n")).toBe(
      "line 12: npm run local -- status\nprinted something else; first missed: service-a 2/2\n" +
        "--- expected\none\n...\nservice-a 2/2\n--- printed\none\nservice-a 1/2",
    );
  });

  it("is the order, where every line is there", () => {
    expect(fault("service-a 2/2\none")).toContain("first missed: lines are there that are not expected, or in another");
  });

  it("is nothing where it is as expected, or nothing was", () => {
    expect(fault("one\nservice-a 2/2")).toBeUndefined();
    expect(() => requireExpected({ ...step, expected: undefined }, "anything")).not.toThrow();
  });
});
