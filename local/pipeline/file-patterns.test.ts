import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filePattern } from "./file-patterns";

const name = fc.stringMatching(/^[a-z.+()$^|-]{1,6}$/).filter((text) => text !== "." && text !== "..");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

describe("a pattern of files", () => {
  it.each([
    ["**/*", ["a", "a/b", ".local/a"], []],
    ["a/**/*", ["a/b", "a/b/c"], ["a", "b/a/c"]],
    ["*.json", ["a.json", ".json"], ["a/b.json", "a.jsonc", "ajson"]],
    ["apps/*/service.json", ["apps/cart/service.json"], ["apps/service.json", "apps/a/b/service.json"]],
    [".local/release/**/*", [".local/release/a", ".local/release/a/b"], [".local/a", "x/.local/release/a"]],
    ["a/**", ["a/b", "a/b/c"], ["a", "b"]],
    ["./a", ["a"], ["./a"]],
    ["a?c", ["abc"], ["ac", "a/c"]],
  ])("%s fits %j and not %j", (pattern, fitting, others) => {
    const fits = filePattern(pattern);
    expect(fitting.filter(fits)).toEqual(fitting);
    expect(others.filter(fits)).toEqual([]);
  });

  it("without wildcards fits itself alone, whatever characters it has", () => {
    fc.assert(fc.property(path, path, (one, other) => filePattern(one)(other) === (one === other)));
  });

  it("of a folder and everything below it fits what is in the folder, however deep, and nothing else", () => {
    fc.assert(
      fc.property(path, path, (folder, file) => {
        const fits = filePattern(`${folder}/**/*`);
        expect(fits(`${folder}/${file}`)).toBe(true);
        expect(fits(`x${folder}/${file}`)).toBe(false);
      }),
    );
  });

  it.each(["/etc/passwd", "../secrets", "a/../../b", "[ab]", "{a,b}", "!a", ""])("%j is refused", (pattern) => {
    expect(() => filePattern(pattern)).toThrow(`"${pattern}" is no pattern of files that can be looked for here`);
  });
});
