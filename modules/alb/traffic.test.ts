import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { refusalOf, type Synthesised, synthesise } from "../testing/synth";
import { ListenerRule } from "./listener-rule";
import { LoadBalancer, type LoadBalancerProps } from "./load-balancer";
import { TargetGroupPair } from "./target-group-pair";
import type { TrafficOwner } from "./traffic-owner";

const pair = (scope: Construct) =>
  new TargetGroupPair(scope, "Targets", {
    namePrefix: "cart-",
    displayName: "shop-cart",
    vpcId: "vpc-1",
    targetType: "ip",
    port: 8080,
    healthCheck: { path: "/healthcheck" },
  });

const loadBalancer = (scope: Construct, props: Partial<LoadBalancerProps> = {}) =>
  new LoadBalancer(scope, "LoadBalancer", {
    name: "shop",
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1"],
    idleTimeoutSeconds: 60,
    ...props,
  });

/** A load balancer whose main and test listener send what no rule matches to the blue target group. */
const blueGreen = (props: Partial<LoadBalancerProps> = {}) =>
  synthesise((scope) => {
    const { blue } = pair(scope);
    loadBalancer(scope, {
      defaultTargetGroup: blue,
      testListener: { port: 8080, defaultTargetGroup: blue },
      ...props,
    });
  });

const onPort = (stack: Synthesised, port: number) => stack.resources(LbListener).find((one) => one.port === port);
const forward = [
  {
    type: "forward",
    target_group_arn: expect.stringMatching(/^\$\{aws_lb_target_group\.Targets_Blue_\w+\.arn\}$/),
  },
];

describe("a pair of target groups", () => {
  const stack = synthesise((scope) => pair(scope));

  it("is two that differ in their name tags alone", () => {
    const groups = stack.resources(LbTargetGroup);
    expect(groups.map(({ tags }) => tags)).toEqual([{ Name: "shop-cart-blue" }, { Name: "shop-cart-green" }]);
    const [blue, green] = groups.map(({ tags: _, ...rest }) => rest);
    expect(blue).toEqual(green);
  });
});

describe("the default target of a load balancer", () => {
  it("gets what no rule matches, on the main and on the test listener", () => {
    const stack = blueGreen();
    expect(stack.resources(LbListener)).toHaveLength(2);
    expect(onPort(stack, 80)).toMatchObject({ protocol: "HTTP", default_action: forward });
    expect(onPort(stack, 8080)).toMatchObject({ protocol: "HTTP", default_action: forward });
  });

  it("is served with the certificate on both, and the redirect stays a redirect", () => {
    const stack = blueGreen({ certificateArn: "arn:aws:acm:x" });
    expect(stack.resources(LbListener)).toHaveLength(3);
    for (const port of [443, 8080]) {
      expect(onPort(stack, port)).toMatchObject({
        protocol: "HTTPS",
        ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificate_arn: "arn:aws:acm:x",
        default_action: forward,
      });
    }
    expect(onPort(stack, 80)).toMatchObject({ default_action: [{ type: "redirect" }] });
  });

  it("is on one listener alone where the other is given none", () => {
    const stack = synthesise((scope) => loadBalancer(scope, { testListener: { port: 8080 } }));
    for (const port of [80, 8080]) {
      expect(onPort(stack, port)).toMatchObject({ default_action: [{ type: "fixed-response" }] });
    }
    const test = synthesise((scope) => {
      loadBalancer(scope, { defaultTargetGroup: pair(scope).blue, testListener: { port: 8080 } });
    });
    expect(onPort(test, 80)).toMatchObject({ default_action: forward });
    expect(onPort(test, 8080)).toMatchObject({ default_action: [{ type: "fixed-response" }] });
  });

  it("makes no test listener unless asked", () => {
    expect(synthesise((scope) => loadBalancer(scope)).resources(LbListener)).toHaveLength(1);
  });
});

