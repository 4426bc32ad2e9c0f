import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areAmbiguous, liesBelow, parseApiPath } from "./api-path";

const parts = (path: string) => {
  const parsed = parseApiPath(path);
  if (!parsed) throw new Error(`${path} is no path`);
  return parsed;
};

const TEXTS = ["a", "b"] as const;
const LONGEST = 3;

/** Paths of up to three parts; each variable has a name of its own. */
const PATH = fc
  .tuple(
    fc.array(fc.constantFrom(...TEXTS, "{x}"), { maxLength: LONGEST - 1 }),
    fc.constantFrom(...TEXTS, "{x}", "{x+}", ""),
  )
  .map(([before, last]) => {
    const parts = [...before, last].filter(Boolean);
    return `/${parts.map((part, index) => part.replace("x", `x${index}`)).join("/")}`;
  });

/** All requests for a path, with parts that no path names and more parts than any path has. */
function requestsFor(path: string): readonly string[] {
  const form = path.replace(/\{\w+\+\}/, ".+").replace(/\{\w+\}/g, "[^/]+");
  return ALL.filter((request) => new RegExp(`^${form}$`).test(request));
}

const ALL = Array.from({ length: LONGEST + 2 }, (_, size) => requestsOf(size)).flat();

function requestsOf(size: number): readonly string[] {
  const rows = Array.from({ length: size }).reduce<readonly string[]>(
    (before) => before.flatMap((start) => [...TEXTS, "other"].map((part) => `${start}/${part}`)),
    [""],
  );
  return size === 0 ? ["/"] : rows;
}

describe("parseApiPath", () => {
  it("tells texts, one part and all that is left from each other", () => {
    expect(parts("/users/{name}/files/{path+}")).toEqual([
      { kind: "text", text: "users" },
      { kind: "one", name: "name" },
      { kind: "text", text: "files" },
      { kind: "rest", name: "path" },
    ]);
    expect(parts("/")).toEqual([]);
  });

  it.each([
    "",
    "a",
    "/a/",
    "//a",
    "/a b",
    "/a*",
    "/{}",
    "/{a+}/b",
    "/{a}/{a}",
    "/{a-b}",
    "/a{b}",
    "/{a}{b}",
    "/:a",
    "/{1}",
    "/a?b",
    "/%41",
  ])("knows that %o is none", (path) => {
    expect(parseApiPath(path)).toBeUndefined();
  });
});

describe("areAmbiguous", () => {
  it.each([
    ["/a", "/a"],
    ["/a/{x}", "/a/{y}"],
    ["/a/{x}", "/{z}/b"],
    ["/a/{x}/c", "/a/b/{y}"],
    ["/a/{x+}", "/a/{y+}"],
    ["/a/{x+}", "/{y}/b"],
    ["/a/{x+}", "/{y}/b/c"],
  ])("is so for %s and %s", (first, second) => {
    expect(areAmbiguous(parts(first), parts(second))).toBe(true);
    expect(areAmbiguous(parts(second), parts(first))).toBe(true);
  });

  it.each([
    ["/a", "/b"],
    ["/a", "/a/b"],
    ["/a/{x}", "/a/b"],
    ["/a/{x}", "/a/b/c"],
    ["/a/{x+}", "/a"],
    ["/a/{x+}", "/a/{y}"],
    ["/a/{x+}", "/a/b/{y+}"],
    ["/", "/{x+}"],
  ])("is not so for %s and %s", (first, second) => {
    expect(areAmbiguous(parts(first), parts(second))).toBe(false);
    expect(areAmbiguous(parts(second), parts(first))).toBe(false);
  });

  it("is what comes of trying all requests", () => {
    fc.assert(
      fc.property(PATH, PATH, (first, second) => {
        const left = requestsFor(first);
        const right = requestsFor(second);
        const both = left.filter((request) => right.includes(request)).length;
        // One of the two is more exact where all of its requests are the other's, which has more.
        const isClear = both === 0 || (left.length !== right.length && both === Math.min(left.length, right.length));
        expect(areAmbiguous(parts(first), parts(second))).toBe(!isClear);
      }),
      { numRuns: 500 },
    );
  });
});

describe("liesBelow", () => {
  it.each([
    ["/finance", "/finance"],
    ["/finance/{id}", "/finance"],
    ["/finance/{path+}", "/finance"],
    ["/finance/a/b", "/finance/a"],
    ["/{path+}", "/"],
    ["/", "/"],
  ])("%s lies below %s", (path, publicPath) => {
    expect(liesBelow(parts(path), publicPath)).toBe(true);
  });

  it.each([
    ["/finances", "/finance"],
    ["/", "/finance"],
    ["/{path+}", "/finance"],
    ["/{name}", "/finance"],
    ["/finance", "/finance/a"],
    ["/Finance", "/finance"],
  ])("%s does not lie below %s", (path, publicPath) => {
    expect(liesBelow(parts(path), publicPath)).toBe(false);
  });
});
