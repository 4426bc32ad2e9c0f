import { describe, expect, it } from "vitest";
import { anchorOf, anchorsOf, code, codeBlocks, fenced, linksOf, page, table } from "./markdown";

describe("a link of a page", () => {
  it.each([
    ["[a](b.md)", [["b.md", undefined]]],
    [
      "[a](../b.md#c-d) and ![p](d/e.svg)",
      [
        ["../b.md", "c-d"],
        ["d/e.svg", undefined],
      ],
    ],
    ["[a](#c) [web](https://example.com/x.md#y) [mail](mailto:a@b.c)", [["", "c"]]],
    ['[a](b.md "title"), [b](<c d.md>)', [["b.md", undefined]]],
    [
      '<img src="a.svg" alt="x"><a href="b.md#c">',
      [
        ["a.svg", undefined],
        ["b.md", "c"],
      ],
    ],
    ["`[a](b.md)` is code", []],
  ])("is found: %s", (text, expected) => {
    expect(linksOf(text).map(({ file, heading }) => [file, heading])).toEqual(expected);
  });

  it("is none in a block of code, and has the line that it is in", () => {
    expect(linksOf(`${fenced("md", "[a](b.md)")}\n\n[c](d.md)`)).toEqual([
      { file: "d.md", heading: undefined, line: 5 },
    ]);
  });
});

describe("the anchor of a heading", () => {
  it.each([
    ["On one machine", "on-one-machine"],
    ["CDKTF 0.21 and provider-aws 20.1", "cdktf-021-and-provider-aws-201"],
    ["`service.json`", "servicejson"],
    ["2. Edit `config/environments/dev.json`", "2-edit-configenvironmentsdevjson"],
    ["Prüfung: [a link](b.md)", "prüfung-a-link"],
  ])("of %s is %s, as GitHub makes it", (heading, anchor) => {
    expect(anchorOf(heading)).toBe(anchor);
  });

  it("has a number where the heading is there again, and none is within code", () => {
    expect(anchorsOf(`# One\n\n## One\n\n${fenced("sh", "# Two")}\n\n## \`Three\` #\n`)).toEqual([
      "one",
      "one-1",
      "three",
    ]);
  });
});

describe("a table", () => {
  it("keeps bars and line breaks within its cells", () => {
    expect(table(["a", "b"], [["x | y", "one\ntwo"]])).toBe("| a | b |\n|---|---|\n| x \\| y | one two |");
  });

  it("of no rows is nothing, and leaves no gap on the page", () => {
    expect(page("# A", table(["a"], []), "end")).toBe("# A\n\nend\n");
  });
});

describe("code within a line", () => {
  it("may hold back quotes", () => {
    expect([code("a"), code("a`b"), code("`a`")]).toEqual(["`a`", "``a`b``", "`` `a` ``"]);
  });
});

describe("the code blocks of a page", () => {
  it("are found with language and line", () => {
    expect(codeBlocks(`# A\n\n${fenced("sh", "one\ntwo")}\n\n${fenced("", "three")}\n`)).toEqual([
      { language: "sh", text: "one\ntwo", line: 4 },
      { language: "", text: "three", line: 9 },
    ]);
  });
});