describe("what Terraform ignores of the traffic", () => {
  it("is nothing by default", () => {
    for (const listener of blueGreen().resources(LbListener)) expect(listener).not.toHaveProperty("lifecycle");
  });

  it("is the default action of main and test listener where CodeDeploy owns it, never the redirect's", () => {
    const stack = blueGreen({ certificateArn: "arn:aws:acm:x", trafficOwner: "code-deploy" });
    expect([443, 8080, 80].map((port) => onPort(stack, port)?.lifecycle)).toEqual([
      { ignore_changes: ["default_action"] },
      { ignore_changes: ["default_action"] },
      undefined,
    ]);
  });

  const rule = (trafficOwner?: TrafficOwner) =>
    synthesise((scope) => {
      const { listener } = loadBalancer(scope);
      new ListenerRule(scope, "Rule", {
        listener,
        priority: 100,
        pathPatterns: ["/cart"],
        targetGroup: pair(scope).blue,
        ...(trafficOwner && { trafficOwner }),
      });
    }).resource(LbListenerRule);

  it("is the action of a rule, and nothing else of it, where CodeDeploy owns it", () => {
    expect(rule("code-deploy").lifecycle).toEqual({ ignore_changes: ["action"] });
    expect(rule("terraform")).not.toHaveProperty("lifecycle");
    expect(rule()).not.toHaveProperty("lifecycle");
  });
});

describe("a refused load balancer", () => {
  const refusal = (props: Partial<LoadBalancerProps>) => refusalOf((scope) => loadBalancer(scope, props));

  it.each([
    ["80 on HTTP", 80, {}],
    ["80 beside the redirect", 80, { certificateArn: "arn:aws:acm:x" }],
    ["443 beside HTTPS", 443, { certificateArn: "arn:aws:acm:x" }],
  ])("has the test port %s", (_, port, props) => {
    expect(refusal({ testListener: { port }, ...props })).toBe(
      `test/LoadBalancer: "testListener.port" is ${port}, as that of another listener; allowed: a port that no other listener of the load balancer has`,
    );
  });

  it("has a test port that there is not", () => {
    expect(refusal({ testListener: { port: 65536 } })).toBe(
      'test/LoadBalancer: "testListener.port" is 65536; allowed: a whole number from 1 to 65535',
    );
  });

  it("is none with the test port 443 on HTTP, at either end, and known at apply only", () => {
    for (const port of [1, 443, 65535, Token.asNumber({ resolve: () => 80 })]) {
      expect(refusal({ testListener: { port } })).toBeUndefined();
    }
  });

  const ALLOWED = "allowed: one load balancer for a target group";

  it.each(["defaultTargetGroup", "testListener.defaultTargetGroup"])("has the %s of another one", (field) => {
    expect(
      refusalOf((scope) => {
        const { blue } = pair(scope);
        loadBalancer(new Construct(scope, "First"), { defaultTargetGroup: blue });
        const second = { port: 8080, defaultTargetGroup: blue };
        loadBalancer(
          new Construct(scope, "Second"),
          field === "defaultTargetGroup" ? { defaultTargetGroup: blue } : { testListener: second },
        );
      }),
    ).toBe(
      `test/Second/LoadBalancer: "${field}" gets requests of another load balancer by test/First/LoadBalancer; ${ALLOWED}`,
    );
  });

  it("is told by a rule, too, that its default target is another one's", () => {
    expect(
      refusalOf((scope) => {
        const { blue } = pair(scope);
        loadBalancer(new Construct(scope, "First"), { defaultTargetGroup: blue });
        const { listener } = loadBalancer(new Construct(scope, "Second"));
        new ListenerRule(scope, "Rule", { listener, priority: 1, pathPatterns: ["/cart"], targetGroup: blue });
      }),
    ).toBe(`test/Rule: "targetGroup" gets requests of another load balancer by test/First/LoadBalancer; ${ALLOWED}`);
  });
});
