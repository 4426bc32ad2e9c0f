import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import type { QuotaId } from "../aws/quotas";
import { QUOTAS_CONTEXT } from "../prop-check";
import { refusalOf } from "../testing/synth";
import { ListenerRule, type ListenerRuleProps } from "./listener-rule";
import { LoadBalancer, type LoadBalancerProps } from "./load-balancer";
import { type HealthCheck, TargetGroup, type TargetGroupProps } from "./target-group";

const loadBalancer = (stack: Construct, props: Partial<LoadBalancerProps> = {}) =>
  new LoadBalancer(stack, "LoadBalancer", {
    name: "shop",
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1"],
    idleTimeoutSeconds: 60,
    ...props,
  });

const targetGroup = (stack: Construct, props: Partial<TargetGroupProps> = {}) =>
  new TargetGroup(stack, "TargetGroup", {
    namePrefix: "cart-",
    displayName: "shop-cart",
    vpcId: "vpc-1",
    targetType: "ip",
    port: 5001,
    healthCheck: { path: "/healthcheck" },
    ...props,
  });

/** What rules of one listener are refused with; each gets the priority 100 unless it says another. */
const rules = (...all: Partial<ListenerRuleProps>[]) => rulesWith({}, ...all);

/** The same, in an account with these quotas raised. */
const rulesWith = (raised: Readonly<Partial<Record<QuotaId, number>>>, ...all: Partial<ListenerRuleProps>[]) =>
  refusalOf((stack) => {
    stack.node.setContext(QUOTAS_CONTEXT, raised);
    const { listener } = loadBalancer(stack);
    const group = targetGroup(stack);
    all.forEach((props, index) => {
      new ListenerRule(stack, `Rule${index}`, {
        listener,
        priority: 100,
        pathPatterns: ["/cart"],
        targetGroup: group,
        ...props,
      });
    });
  });

describe("a load balancer", () => {
  const NAME = "1 to 32 letters, digits and hyphens, no hyphen first or last, not starting with internal-";
  const IDLE = "a whole number from 1 to 4000";

  it.each<[string, Partial<LoadBalancerProps>, string]>([
    ["a name of 33 characters", { name: "n".repeat(33) }, `"name" is "${"n".repeat(33)}"; allowed: ${NAME}`],
    ["an underscore in the name", { name: "shop_dev" }, `"name" is "shop_dev"; allowed: ${NAME}`],
    ["a hyphen at the name's end", { name: "shop-" }, `"name" is "shop-"; allowed: ${NAME}`],
    ["a name that AWS keeps for itself", { name: "internal-shop" }, `"name" is "internal-shop"; allowed: ${NAME}`],
    [
      "a single subnet",
      { subnetIds: ["subnet-a"] },
      '"subnetIds" has 1 member; allowed: one subnet in each of two zones or more',
    ],
    [
      "one subnet twice",
      { subnetIds: ["subnet-a", "subnet-a"] },
      '"subnetIds[1]" repeats "subnet-a"; allowed: each member once',
    ],
    ["no idle timeout", { idleTimeoutSeconds: 0 }, `"idleTimeoutSeconds" is 0; allowed: ${IDLE}`],
    ["an idle timeout of 4001 seconds", { idleTimeoutSeconds: 4001 }, `"idleTimeoutSeconds" is 4001; allowed: ${IDLE}`],
    [
      "an HTTPS listener without a certificate",
      { certificateArn: "" },
      '"certificateArn" is ""; allowed: the ARN of an issued certificate, or none for HTTP alone',
    ],
    [
      "a fixed response of 1025 characters",
      { notFoundMessage: "m".repeat(1025) },
      '"notFoundMessage" has 1025 characters; allowed: 1024 at most',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusalOf((stack) => loadBalancer(stack, props))).toBe(`test/LoadBalancer: ${message}`);
  });

  it("takes both ends of every limit", () => {
    expect(
      refusalOf((stack) => loadBalancer(stack, { name: "n".repeat(32), idleTimeoutSeconds: 4000 })),
    ).toBeUndefined();
    expect(
      refusalOf((stack) =>
        loadBalancer(stack, { name: "n", idleTimeoutSeconds: 1, notFoundMessage: "m".repeat(1024) }),
      ),
    ).toBeUndefined();
  });
});

