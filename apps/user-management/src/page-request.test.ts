import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cursor, cursorText, linkToNext, readCursor } from "./page-request";
import { username } from "./user";

const names = fc
  .string({ unit: fc.constantFrom(..."aZ9._-éß李𐐀"), minLength: 3, maxLength: 20 })
  .filter((name) => username.safeParse(name).success);

describe("a cursor", () => {
  it("leads back to any username, and is as the document says", () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(cursor.safeParse(cursorText(name)).success).toBe(true);
        expect(readCursor(cursorText(name))).toBe(name.normalize("NFC"));
      }),
    );
  });

  it("is none of what anybody may send, unless it is the text of a username", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string().map(cursorText)), (text) => {
        const read = readCursor(text);
        if (read !== undefined) expect(cursorText(read)).toBe(text);
      }),
    );
    expect(["", "YQ", "YWFhYQ==", "_-_-", cursorText("a b c"), cursorText("jose\u0301")].map(readCursor)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
  });
});

describe("the link to the next page", () => {
  it("keeps the limit and goes on behind the last user", () => {
    expect(linkToNext("/usermgmt/users", { limit: 7, after: "ada" }, "bob")).toBe(
      '</usermgmt/users?limit=7&cursor=Ym9i>; rel="next"',
    );
  });
});
