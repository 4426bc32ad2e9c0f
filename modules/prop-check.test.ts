import { Fn, Token } from "cdktf";
import { Construct, RootConstruct } from "constructs";
import { describe, expect, it } from "vitest";
import { ECS_NAME } from "./aws/forms";
import { PropCheck, QUOTAS_CONTEXT } from "./prop-check";
import { refusalOf } from "./testing/synth";

const refusal = (use: (check: PropCheck) => void) =>
  refusalOf((stack) => use(new PropCheck(new Construct(new Construct(stack, "Shop"), "Cart"))));

describe("a quota", () => {
  const most = (raised?: object) => {
    const root = new RootConstruct();
    if (raised) root.node.setContext(QUOTAS_CONTEXT, raised);
    return new PropCheck(new Construct(root, "Shop")).quota("rulesPerSecurityGroup");
  };

  it("is AWS's default, or what the context of the stack says", () => {
    expect(most()).toBe(60);
    expect(most({ rulesPerLoadBalancer: 200 })).toBe(60);
    expect(most({ rulesPerSecurityGroup: 100 })).toBe(100);
  });
});

describe("a refusal", () => {
  it("names the construct's path, the field, what was given and what is allowed", () => {
    expect(refusal((check) => check.wholeNumber("port", 0, { min: 1, max: 65535 }))).toBe(
      'test/Shop/Cart: "port" is 0; allowed: a whole number from 1 to 65535',
    );
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY])("is made for %d, which is no whole number", (value) => {
    expect(refusal((check) => check.wholeNumber("port", value, { min: 1, max: 65535 }))).toBe(
      `test/Shop/Cart: "port" is ${value}; allowed: a whole number from 1 to 65535`,
    );
  });

  it.each([
    [
      "tags that start with aws:",
      { "AWS:shop": "x" },
      '"a key of tags" is "AWS:shop"; allowed: 1 to 128 letters, digits, spaces and _ . : / = + - @, not starting with aws:',
    ],
    [
      "a key of 129 characters",
      { ["k".repeat(129)]: "x" },
      `"a key of tags" is "${"k".repeat(129)}"; allowed: 1 to 128 letters, digits, spaces and _ . : / = + - @, not starting with aws:`,
    ],
    [
      "a value of 257 characters",
      { Team: "v".repeat(257) },
      `"tags.Team" is "${"v".repeat(257)}"; allowed: up to 256 letters, digits, spaces and _ . : / = + - @`,
    ],
    [
      "51 tags",
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, "v"])),
      '"tags" has 51 tags; allowed: 50 at most',
    ],
  ])("is made for %s", (_, tags, message) => {
    expect(refusal((check) => check.tags("tags", tags))).toBe(`test/Shop/Cart: ${message}`);
  });

  it("is not made for what is known at apply only", () => {
    const text = Token.asString({ resolve: () => "later" });
    expect(
      refusal((check) => {
        check.wholeNumber("port", Token.asNumber({ resolve: () => 0 }), { min: 1, max: 65535 });
        check.oneOf("days", Token.asNumber({ resolve: () => 31 }), [30]);
        check.order("min", Token.asNumber({ resolve: () => 5 }), "max", 4);
        check.text("name", text, ECS_NAME);
        check.text("name", `shop-${text}!`, ECS_NAME);
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform's.
        check.text("name", "${var.name}", ECS_NAME);
        check.length("name", text, 3);
        check.cidr("cidr", text);
        check.texts("names", Token.asList({ resolve: () => ["!"] }), ECS_NAME);
        check.atLeast("names", Token.asList({ resolve: () => [] }), 2, "two");
        check.tags("tags", { Name: Fn.upper(text) });
      }),
    ).toBeUndefined();
  });

  it("is not made for what is not given", () => {
    expect(
      refusal((check) => {
        check.wholeNumber("port", undefined, { min: 1, max: 65535 });
        check.oneOf("days", undefined, [30]);
        check.text("name", undefined, ECS_NAME);
        check.length("name", undefined, 3);
        check.cidrs("cidrs", undefined, ["IPv4"]);
        check.atLeast("names", undefined, 2, "two");
        check.atMost("names", undefined, 2);
        check.tags("tags", undefined);
      }),
    ).toBeUndefined();
  });
});