describe("a target group", () => {
  const refusal = (props: Partial<TargetGroupProps>) => refusalOf((stack) => targetGroup(stack, props));
  const PREFIX = "1 to 6 letters, digits and hyphens, no hyphen first";

  it.each<[string, Partial<TargetGroupProps>, string]>([
    ["a prefix of 7 characters", { namePrefix: "carts-x" }, `"namePrefix" is "carts-x"; allowed: ${PREFIX}`],
    ["a prefix that starts with a hyphen", { namePrefix: "-cart" }, `"namePrefix" is "-cart"; allowed: ${PREFIX}`],
    [
      "a name tag with an exclamation mark",
      { displayName: "cart!" },
      '"displayName" is "cart!"; allowed: up to 256 letters, digits, spaces and _ . : / = + - @',
    ],
    ["port 0", { port: 0 }, '"port" is 0; allowed: a whole number from 1 to 65535'],
    ["port 70000", { port: 70000 }, '"port" is 70000; allowed: a whole number from 1 to 65535'],
    [
      "a deregistration delay of 3601 seconds",
      { deregistrationDelaySeconds: 3601 },
      '"deregistrationDelaySeconds" is 3601; allowed: a whole number from 0 to 3600',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/TargetGroup: ${message}`);
  });

  const CODES = 'codes and ranges of codes from 200 to 499, such as "200", "200,202" or "200-299"';
  const PATH = '"/" and further visible ASCII characters, 1024 at most';
  const THRESHOLD = "a whole number from 2 to 10";

  it.each<[string, Partial<HealthCheck>, string]>([
    ["a path without a slash", { path: "up" }, `"healthCheck.path" is "up"; allowed: ${PATH}`],
    ["a path with a space", { path: "/a b" }, `"healthCheck.path" is "/a b"; allowed: ${PATH}`],
    [
      "an interval of 4 seconds",
      { intervalSeconds: 4 },
      '"healthCheck.intervalSeconds" is 4; allowed: a whole number from 5 to 300',
    ],
    [
      "a timeout of 121 seconds",
      { intervalSeconds: 300, timeoutSeconds: 121 },
      '"healthCheck.timeoutSeconds" is 121; allowed: a whole number from 2 to 120',
    ],
    [
      "a timeout as long as the interval",
      { intervalSeconds: 20, timeoutSeconds: 20 },
      '"healthCheck.timeoutSeconds" is 20, not shorter than "healthCheck.intervalSeconds" (20); allowed: a timeout shorter than the interval',
    ],
    [
      "an interval as short as the timeout that it gets by default",
      { intervalSeconds: 5 },
      '"healthCheck.timeoutSeconds" is 5, not shorter than "healthCheck.intervalSeconds" (5); allowed: a timeout shorter than the interval',
    ],
    ["one pass for healthy", { healthyThreshold: 1 }, `"healthCheck.healthyThreshold" is 1; allowed: ${THRESHOLD}`],
    [
      "11 failures for unhealthy",
      { unhealthyThreshold: 11 },
      `"healthCheck.unhealthyThreshold" is 11; allowed: ${THRESHOLD}`,
    ],
    ["status 600", { matcher: "600" }, `"healthCheck.matcher" is "600"; allowed: ${CODES}`],
    ["a range that runs backwards", { matcher: "299-200" }, `"healthCheck.matcher" is "299-200"; allowed: ${CODES}`],
  ])("refuses %s", (_, healthCheck, message) => {
    expect(refusal({ healthCheck: { path: "/healthcheck", ...healthCheck } })).toBe(`test/TargetGroup: ${message}`);
  });

  it("takes both ends of every limit", () => {
    const least = { path: "/", intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 };
    const most = { intervalSeconds: 300, timeoutSeconds: 120, healthyThreshold: 10, unhealthyThreshold: 10 };
    expect(refusal({ healthCheck: least, port: 1, deregistrationDelaySeconds: 0 })).toBeUndefined();
    expect(
      refusal({
        healthCheck: { path: `/${"p".repeat(1023)}`, matcher: "200-299,404,499", ...most },
        port: 65535,
        deregistrationDelaySeconds: 3600,
      }),
    ).toBeUndefined();
  });
});

describe("a listener rule", () => {
  const PRIORITY = "a whole number from 1 to 50000";
  const PATHS = "1 to 128 characters: letters, digits, and _ - . $ / ~ \" ' @ : + & with the wildcards * and ?";
  const HOSTS =
    'letters, digits, "-", ".", "*" and "?", at least one "." and only letters after the last, 128 characters at most';

  it.each<[string, Partial<ListenerRuleProps>, string]>([
    ["priority 0", { priority: 0 }, `"priority" is 0; allowed: ${PRIORITY}`],
    ["priority 50001", { priority: 50001 }, `"priority" is 50001; allowed: ${PRIORITY}`],
    ["no path pattern", { pathPatterns: [] }, '"pathPatterns" has 0 members; allowed: one path pattern or more'],
    ["a path with %", { pathPatterns: ["/a%20b"] }, `"pathPatterns[0]" is "/a%20b"; allowed: ${PATHS}`],
    [
      "a path of 129 characters",
      { pathPatterns: [`/${"p".repeat(128)}`] },
      `"pathPatterns[0]" is "/${"p".repeat(128)}"; allowed: ${PATHS}`,
    ],
    [
      "one path twice",
      { pathPatterns: ["/cart", "/cart"] },
      '"pathPatterns[1]" repeats "/cart"; allowed: each member once',
    ],
    ["a host with a path", { hosts: ["example.com/cart"] }, `"hosts[0]" is "example.com/cart"; allowed: ${HOSTS}`],
    ["a host without a dot", { hosts: ["localhost"] }, `"hosts[0]" is "localhost"; allowed: ${HOSTS}`],
    [
      "an address for a CIDR block",
      { sourceCidrs: ["203.0.113.7"] },
      '"sourceCidrs[0]" is "203.0.113.7"; allowed: an IPv4 or IPv6 CIDR block such as 10.0.0.0/16',
    ],
    [
      "a block that does not start at its first address",
      { sourceCidrs: ["203.0.113.7/24"] },
      '"sourceCidrs[0]" is "203.0.113.7/24", with bits set beyond its prefix; allowed: "203.0.113.0/24"',
    ],
    [
      "the broadcast address",
      { sourceCidrs: ["255.255.255.255/32"] },
      '"sourceCidrs[0]" is the broadcast address; allowed: any other CIDR block',
    ],
    [
      "six condition values",
      { pathPatterns: ["/a", "/b", "/c"], hosts: ["a.example.com", "b.example.com"], sourceCidrs: ["10.0.0.0/8"] },
      '"pathPatterns" has 6 condition values with "hosts" and "sourceCidrs"; allowed: 5 in a rule',
    ],
    [
      "six wildcards",
      { pathPatterns: ["/*/*/*"], hosts: ["*.?.?.com"] },
      '"pathPatterns" has 6 wildcards with "hosts"; allowed: 5 in a rule',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(rules(props)).toBe(`test/Rule0: ${message}`);
  });

  it("refuses the priority of another rule of its listener", () => {
    expect(rules({}, { pathPatterns: ["/other"] })).toBe(
      'test/Rule1: "priority" is 100, as that of test/Rule0; allowed: a priority that no other rule of the listener has',
    );
  });

  /** Two load balancers with a rule each, for the target groups of these names. */
  const onTwo = (...groupNames: [string, string]) =>
    refusalOf((stack) => {
      const groups = new Map<string, TargetGroup>();
      groupNames.forEach((name, index) => {
        const { listener } = loadBalancer(new Construct(stack, `Shop${index}`));
        const group = groups.get(name) ?? targetGroup(new Construct(stack, `Group-${name}`));
        groups.set(name, group);
        new ListenerRule(stack, `Rule${index}`, {
          listener,
          priority: 100,
          pathPatterns: ["/cart"],
          targetGroup: group,
        });
      });
    });

  it("takes the priority of another listener's rule", () => {
    expect(onTwo("one", "other")).toBeUndefined();
  });

  it("refuses the target group of another load balancer", () => {
    expect(onTwo("one", "one")).toBe(
      'test/Rule1: "targetGroup" gets requests of another load balancer by test/Rule0; allowed: one load balancer for a target group',
    );
  });

  it("takes one target group for two listeners of a load balancer", () => {
    expect(
      refusalOf((stack) => {
        const group = targetGroup(stack);
        const shop = loadBalancer(stack);
        const second = new LbListener(stack, "Second", {
          loadBalancerArn: shop.loadBalancer.arn,
          port: 8080,
          protocol: "HTTP",
          defaultAction: [{ type: "forward", targetGroupArn: group.targetGroup.arn }],
        });
        [shop.listener, second].forEach((listener, index) => {
          new ListenerRule(stack, `Rule${index}`, {
            listener,
            priority: 100,
            pathPatterns: ["/cart"],
            targetGroup: group,
          });
        });
      }),
    ).toBeUndefined();
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ priority: index + 1 }));

  it("refuses the rule after the hundredth", () => {
    expect(rules(...many(101))).toBe(
      'test/Rule100: "listener" has 100 rules already; allowed: 100 rules on a load balancer',
    );
  });

  it("takes as many rules as the account's quota is raised to", () => {
    const all = many(102);
    const raised = { rulesPerLoadBalancer: 101 };
    expect(rulesWith(raised, ...all.slice(1))).toBeUndefined();
    expect(rulesWith(raised, ...all)).toBe(
      'test/Rule101: "listener" has 101 rules already; allowed: 101 rules on a load balancer',
    );
  });

  it("takes both ends of every limit", () => {
    expect(rules(...many(100))).toBeUndefined();
    expect(
      rules({
        priority: 50000,
        pathPatterns: [`/${"p".repeat(127)}`, "/a*", "/b*"],
        hosts: ["*.example.com", "?.example.com"],
      }),
    ).toBeUndefined();
  });
});
