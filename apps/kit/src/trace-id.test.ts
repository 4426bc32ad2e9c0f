import { describe, expect, it } from "vitest";
import { parseTraceId } from "./trace-id";

const root = "1-67891233-abcdef012345678912345678";

describe("parseTraceId", () => {
  it.each([
    `Root=${root}`,
    `Self=1-67891234-12456789abcdef012345678;Root=${root};CalledFrom=app`,
    `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`,
  ])("takes %s and finds the root", (header) => {
    expect(parseTraceId(header)).toEqual({ header, root });
  });

  it.each([
    undefined,
    "",
    "abc",
    "Self=1-67891234-12456789abcdef0123456789",
    "Root=1-6789-abc",
    `Root=2${root.slice(1)}`,
    `Root=${root} ;Sampled=1`,
    `Root=${root};=x`,
    `Root=${root}0`,
    `Root=${root};X=${"y".repeat(512)}`,
  ])("refuses %s", (header) => {
    expect(parseTraceId(header)).toBeUndefined();
  });
});
