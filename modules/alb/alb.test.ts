import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { ListenerRule, type ListenerRuleProps } from "./listener-rule";
import { LoadBalancer, type LoadBalancerProps } from "./load-balancer";
import { TargetGroup, type TargetGroupProps } from "./target-group";

const notFound = [
  {
    type: "fixed-response",
    fixed_response: {
      content_type: "text/plain",
      status_code: "404",
      message_body: "not found: no service answers this path",
    },
  },
];

const loadBalancerProps: LoadBalancerProps = {
  name: "shop-dev",
  subnetIds: ["subnet-a", "subnet-b"],
  securityGroupIds: ["sg-1"],
  idleTimeoutSeconds: 60,
};
const withLoadBalancer = (props: Partial<LoadBalancerProps> = {}) =>
  synthesise((stack) => new LoadBalancer(stack, "LoadBalancer", { ...loadBalancerProps, ...props }));

const targetGroupProps: TargetGroupProps = {
  namePrefix: "cart-",
  displayName: "shop-dev-cart",
  vpcId: "vpc-1",
  targetType: "ip",
  port: 5001,
  healthCheck: { path: "/healthcheck" },
};
const withTargetGroup = (props: Partial<TargetGroupProps> = {}) =>
  synthesise((stack) => new TargetGroup(stack, "TargetGroup", { ...targetGroupProps, ...props }));

const withRule = (props: Partial<ListenerRuleProps> = {}) =>
  synthesise((stack) => {
    const { listener } = new LoadBalancer(stack, "LoadBalancer", loadBalancerProps);
    const targetGroup = new TargetGroup(stack, "TargetGroup", targetGroupProps);
    new ListenerRule(stack, "Rule", {
      listener,
      priority: 100,
      pathPatterns: ["/cart", "/cart/*"],
      targetGroup,
      ...props,
    });
  });

describe("a load balancer without a certificate", () => {
  const stack = withLoadBalancer();

  it("makes one load balancer across the subnets with one listener", () => {
    expect(stack.counts()).toEqual({ aws_lb: 1, aws_lb_listener: 1 });
    expect(stack.json).toHaveResourceWithProperties(Lb, {
      name: "shop-dev",
      load_balancer_type: "application",
      internal: false,
      subnets: ["subnet-a", "subnet-b"],
      security_groups: ["sg-1"],
      idle_timeout: 60,
      drop_invalid_header_fields: true,
      enable_deletion_protection: false,
    });
  });

  it("serves HTTP on port 80 and answers 404 with a plain message where no rule matches", () => {
    expect(stack.resource(LbListener)).toMatchObject({ port: 80, protocol: "HTTP", default_action: notFound });
  });
});

describe("a load balancer with a certificate", () => {
  const listeners = withLoadBalancer({ certificateArn: "arn:aws:acm:x" }).resources(LbListener);

  it("has exactly two listeners", () => {
    expect(listeners.map((listener) => listener.port).sort()).toEqual([443, 80]);
  });

  it("serves HTTPS with TLS 1.2 at least and the same default action", () => {
    expect(listeners.find((listener) => listener.port === 443)).toMatchObject({
      protocol: "HTTPS",
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificate_arn: "arn:aws:acm:x",
      default_action: notFound,
    });
  });

  it("redirects HTTP to HTTPS for good", () => {
    expect(listeners.find((listener) => listener.port === 80)).toMatchObject({
      protocol: "HTTP",
      default_action: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } }],
    });
  });

  it("takes rules on the HTTPS listener", () => {
    const stack = synthesise((scope) => {
      const { listener } = new LoadBalancer(scope, "LoadBalancer", {
        ...loadBalancerProps,
        certificateArn: "arn:aws:acm:x",
      });
      const targetGroup = new TargetGroup(scope, "TargetGroup", targetGroupProps);
      new ListenerRule(scope, "Rule", { listener, priority: 1, pathPatterns: ["/cart"], targetGroup });
    });
    expect(stack.resource(LbListenerRule).listener_arn).toMatch(/^\$\{aws_lb_listener\.LoadBalancer_Https_\w+\.arn\}$/);
  });
});

