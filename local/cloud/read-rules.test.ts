import { describe, expect, it } from "vitest";
import { readRules } from "./read-rules";

const FORWARD = [{ Type: "forward" as const, TargetGroupArn: "group" }];

describe("the rules of a listener", () => {
  it("are sorted by priority as numbers, the default rule last", () => {
    const rules = [
      { Priority: "default", IsDefault: true, Actions: FORWARD },
      { Priority: "1000", Actions: FORWARD },
      { Priority: "200", Actions: FORWARD },
    ];
    expect(readRules(rules).map(({ priority }) => priority)).toEqual([200, 1000, Number.POSITIVE_INFINITY]);
  });

  it("keep conditions of the three kinds, in the old spelling and the new", () => {
    const Conditions = [
      { Field: "path-pattern", Values: ["/a"] },
      { Field: "host-header", HostHeaderConfig: { Values: ["b"] } },
      { Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } },
    ];
    expect(readRules([{ Priority: "1", Conditions, Actions: FORWARD }])[0]?.conditions).toEqual([
      { field: "path-pattern", values: ["/a"] },
      { field: "host-header", values: ["b"] },
      { field: "source-ip", values: ["10.0.0.0/8"] },
    ]);
  });

  it("keep weights, fixed responses, and redirects with AWS's defaults", () => {
    const TargetGroups = [
      { TargetGroupArn: "one", Weight: 9 },
      { TargetGroupArn: "two", Weight: 0 },
    ];
    const FixedResponseConfig = { StatusCode: "404", ContentType: "text/plain", MessageBody: "no" };
    const actions = [
      { Type: "forward" as const, ForwardConfig: { TargetGroups } },
      { Type: "fixed-response" as const, FixedResponseConfig },
      {
        Type: "redirect" as const,
        RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" as const },
      },
    ];
    const rules = readRules(actions.map((action, index) => ({ Priority: String(index + 1), Actions: [action] })));
    expect(rules.map(({ action }) => action)).toEqual([
      {
        type: "forward",
        targetGroups: [
          { arn: "one", weight: 9 },
          { arn: "two", weight: 0 },
        ],
      },
      { type: "fixed-response", statusCode: 404, contentType: "text/plain", messageBody: "no" },
      {
        type: "redirect",
        statusCode: 301,
        protocol: "HTTPS",
        host: "#{host}",
        port: "443",
        path: "/#{path}",
        query: "#{query}",
      },
    ]);
  });

  it("are refused where they can't be served here, by name", () => {
    const Conditions = [{ Field: "query-string" }];
    expect(() => readRules([{ RuleArn: "arn:rule", Priority: "1", Conditions, Actions: FORWARD }])).toThrow(
      "rule arn:rule: conditions on query-string are not served on this machine; served are path-pattern, host-header and source-ip",
    );
    expect(() => readRules([{ RuleArn: "arn:rule", Priority: "1", Actions: [{ Type: "authenticate-oidc" }] }])).toThrow(
      "rule arn:rule: actions of type authenticate-oidc are not served on this machine; served are forward, fixed-response and redirect",
    );
  });
});
