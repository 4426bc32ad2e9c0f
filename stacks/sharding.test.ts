import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Service } from "../config/service";
import { parseStack, type Synthesised } from "../modules/testing/synth";
import { differenceOf, service, synthesiseServices } from "./sharding.fixtures";

const STACK = "jenkins-ecs";

/**
 * What of a stack names all of its services, or all that is behind one load balancer, and so is another when there is one more.
 * It tells of services and is none: nothing that serves requests is touched.
 */
const LISTS = [
  // The services of a load balancer, on its dashboard.
  /^aws_cloudwatch_dashboard\./,
  // Their names, and their repositories' URLs.
  /^output\.(services|repositories)$/,
  // Whether the cluster has instances besides Fargate: changed by the unit's first service on EC2.
  /^aws_ecs_cluster_capacity_providers\./,
];

const textOf = (stacks: ReadonlyMap<string, string>, name: string) => stacks.get(name) ?? "";

/** Names of the records: one for IPv4 and one for IPv6 each. */
const recordNames = (stack: Synthesised) => [...new Set(stack.resources(Route53Record).map(({ name }) => name))];

/** What else is changed or gone, of all stacks that were there before. */
function touched(before: readonly Service[], newcomer: Service): readonly string[] {
  const old = synthesiseServices(before);
  const now = synthesiseServices([...before, newcomer]);
  return [...old].flatMap(([stack, text]) => {
    const { changed, removed } = differenceOf(text, textOf(now, stack));
    return [...changed, ...removed]
      .filter((address) => !LISTS.some((list) => list.test(address)))
      .map((address) => `${stack}: ${address}`);
  });
}