describe("the options of a load balancer", () => {
  it("writes access logs once the bucket lets it", () => {
    const stack = synthesise((scope) => {
      const policy = new S3BucketPolicy(scope, "Policy", { bucket: "logs", policy: "{}" });
      new LoadBalancer(scope, "LoadBalancer", {
        ...loadBalancerProps,
        accessLogs: { bucket: "logs", dependsOn: [policy] },
      });
    });
    expect(stack.resource(Lb)).toMatchObject({
      access_logs: { bucket: "logs", enabled: true },
      depends_on: ["aws_s3_bucket_policy.Policy"],
    });
  });

  it("has private addresses alone when it is to be internal", () => {
    const stack = withLoadBalancer({ internal: true });
    expect(stack.counts()).toEqual({ aws_lb: 1, aws_lb_listener: 1 });
    expect(stack.resource(Lb).internal).toBe(true);
  });

  it("is protected from deletion when asked", () => {
    expect(withLoadBalancer({ deletionProtection: true }).resource(Lb).enable_deletion_protection).toBe(true);
  });

  it("says what it is told on an unknown path", () => {
    expect(withLoadBalancer({ notFoundMessage: "nothing here" }).resource(LbListener).default_action).toMatchObject([
      { fixed_response: { message_body: "nothing here" } },
    ]);
  });
});

describe("a target group", () => {
  it("has a generated name and is made before the one that it replaces goes", () => {
    const group = withTargetGroup().resource(LbTargetGroup);
    expect(group).toMatchObject({ name_prefix: "cart-", lifecycle: { create_before_destroy: true } });
    expect(group).not.toHaveProperty("name");
  });

  it("checks health as the defaults say", () => {
    expect(withTargetGroup().resource(LbTargetGroup)).toMatchObject({
      target_type: "ip",
      port: 5001,
      protocol: "HTTP",
      vpc_id: "vpc-1",
      deregistration_delay: "30",
      health_check: {
        enabled: true,
        path: "/healthcheck",
        port: "traffic-port",
        protocol: "HTTP",
        interval: 30,
        timeout: 5,
        healthy_threshold: 2,
        unhealthy_threshold: 3,
        matcher: "200",
      },
    });
  });

  it("checks health as it is told", () => {
    const healthCheck = {
      path: "/up",
      intervalSeconds: 10,
      timeoutSeconds: 4,
      healthyThreshold: 3,
      unhealthyThreshold: 5,
      matcher: "200-299",
    };
    expect(
      withTargetGroup({ healthCheck, targetType: "instance", deregistrationDelaySeconds: 5 }).resource(LbTargetGroup),
    ).toMatchObject({
      target_type: "instance",
      deregistration_delay: "5",
      health_check: {
        path: "/up",
        interval: 10,
        timeout: 4,
        healthy_threshold: 3,
        unhealthy_threshold: 5,
        matcher: "200-299",
      },
    });
  });
});

describe("a listener rule", () => {
  it("forwards what matches a path pattern to its target group", () => {
    const rule = withRule().resource(LbListenerRule);
    expect(rule).toMatchObject({ priority: 100, condition: [{ path_pattern: { values: ["/cart", "/cart/*"] } }] });
    expect(rule.action).toMatchObject([
      { type: "forward", target_group_arn: expect.stringMatching(/^\$\{aws_lb_target_group\./) },
    ]);
  });

  it("matches hosts and source addresses as well when they are given", () => {
    expect(
      withRule({ hosts: ["shop.example.com"], sourceCidrs: ["203.0.113.0/24"] }).resource(LbListenerRule).condition,
    ).toEqual([
      { path_pattern: { values: ["/cart", "/cart/*"] } },
      { host_header: { values: ["shop.example.com"] } },
      { source_ip: { values: ["203.0.113.0/24"] } },
    ]);
  });
});
