import { describe, expect, it } from "vitest";
import { parseEmailAddress } from "./email-address";

describe("an e-mail address", () => {
  it.each([
    "ann@example.com",
    "Ann.O'Neil+news@mail.example.co.uk",
    "a@b.cd",
    "!#$%&'*+/=?^_`{|}~-@example.com",
    `${"a".repeat(64)}@example.com`,
    "ann@xn--bcher-kva.example",
  ])("is taken as it is: %s", (text) => {
    expect(parseEmailAddress(text)).toBe(text);
  });

  it("has its international domain in ASCII", () => {
    expect(parseEmailAddress("Ann@Bücher.example")).toBe("Ann@xn--bcher-kva.example");
    expect(parseEmailAddress("ann@例え.テスト")).toBe("ann@xn--r8jz45g.xn--zckzah");
  });

  it.each([
    "",
    "ann",
    "@example.com",
    "ann@",
    "ann@example",
    "ann@@example.com",
    "ann@bob@example.com",
    ".ann@example.com",
    "ann.@example.com",
    "an..n@example.com",
    "ann@.example.com",
    "ann@example.com.",
    "ann@-example.com",
    "ann@exa_mple.com",
    "ann@192.0.2.1",
    "ann@[192.0.2.1]",
    "ann@１９２.0.2.1",
    "Ann <ann@example.com>",
    '"ann b"@example.com',
    "änn@example.com",
    "ann@bücher.example/evil",
    "ann@bücher.example:25",
    "ann@bücher.example?x",
    "ann@b%C3%BCcher.example",
    " ann@example.com",
    "ann@example.com ",
    "ann@example.com\r\nBcc: bob@example.com",
    "ann\n@example.com",
    "ann@example.com,bob@example.com",
    "ann@example.com\0",
    `${"a".repeat(65)}@example.com`,
    `ann@${"a".repeat(64)}.example`,
    `ann@${"a.".repeat(130)}example`,
    `a@${"ü".repeat(60)}.${"ü".repeat(60)}.${"ü".repeat(60)}.example`,
  ])("is none: %j", (text) => {
    expect(parseEmailAddress(text)).toBeUndefined();
  });

  it("that is very long is refused, and not looked at for long", () => {
    for (const text of [`${"a.".repeat(50_000)}@x.yz`, `a@${"a-".repeat(50_000)}`, "@".repeat(100_000)]) {
      expect(parseEmailAddress(text)).toBeUndefined();
    }
  });
});
