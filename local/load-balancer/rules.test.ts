import type { Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawGroup, readRules } from "./rules";

const ACTION = { Type: "forward", TargetGroupArn: "group" } as const;

function readOne(changes: Partial<Rule>) {
  return readRules([{ RuleArn: "the-rule", Priority: "1", Conditions: [], Actions: [ACTION], ...changes }])[0];
}

describe("the rules of a listener", () => {
  it("are found like by looking at all of them", () => {
    const pattern = fc.stringMatching(/^\/[ab*?]{0,3}$/);
    const path = fc.stringMatching(/^\/[ab]{0,4}$/);
    // An oracle of another kind: the pattern as a regular expression.
    const toRegExp = (text: string) => new RegExp(`^${text.replaceAll("*", ".*").replaceAll("?", ".")}$`);
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 5 }),
        path,
        fc.infiniteStream(fc.nat(1_000)),
        (patterns, asked, numbers) => {
          const given = patterns.map((value, index) => ({ value, priority: (numbers.next().value ?? 0) * 10 + index }));
          const rules = readRules([
            { RuleArn: "default", IsDefault: true, Priority: "default", Actions: [ACTION] },
            ...given.map(({ value, priority }) => ({
              RuleArn: String(priority),
              Priority: String(priority),
              Conditions: [{ Field: "path-pattern", Values: [value] }],
              Actions: [ACTION],
            })),
          ]);
          const request = { method: "GET", host: "", path: asked, query: "", rawHeaders: [], sourceIp: "127.0.0.1" };
          const matching = given.filter(({ value }) => toRegExp(value).test(asked)).map(({ priority }) => priority);
          const expected = matching.length > 0 ? String(Math.min(...matching)) : "default";
          expect(rules.find(({ holds }) => holds(request))?.arn).toBe(expected);
        },
      ),
    );
  });

  it.each([
    [
      { Conditions: [{ Field: "moon-phase" }] },
      "rule the-rule: conditions on moon-phase are not served on this machine",
    ],
    [
      { Conditions: [{ Field: "path-pattern", PathPatternConfig: { RegexValues: ["^/a"] } }] },
      "rule the-rule: regular expressions are not served on this machine",
    ],
    [{ Transforms: [{ Type: "url-rewrite" }] }, "rule the-rule: transforms are not served on this machine"],
    [{ Actions: [] }, "rule the-rule: actions of type undefined are not served on this machine"],
    [
      {
        Actions: [
          { Type: "authenticate-oidc", Order: 1 },
          { ...ACTION, Order: 2 },
        ],
      },
      "rule the-rule: actions of type authenticate-oidc are not served on this machine",
    ],
  ] satisfies [Partial<Rule>, string][])("are refused where they can't be served: %j", (changes, message) => {
    expect(() => readOne(changes)).toThrow(message);
  });

  it("forward to one target group or to several, by weight", () => {
    expect(readOne({})?.action).toEqual({ type: "forward", groups: [{ arn: "group", weight: 1 }] });
    const ForwardConfig = { TargetGroups: [{ TargetGroupArn: "a", Weight: 3 }, { TargetGroupArn: "b" }] };
    expect(readOne({ Actions: [{ Type: "forward", ForwardConfig }] })?.action).toEqual({
      type: "forward",
      groups: [
        { arn: "a", weight: 3 },
        { arn: "b", weight: 1 },
      ],
    });
  });
});

describe("the target group that is drawn", () => {
  const groups = [
    { arn: "none", weight: 0 },
    { arn: "three", weight: 3 },
    { arn: "one", weight: 1 },
    { arn: "last", weight: 0 },
  ];

  it("is one by its share", () => {
    const drawn = [0, 0.25, 0.5, 0.74, 0.75, 0.999].map((place) => drawGroup(groups, () => place));
    expect(drawn).toEqual(["three", "three", "three", "three", "one", "one"]);
  });

  it("is never one of weight 0, not even the only one", () => {
    expect(drawGroup([{ arn: "none", weight: 0 }])).toBeUndefined();
    expect(drawGroup([{ arn: "only", weight: 1 }])).toBe("only");
  });
});
