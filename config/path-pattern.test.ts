import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, matchesPattern, patternsIntersect } from "./path-pattern";

/** The same rules, told to the engine of regular expressions. */
function toRegExp(pattern: string): RegExp {
  const parts = [...pattern].map((character) =>
    character === "*" ? ".*" : character === "?" ? "." : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return new RegExp(`^${parts.join("")}$`, "su");
}

const word = (alphabet: string, maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength }).map((characters) => characters.join(""));

/** All texts over two letters up to a length. */
function texts(length: number): readonly string[] {
  return length === 0 ? [""] : texts(length - 1).flatMap((text) => [text, `${text}a`, `${text}b`]);
}

describe("matchesPattern", () => {
  it("matches what the same pattern as a regular expression matches", () => {
    fc.assert(
      fc.property(word("ab/*?.", 10), word("ab/.", 12), (pattern, path) => {
        expect(matchesPattern(pattern, path)).toBe(toRegExp(pattern).test(path));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["/medical", "/medical", true],
    ["/medical", "/Medical", false],
    ["/medical", "/medical/", false],
    ["/medical/*", "/medical/", true],
    ["/medical/*", "/medical/a/b", true],
    ["/medical/*", "/medicalfoo", false],
    ["/img/?", "/img/", false],
    ["/img/?", "/img/a", true],
    ["*", "", true],
    ["/*/b", "/a/b/b", true],
  ])("matches %s with %s: %s", (pattern, path, expected) => {
    expect(matchesPattern(pattern, path)).toBe(expected);
  });

  it("does not get lost in many stars", () => {
    expect(matchesPattern(`${"*a".repeat(60)}b`, "a".repeat(128))).toBe(false);
  });
});

describe("a pattern in which a backslash escapes", () => {
  it.each([
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["\\?x", "?x", true],
    ["\\?x", "yx", false],
    ["\\\\*", "\\any", true],
    ["\\*\\?*", "*?more", true],
    ["end\\", "end\\", true],
  ])("%s matches %s: %s", (pattern, text, expected) => {
    expect(compilePattern(pattern, { escapes: true })(text)).toBe(expected);
  });

  it("is no such thing in a path", () => {
    expect(matchesPattern("/a\\*", "/a\\b")).toBe(true);
    expect(matchesPattern("/a\\*", "/a*")).toBe(false);
  });
});

describe("patternsIntersect", () => {
  it("says whether any text matches both", () => {
    const candidates = texts(4);
    fc.assert(
      // Two patterns of up to two letters, question marks or stars each meet, if at all, in a text of up to four.
      fc.property(word("ab*?", 2), word("ab*?", 2), (first, second) => {
        const met = candidates.some((text) => matchesPattern(first, text) && matchesPattern(second, text));
        expect(patternsIntersect(first, second)).toBe(met);
      }),
      { numRuns: 500 },
    );
  });

  it("says it alike from both sides", () => {
    fc.assert(
      fc.property(word("ab/*?", 10), word("ab/*?", 10), (first, second) => {
        expect(patternsIntersect(first, second)).toBe(patternsIntersect(second, first));
      }),
    );
  });

  it("finds that a pattern meets every text that it matches", () => {
    fc.assert(
      fc.property(word("ab/*?", 10), word("ab/", 10), (pattern, text) => {
        expect(patternsIntersect(pattern, text)).toBe(matchesPattern(pattern, text));
      }),
      { numRuns: 500 },
    );
  });
});
