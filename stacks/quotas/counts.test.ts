import { describe, expect, it } from "vitest";
import type { QuotaId } from "../../modules/aws/quotas";
import type { Synthesised } from "../../modules/testing/synth";
import { allStacks } from "../stacks.fixtures";
import { knownText } from "./known-text";
import { many, type Resources, ref, texts, usesOf } from "./quotas.fixtures";
import { countUses, isRefused } from "./uses";

const used = (quota: QuotaId, resources: Resources) => usesOf(quota, resources).map((use) => [use.scope, use.used]);

describe("rules of a security group", () => {
  const rules = (type: string, sources: readonly object[]) =>
    many(type, sources.length, (index) => ({
      security_group_id: ref("aws_security_group.web", "id"),
      ...sources[index],
    }));

  it("are counted for each direction, and those of the IP version with more", () => {
    const resources = {
      aws_security_group: { web: {} },
      ...rules("aws_vpc_security_group_ingress_rule", [
        { cidr_ipv4: "10.0.0.0/8" },
        { cidr_ipv6: "::/0" },
        { cidr_ipv6: "2001:db8::/32" },
        { referenced_security_group_id: "sg-1" },
      ]),
      ...rules("aws_vpc_security_group_egress_rule", [{ cidr_ipv4: "0.0.0.0/0" }]),
    };
    expect(used("rulesPerSecurityGroup", resources)).toEqual([
      ["trial/aws_security_group.web, inbound", 3],
      ["trial/aws_security_group.web, outbound", 1],
    ]);
  });
});

describe("what does not count", () => {
  it.each<[QuotaId, Resources]>([
    ["loadBalancersPerRegion", { aws_lb: { net: { load_balancer_type: "network" } } }],
    ["gatewayEndpointsPerRegion", { aws_vpc_endpoint: { ecr: { vpc_endpoint_type: "Interface" } } }],
    ["standardParameters", { aws_ssm_parameter: { big: { tier: "Advanced" } } }],
    ["eventRulesPerBus", { aws_cloudwatch_event_rule: { own: { event_bus_name: "shop" } } }],
  ])("for %s is another kind", (quota, resources) => {
    expect(usesOf(quota, resources).map((use) => use.used)).toEqual([0]);
  });
});

describe("texts with expressions", () => {
  it("are as long as they are known to be at least", () => {
    const partition = ref("data.aws_partition.P_1", "partition");
    const account = ref("data.aws_caller_identity.C-2", "account_id");
    expect(knownText(`arn:${partition}:iam::${account}:role/${ref("aws_iam_role.web", "name")}`)).toBe(
      "arn:aws:iam::123456789012:role/",
    );
    expect(knownText("as it stands")).toBe("as it stands");
  });

  it("are measured in bytes in a task definition", () => {
    const container_definitions = JSON.stringify([{ name: "Zürich" }]);
    expect(used("taskDefinitionBytes", { aws_ecs_task_definition: { web: { container_definitions } } })).toEqual([
      ["trial/aws_ecs_task_definition.web", 20],
    ]);
  });
});

describe("tags", () => {
  it("are told of the fullest resource of each stack, those of a group of instances among them", () => {
    const tag = texts(3).map((key) => ({ key }));
    const resources = { aws_lb: { front: { tags: { a: "", b: "" } } }, aws_autoscaling_group: { group: { tag } } };
    expect(used("tagsPerResource", resources)).toEqual([["trial/aws_autoscaling_group.group", 3]]);
  });
});

describe("the stacks of production", () => {
  const stacks = allStacks("prod");
  const synthesised = Object.entries<Synthesised | undefined>({
    "jenkins-ecs": stacks.jenkinsEcs,
    "coffee-suppliers": stacks.coffeeSuppliers,
    "user-notifications": stacks.userNotifications,
    network: stacks.network,
    registry: stacks.registry,
    mail: stacks.mail,
  });
  const uses = countUses(
    synthesised.flatMap(([name, stack]) => (stack ? [{ name, json: stack.json }] : [])),
    { region: "us-east-1", quotas: {} },
  );
  const most = (quota: QuotaId) => Math.max(...uses.filter((use) => use.quota === quota).map((use) => use.used));

  it("use no quota up", () => {
    expect(uses.filter(isRefused)).toEqual([]);
  });

  it.each<[QuotaId, number]>([
    // employee is blue/green: a rule on each of two listeners.
    ["rulesPerLoadBalancer", 2],
    ["targetGroupsPerLoadBalancer", 4],
    // Two services of 6 tasks at most, twice as many in a release.
    ["targetsPerLoadBalancer", 24],
    ["natGatewaysPerZone", 1],
    ["elasticIps", 3],
    ["loadBalancersPerRegion", 3],
    ["repositoriesPerRegion", 6],
    ["servicesPerCluster", 2],
    ["conditionValuesPerRule", 4],
    ["interfacesPerInstances", 0],
    ["instancesPerNamespace", 6],
    ["databaseInstances", 2],
    ["capacityProvidersPerCluster", 3],
    ["containerInstancesPerCluster", 6],
  ])("use of %s at most %s", (quota, count) => {
    expect(most(quota)).toBe(count);
  });

  it("have policies that are known to be as long as they are", () => {
    const inline = uses.filter(({ quota }) => quota === "inlinePolicyCharactersPerRole");
    expect(inline.filter(({ used: length }) => length > 100).length).toBeGreaterThan(10);
  });
});
