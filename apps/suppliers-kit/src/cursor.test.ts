import { describe, expect, it } from "vitest";
import { cursorText, readCursor } from "./cursor";

describe("readCursor", () => {
  it.each(["O'Brien <b>", "☕", "a".repeat(255), ""])("reads what a link has of %j", (name) => {
    const text = cursorText({ name, id: 7 });
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(readCursor("after", text)).toEqual({ direction: "after", name, id: 7 });
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it.each([
    "",
    "x",
    "%00",
    ...[{}, [], null, 1, ["a"], ["a", "1"], [1, 1], ["a", 0], ["a", 1.5], ["a", 4_294_967_296], ["a", null]].map(
      encoded,
    ),
  ])("takes %j for no place", (text) => {
    expect(readCursor("before", text)).toBeUndefined();
  });
});
