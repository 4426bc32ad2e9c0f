import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import type { ServedListener } from "../../routes";
import { balancersOf } from "./balancers";
import { placesOf } from "./places";

function served(rules: ServedListener["listener"]["rules"], port = 80): ServedListener {
  const listener = { arn: `listener-${port}`, port, protocol: "HTTP" as const, rules };
  return {
    port: 8_000 + port,
    listener,
    loadBalancer: {
      arn: "balancer",
      name: "jenkins-ecs-local",
      dnsName: "jenkins-ecs-local.example.test",
      aliases: [],
      attributes: {},
      internal: false,
      listeners: [listener],
    },
  };
}

const FORWARD: Action = { Type: "forward", TargetGroupArn: "group" };

const rulesOf = (...rules: Parameters<typeof served>[0]) =>
  balancersOf([served(rules)], placesOf(["local"]))[0]?.listeners[0]?.rules;

const conditions = (...given: RuleCondition[]) =>
  rulesOf({ RuleArn: "rule", Priority: "1", Conditions: given, Actions: [FORWARD] })?.[0]?.conditions;

describe("balancersOf", () => {
  it("puts the listeners of a load balancer together, and says what system it is of", () => {
    expect(balancersOf([served([], 80), served([], 8080)], placesOf(["local", "production"]))).toMatchObject([
      {
        name: "jenkins-ecs-local",
        place: { system: "jenkins-ecs", environment: "local" },
        listeners: [{ port: 80, url: "http://127.0.0.1:8080" }, { port: 8080 }],
      },
    ]);
  });

  it("sorts rules by priority as a number, the default one last", () => {
    const rule = (Priority: string) => ({ RuleArn: Priority, Priority, Actions: [FORWARD] });
    const sorted = rulesOf(
      { IsDefault: true, Priority: "default", Actions: [FORWARD] },
      rule("200"),
      rule("1000"),
      rule("90"),
    );
    expect(sorted?.map(({ priority }) => priority)).toEqual(["90", "200", "1000", "default"]);
  });

  it.each<[string, RuleCondition]>([
    ["path /medical, /medical/*", { Field: "path-pattern", PathPatternConfig: { Values: ["/medical/*", "/medical"] } }],
    ["path /old", { Field: "path-pattern", Values: ["/old"] }],
    ["host app.example.test", { Field: "host-header", HostHeaderConfig: { Values: ["app.example.test"] } }],
    ["method GET, HEAD", { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET", "HEAD"] } }],
    ["from 203.0.113.0/24", { Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.0/24"] } }],
    [
      "query v=2, x",
      { Field: "query-string", QueryStringConfig: { Values: [{ Key: "v", Value: "2" }, { Value: "x" }] } },
    ],
  ])("says a condition in words: %s", (words, condition) => {
    expect(conditions(condition)).toEqual([words]);
  });

  it("does not tell the value of a header, which may be a secret of who sends it", () => {
    const config = { HttpHeaderName: "X-Origin-Verify", Values: ["hunter2"] };
    expect(conditions({ Field: "http-header", HttpHeaderConfig: config })).toEqual(["header X-Origin-Verify"]);
  });

  it("says where a rule leads: to groups by weight, to an answer, or elsewhere", () => {
    const [weighted, fixed, redirect] =
      rulesOf(
        {
          Priority: "1",
          Actions: [
            {
              Type: "forward",
              ForwardConfig: {
                TargetGroups: [
                  { TargetGroupArn: "blue", Weight: 90 },
                  { TargetGroupArn: "green", Weight: 10 },
                ],
              },
            },
          ],
        },
        {
          Priority: "2",
          Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404", MessageBody: "not found" } }],
        },
        {
          Priority: "3",
          Actions: [{ Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } }],
        },
      ) ?? [];
    expect(weighted?.targets).toEqual([
      { group: "blue", weight: 90 },
      { group: "green", weight: 10 },
    ]);
    expect(fixed?.answer).toBe("404, not found");
    expect(redirect?.answer).toBe("redirect to https://#{host}:443/#{path}");
  });
});
