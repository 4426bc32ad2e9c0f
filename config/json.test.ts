import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./json";

const fault = (text: string) => {
  const parsed = parseJson(text);
  return "value" in parsed ? undefined : `${parsed.line}:${parsed.column} ${parsed.problem}`;
};

const readable = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("parseJson", () => {
  it("reads every JSON value as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        expect(parseJson(written)).toEqual({ value: JSON.parse(written) });
      }),
    );
  });

  it("refuses what JSON.parse refuses, and nothing else but a key given twice", () => {
    const edited = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", ",", '"', "}", "]", "0", "e", "\\", "\n", "x", ":"),
    );
    fc.assert(
      fc.property(edited, ([text, place, insert]) => {
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + insert + text.slice(at + 1);
        fc.pre(!fault(broken)?.includes("given twice"));
        expect(fault(broken) === undefined).toBe(readable(broken));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps a key called __proto__ as a key", () => {
    const parsed = parseJson('{"__proto__": 1}');
    expect("value" in parsed && Object.keys(parsed.value as object)).toEqual(["__proto__"]);
  });

  it.each([
    ["", "1:1 the end of the file where a value should be"],
    ["{", "1:2 the end of the file where a key in double quotes should be"],
    ['{\n  "a": 1,\n}', '2:9 "," after the last member'],
    ["[1,]", '1:3 "," after the last member'],
    ['{\n  "a": 1\n  "b": 2\n}', '3:3 a text where "," or "}" should be'],
    ["[1 2]", '1:4 "2" where "," or "]" should be'],
    ['{"a" 1}', '1:6 "1" where ":" should follow the key'],
    ["{a: 1}", '1:2 "a" where a key in double quotes should be'],
    ["{\"a\": 'b'}", '1:7 "\'" where a value should be'],
    ['{\n  // why\n  "a": 1\n}', "2:3 a comment (/) where a key in double quotes should be"],
    ['{"a": "b', "1:7 a text that does not end on its line or holds a bad escape where a value should be"],
    ['{"a": 1} x', '1:10 "x" after the end of the value'],
    ['{"a": 01}', '1:8 "1" where "," or "}" should be'],
    ['{\n  "a": 1,\n  "b": { },\n  "a": 2\n}', '4:3 the key "a" is given twice'],
  ])("says where %j is wrong", (text, expected) => {
    expect(fault(text)).toBe(expected);
  });
});
