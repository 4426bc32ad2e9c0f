import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneLine, parseDocstring } from "./docstring";

describe("a docstring", () => {
  it("has its text, and apart from it what its tags say", () => {
    const doc = parseDocstring(`/**
   * How many images are kept, of {@link Repository}.
   *
   * Cost: $0.10 per GB
   * and month.
   *
   * @param scope where it is,
   *   in the tree
   * @returns the rule
   * @throws Error when there is none
   * @see Amazon ECR User Guide, "Lifecycle policies"
   * @default - none goes
   */`);
    expect(doc).toEqual({
      text: "How many images are kept, of `Repository`.",
      costs: ["$0.10 per GB\nand month."],
      sources: ['Amazon ECR User Guide, "Lifecycle policies"'],
      default: "none goes",
      refusals: ["Error when there is none"],
      parameters: new Map([["scope", "where it is, in the tree"]]),
      returns: "the rule",
    });
  });

  it.each([
    ["/** Days. @default 30 */", { text: "Days.", default: "30" }],
    ["/** @default false */", { text: "", default: "false" }],
    ["/** Source: RFC 6335; 0 is not a port. */", { text: "", sources: ["RFC 6335; 0 is not a port."] }],
    ['/** Rules. Source: ELB, "Quotas". */', { text: "Rules.", sources: ['ELB, "Quotas".'] }],
  ])("of one line is taken apart too: %s", (comment, expected) => {
    expect(parseDocstring(comment)).toMatchObject(expected);
  });

  it("keeps its example whole, with what looks like a tag or a paragraph in it", () => {
    const example = '```ts\nimport x from "a/@see/b"; // @default 1\n\nSource: none\n```';
    const comment = `/**\n * Text.\n *\n${example.replace(/^/gm, " * ")}\n */`;
    expect(parseDocstring(comment)).toMatchObject({ text: `Text.\n\n${example}`, sources: [] });
  });

  it("gives any text back that has no tag", () => {
    const line = fc.stringMatching(/^[A-Za-z0-9,.]{1,12}( [A-Za-z0-9,.]{1,12}){0,5}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (paragraphs) => {
        const text = paragraphs.join("\n\n");
        expect(parseDocstring(`/**\n${text.replace(/^/gm, " * ")}\n */`).text).toBe(text);
      }),
    );
  });

  it("fits on a line", () => {
    expect(oneLine(" one\n  two\n")).toBe("one two");
  });
});