describe("adding a service", () => {
  it("changes nothing of the others, wherever it comes in their order", () => {
    const others = [service("beta", 10), service("delta", 20, { launchType: "EC2" })];
    for (const name of ["alpha", "charlie", "echo"]) expect(touched(others, service(name, 15)), name).toEqual([]);
  });

  it("changes nothing of the others, whatever they are and it is", () => {
    const one = fc.record({
      band: fc.integer({ min: 0, max: 3 }),
      group: fc.constantFrom(undefined, "blue", "red"),
      launchType: fc.constantFrom("EC2" as const, "FARGATE" as const),
    });
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,6}$/), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), one, names, (those, newcomer, called) => {
        const make = ({ band, ...changes }: typeof newcomer, index: number) =>
          service(called[index] ?? "", band * 1_000 + 10 * (index + 1), changes);
        expect(touched(those.map(make), make(newcomer, 4))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});

describe("adding a service of another thousand", () => {
  const before = [service("beta", 10), service("delta", 999)];
  const old = synthesiseServices(before);
  const now = synthesiseServices([...before, service("alpha", 1001)]);

  it("leaves all that there was as it is, but for the list of names", () => {
    const { changed, removed } = differenceOf(textOf(old, STACK), textOf(now, STACK));
    expect({ changed, removed }).toEqual({ changed: ["output.services"], removed: [] });
  });

  it("makes one more load balancer, named and addressed by its number", () => {
    const stack = parseStack(textOf(now, STACK));
    expect(stack.resources(Lb).map(({ name }) => name)).toEqual(["jenkins-ecs-local-2", "jenkins-ecs-local"]);
    expect(recordNames(stack)).toEqual(["app-2.example.test", "app.example.test"]);
    expect(JSON.parse(textOf(now, STACK)).output["url-2"]).toEqual({
      description: "where the services with the priorities 1001 to 2000 answer",
      value: "http://app-2.example.test",
    });
    expect(JSON.parse(textOf(now, STACK)).output.url.value).toBe("http://app.example.test");
  });

  it("makes its alarm, and a dashboard of its services", () => {
    const stack = parseStack(textOf(now, STACK));
    const alarms = stack.resources(CloudwatchMetricAlarm).map(({ alarm_name: name }) => name);
    expect(alarms).toEqual(
      expect.arrayContaining(["jenkins-ecs-local-load-balancer", "jenkins-ecs-local-2-load-balancer"]),
    );
    const dashboards = stack.resources(CloudwatchDashboard);
    expect(
      dashboards.map(({ dashboard_name: name, dashboard_body: body }) => [
        name,
        ["alpha", "beta", "delta"].filter((one) => String(body).includes(`## ${one}`)),
      ]),
    ).toEqual([
      ["jenkins-ecs-local-2", ["alpha"]],
      ["jenkins-ecs-local", ["beta", "delta"]],
    ]);
  });

  it("leads to the service by its own load balancer", () => {
    const { resource } = JSON.parse(textOf(now, STACK));
    const listeners = Object.values(
      resource.aws_lb_listener_rule as Record<string, { listener_arn: string; priority: number }>,
    );
    const ofPriority = (priority: number) => listeners.find((rule) => rule.priority === priority)?.listener_arn;
    expect(ofPriority(1001)).toMatch(/aws_lb_listener\.Platform_Front2_/);
    expect(ofPriority(10)).toBe(ofPriority(999));
    expect(ofPriority(10)).not.toMatch(/Front2/);
  });
});

describe("the first load balancer", () => {
  it("is there for a unit whose services are all behind others, for its name is the unit's", () => {
    const stack = parseStack(textOf(synthesiseServices([service("alpha", 2_001)]), STACK));
    expect(stack.resources(Lb).map(({ name }) => name)).toEqual(["jenkins-ecs-local-3", "jenkins-ecs-local"]);
    expect(stack.resources(LbListenerRule)).toHaveLength(1);
  });
});

describe("services on EC2 behind several load balancers", () => {
  it("share instances that each of those reaches", () => {
    const services = [service("alpha", 1, { launchType: "EC2" }), service("beta", 1_001, { launchType: "EC2" })];
    const { resource } = JSON.parse(textOf(synthesiseServices(services), STACK));
    const rules = Object.entries(
      resource.aws_vpc_security_group_ingress_rule as Record<string, Record<string, string>>,
    );
    const sources = rules
      .filter(([name]) => name.includes("InstanceSecurityGroup"))
      .map(([, rule]) => rule.referenced_security_group_id);
    expect(new Set(sources).size).toBe(2);
    expect(sources.filter((source) => source?.includes("Front2"))).toHaveLength(1);
  });
});

describe("services that call others through load balancers", () => {
  it("are told the name of that of the one that they call", () => {
    const services = [service("alpha", 1, { calls: ["beta"] }), service("beta", 1_001)];
    const json = textOf(synthesiseServices(services, { discovery: "load-balancer" }), STACK);
    expect(json).toContain('\\"name\\":\\"BETA_SERVICE_HOST\\",\\"value\\":\\"app-2.example.test\\"');
  });
});

describe("a group", () => {
  const before = [service("beta", 10), service("delta", 10, { group: "red" }), service("golf", 10, { group: "blue" })];
  const old = synthesiseServices(before);

  it("has a stack of its own, whose resources are named after it", () => {
    expect([...old.keys()]).toEqual(["jenkins-ecs", "jenkins-ecs-blue", "jenkins-ecs-red", "registry", "network"]);
    const stack = parseStack(textOf(old, "jenkins-ecs-red"));
    expect(stack.resource(EcsCluster).name).toBe("jenkins-ecs-red-local");
    expect(stack.resource(Lb).name).toBe("jenkins-ecs-red-local");
    expect(recordNames(stack)).toEqual(["red.example.test"]);
    expect(textOf(old, "jenkins-ecs-red")).toContain('"/ecs/jenkins-ecs-red-local/delta"');
  });

  it("leaves every other stack as it is, to the byte, when it gets one more service; but for the registry, which gets its repository", () => {
    const now = synthesiseServices([...before, service("alpha", 20, { group: "red" })]);
    for (const stack of ["jenkins-ecs", "jenkins-ecs-blue", "network"])
      expect(now.get(stack), stack).toBe(old.get(stack));
    const { changed, removed } = differenceOf(textOf(old, "registry"), textOf(now, "registry"));
    expect({ changed, removed }).toEqual({ changed: ["output.repositories"], removed: [] });
  });

  it("leaves every other stack as it is when it is a new one", () => {
    const now = synthesiseServices([...before, service("alpha", 10, { group: "green" })]);
    for (const stack of ["jenkins-ecs", "jenkins-ecs-blue", "jenkins-ecs-red", "network"]) {
      expect(now.get(stack), stack).toBe(old.get(stack));
    }
  });

  it("keeps its system's stack when it takes the last service of it: the next apply takes the service out", () => {
    const stack = parseStack(textOf(synthesiseServices([service("beta", 10, { group: "red" })]), STACK));
    expect(stack.counts()).toMatchObject({ aws_ecs_cluster: 1 });
    expect(stack.counts().aws_ecs_service).toBeUndefined();
  });
});

describe("the dashboards of a load balancer", () => {
  it("are more than one where one has no room for all of its services", () => {
    const services = Array.from({ length: 51 }, (_, index) =>
      service(`shop-${String(index).padStart(2, "0")}`, index + 1),
    );
    const dashboards = parseStack(textOf(synthesiseServices(services), STACK)).resources(CloudwatchDashboard);
    expect(
      dashboards.map(({ dashboard_name: name, dashboard_body: body }) => [
        name,
        String(body).match(/## shop-/g)?.length,
      ]),
    ).toEqual([
      ["jenkins-ecs-local-part-2", 1],
      ["jenkins-ecs-local", 50],
    ]);
  }, 60_000);
});
