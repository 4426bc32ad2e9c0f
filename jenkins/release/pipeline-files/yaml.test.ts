import { describe, expect, it } from "vitest";
import { toYaml, type YamlValue } from "./yaml";

describe("YAML", () => {
  it("is written in block style, in the order that is given", () => {
    const value = {
      second: { text: "plain", number: 1, none: {}, empty: [] },
      first: [{ name: "a", more: [{ deep: "x" }] }, "text", ["nested", 2]],
    };
    expect(toYaml(value)).toBe(
      [
        "second:",
        "  text: plain",
        "  number: 1",
        "  none: {}",
        "  empty: []",
        "first:",
        "  - name: a",
        "    more:",
        "      - deep: x",
        "  - text",
        "  - - nested",
        "    - 2",
        "",
      ].join("\n"),
    );
  });

  it.each([
    "AWS::ECS::Service",
    "<TASK_DEFINITION>",
    "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-cart:7",
    "FARGATE_SPOT",
    "a.b-c/d",
  ])("leaves %s without quotes", (text) => {
    expect(toYaml({ key: text })).toBe(`key: ${text}\n`);
  });

  it.each<[string, string]>([
    ["", '""'],
    ["true", '"true"'],
    ["No", '"No"'],
    ["y", '"y"'],
    ["null", '"null"'],
    ["1.5", '"1.5"'],
    ["0x1f", '"0x1f"'],
    ["a: b", '"a: b"'],
    ["a:", '"a:"'],
    ["a #b", '"a #b"'],
    [" a", '" a"'],
    ["a ", '"a "'],
    ["- a", '"- a"'],
    ["*a", '"*a"'],
    ["{a}", '"{a}"'],
    ['a\nb\t"c"\\', '"a\\nb\\t\\"c\\"\\\\"'],
    ["\u0085\u2028\u2029\ufeff", '"\\u0085\\u2028\\u2029\\ufeff"'],
    ["Ω", '"Ω"'],
  ])("puts %j in quotes", (text, written) => {
    expect(toYaml({ key: text })).toBe(`key: ${written}\n`);
    expect(toYaml({ [text]: 1 })).toBe(`${written}: 1\n`);
    expect(toYaml([text] satisfies YamlValue)).toBe(`- ${written}\n`);
  });
});
