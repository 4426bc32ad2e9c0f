import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, readMessage } from "./message";

const ann = "ann@example.com";
const plain = { subject: "Hello", content: "How are you?", toEmails: [ann] };

const LINE = '"subject" does not fit; allowed: one line of 1 to 250 characters without control characters';
const TEXT = "text that is not empty, without control characters other than tabs and line breaks";
const ADDRESS = "an e-mail address such as name@example.com, without a display name";
const FIELDS = "subject, content, htmlContent, from, toEmails, ccEmails, bccEmails";

describe("a message", () => {
  it("is read from the body of a request", () => {
    const given = {
      ...plain,
      htmlContent: "<p>How are you?</p>",
      ccEmails: ["bob@example.com"],
      bccEmails: ["cat@example.com"],
    };
    expect(readMessage(given)).toEqual({
      subject: "Hello",
      text: "How are you?",
      html: "<p>How are you?</p>",
      recipients: { to: [ann], cc: ["bob@example.com"], bcc: ["cat@example.com"] },
    });
  });

  it("may leave out its HTML and who gets copies, or say null, as clients do that write all their fields", () => {
    const message = {
      subject: "Hello",
      text: "How are you?",
      html: undefined,
      recipients: { to: [ann], cc: [], bcc: [] },
    };
    expect(readMessage(plain)).toEqual(message);
    expect(readMessage({ ...plain, htmlContent: null, ccEmails: null, bccEmails: null, from: null })).toEqual(message);
  });

  it("never has a sender of its caller's", () => {
    for (const from of ["evil@example.com", { a: 1 }, 7]) {
      expect(readMessage({ ...plain, from })).toEqual(readMessage(plain));
    }
  });

  it("keeps its text as it is, with lines, tabs and signs of all languages", () => {
    const content = "  Guten Tag,\r\n\tÄrger? 🙂 李 <b>&amp;</b>\n.\n";
    expect(readMessage({ ...plain, subject: "👩‍👩‍👧 <b>", content })).toMatchObject({
      subject: "👩‍👩‍👧 <b>",
      text: content,
    });
  });

  it("names nobody twice", () => {
    const given = { ...plain, ccEmails: ["ANN@example.com", "bob@example.com"], bccEmails: ["Bob@example.com"] };
    expect(readMessage(given).recipients).toEqual({ to: [ann], cc: ["bob@example.com"], bcc: [] });
  });
});

describe("a body that is no message", () => {
  it.each<[string, unknown, string]>([
    ["nothing", undefined, `the body is not a JSON object; allowed: ${FIELDS}`],
    ["a list", [plain], `the body is not a JSON object; allowed: ${FIELDS}`],
    ["no subject", { ...plain, subject: undefined }, LINE.replace("does not fit", "is missing")],
    ["an empty subject", { ...plain, subject: " " }, LINE],
    ["a subject of two lines", { ...plain, subject: "Hello\r\nBcc: bob@example.com" }, LINE],
    ["a subject with U+2028", { ...plain, subject: "a\u2028b" }, LINE],
    ["a subject with half a character", { ...plain, subject: "\ud800" }, LINE],
    ["a long subject", { ...plain, subject: "a".repeat(251) }, LINE],
    ["a number as subject", { ...plain, subject: 7 }, LINE],
    ["no content", { ...plain, content: undefined }, `"content" is missing; allowed: ${TEXT}`],
    ["an empty content", { ...plain, content: "\n" }, `"content" does not fit; allowed: ${TEXT}`],
    ["content with NUL", { ...plain, content: "a\0" }, `"content" does not fit; allowed: ${TEXT}`],
    [
      "HTML with an escape",
      { ...plain, htmlContent: "\u001b[0m" },
      `"htmlContent" does not fit; allowed: ${TEXT}; or leave it out`,
    ],
    [
      "no recipient",
      { ...plain, toEmails: [] },
      '"toEmails" does not fit; allowed: a list of at least one e-mail address',
    ],
    [
      "no list of them",
      { ...plain, toEmails: undefined },
      '"toEmails" is missing; allowed: a list of at least one e-mail address',
    ],
    [
      "text as copies",
      { ...plain, ccEmails: ann },
      '"ccEmails" does not fit; allowed: a list of e-mail addresses; or leave it out',
    ],
    [
      "an address of two lines",
      { ...plain, toEmails: [ann, `${ann}\r\nX: y`] },
      `"toEmails[1]" does not fit; allowed: ${ADDRESS}`,
    ],
    ["a number as address", { ...plain, bccEmails: [7] }, `"bccEmails[0]" does not fit; allowed: ${ADDRESS}`],
    ["another field", { ...plain, bccEmail: [ann] }, `there is no field "bccEmail"; allowed: ${FIELDS}`],
    ["an address as a field", { ...plain, [ann]: 1 }, `there is no field of such a name; allowed: ${FIELDS}`],
  ])("is refused: %s", (_what, body, detail) => {
    expect(() => readMessage(body)).toThrow(expect.objectContaining({ status: 400, detail }));
  });

  it("is told all its faults, up to five", () => {
    const five = Array.from({ length: 5 }, (_, index) => `"toEmails[${index}]" does not fit; allowed: ${ADDRESS}`);
    const detail = `${five.join("; ")}; and 4 more`;
    const errors = five.map((fault, index) => ({ pointer: `#/toEmails/${index}`, detail: fault }));
    const refusal = expect.objectContaining({ status: 400, detail, members: { errors } });
    expect(() => readMessage({ ...plain, toEmails: Array(9).fill("x") })).toThrow(refusal);
  });

  it("has at most 50 different recipients", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@example.com`);
    expect(readMessage({ ...plain, toEmails: [...many(50), "A7@EXAMPLE.COM"] }).recipients.to).toHaveLength(50);
    expect(() => readMessage({ ...plain, toEmails: many(30), ccEmails: many(40), bccEmails: many(51) })).toThrow(
      "the mail has 51 recipients; allowed: at most 50 different ones in toEmails, ccEmails and bccEmails together; send several mails",
    );
  });

  it("is a message or a refusal without any of its values, whatever it is", () => {
    const value = fc.oneof(fc.jsonValue(), fc.emailAddress(), fc.array(fc.oneof(fc.emailAddress(), fc.string())));
    const names = [
      "subject",
      "content",
      "htmlContent",
      "from",
      "toEmails",
      "ccEmails",
      "bccEmails",
      "__proto__",
    ] as const;
    const body = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value);
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (given) => {
        try {
          readMessage(given);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
          expect((error as Error).message.replaceAll("name@example.com", "")).not.toContain("@");
        }
      }),
    );
  });
});

describe("the hash of a message", () => {
  it("is the same for the same mail, however it was written", () => {
    const one = hashOf(readMessage({ ...plain, ccEmails: ["bob@example.com"] }));
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    const other = { ccEmails: ["bob@example.com", "Bob@example.com"], from: "x", bccEmails: null, ...plain };
    expect(hashOf(readMessage(other))).toBe(one);
  });

  it("is another one for another mail", () => {
    const bob = ["bob@example.com"];
    const others = [
      plain,
      { ...plain, subject: "Hello!" },
      { ...plain, content: "Hello" },
      { ...plain, htmlContent: "How are you?" },
      { ...plain, toEmails: [ann, ...bob] },
      { ...plain, ccEmails: bob },
      { ...plain, bccEmails: bob },
    ];
    expect(new Set(others.map((body) => hashOf(readMessage(body)))).size).toBe(others.length);
  });
});
