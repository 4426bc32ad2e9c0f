import { ServiceDiscoveryPrivateDnsNamespace } from "@cdktf/provider-aws/lib/service-discovery-private-dns-namespace";
import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import { type TerraformStack, Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { DiscoveryService, type DiscoveryServiceProps } from "./discovery-service";
import { PrivateNamespace } from "./private-namespace";

const later = Token.asString({ resolve: () => "later" });

const namespace = (stack: TerraformStack, name = "shop-dev.internal") =>
  new PrivateNamespace(stack, "Namespace", { name, vpcId: "vpc-1", description: "services of shop-dev" });

const service = (stack: TerraformStack, props: Partial<DiscoveryServiceProps> = {}) =>
  new DiscoveryService(stack, "Registry", {
    name: "cart",
    namespace: namespace(stack),
    record: "A",
    description: "tasks of cart",
    ...props,
  });

describe("a private namespace", () => {
  it("is one namespace of one VPC", () => {
    const stack = synthesise(namespace);
    expect(stack.counts()).toEqual({ aws_service_discovery_private_dns_namespace: 1 });
    expect(stack.resource(ServiceDiscoveryPrivateDnsNamespace)).toMatchObject({
      name: "shop-dev.internal",
      vpc: "vpc-1",
      description: "services of shop-dev",
    });
  });

  it.each(["shop.local", "local", "SHOP.LOCAL"])("refuses %s, which is multicast DNS's", (name) => {
    expect(refusalOf((stack) => namespace(stack, name))).toBe(
      `test/Namespace: "name" is "${name}"; allowed: a name that does not end in .local, which is multicast DNS's; .internal is kept for private use`,
    );
  });

  it("refuses a name that is none of DNS, and takes others", () => {
    const refusal = (name: string) => refusalOf((stack) => namespace(stack, name));
    expect(refusal("shop dev")).toMatch(/^test\/Namespace: "name" is "shop dev"; allowed: up to 253 characters/);
    expect(refusal("nolocal")).toBeUndefined();
    expect(refusal(later)).toBeUndefined();
  });
});

describe("a discovery service", () => {
  it.each(["A", "SRV"] as const)("answers with %s records of healthy tasks, in random order", (record) => {
    const stack = synthesise((scope) => service(scope, { record }));
    expect(stack.counts()).toEqual({
      aws_service_discovery_private_dns_namespace: 1,
      aws_service_discovery_service: 1,
    });
    expect(stack.resource(ServiceDiscoveryService)).toMatchObject({
      name: "cart",
      description: "tasks of cart",
      dns_config: {
        namespace_id: expect.stringMatching(/^\$\{aws_service_discovery_private_dns_namespace\..*\.id\}$/),
        routing_policy: "MULTIVALUE",
        dns_records: [{ type: record, ttl: 10 }],
      },
    });
  });

  it("has a health that ECS reports, in words that the provider sends and finds again", () => {
    const stack = synthesise((scope) => service(scope));
    expect(stack.resource(ServiceDiscoveryService).health_check_custom_config).toEqual({ failure_threshold: 1 });
  });

  it("goes with the instances that are registered", () => {
    expect(synthesise((scope) => service(scope)).resource(ServiceDiscoveryService).force_destroy).toBe(true);
  });

  it("goes after the services that registered with it have been told of another way", () => {
    const { lifecycle } = synthesise((scope) => service(scope)).resource(ServiceDiscoveryService);
    expect(lifecycle).toEqual({ create_before_destroy: true });
  });

  it("is called by its name in the namespace", () => {
    let hostName = "";
    synthesise((scope) => {
      hostName = service(scope).hostName;
    });
    expect(hostName).toBe("cart.shop-dev.internal");
  });

  it.each<[string, Partial<DiscoveryServiceProps>, string]>([
    [
      "a name of two labels",
      { name: "cart.eu" },
      '"name" is "cart.eu"; allowed: 1 to 63 lower-case letters, digits and hyphens, no hyphen first or last',
    ],
    [
      "a name of 64 characters",
      { name: "c".repeat(64) },
      `"name" is "${"c".repeat(64)}"; allowed: 1 to 63 lower-case letters, digits and hyphens, no hyphen first or last`,
    ],
    ["half a second", { ttlSeconds: 0.5 }, '"ttlSeconds" is 0.5; allowed: a whole number from 0 to 2147483647'],
  ])("refuses %s", (_, props, message) => {
    expect(refusalOf((stack) => service(stack, props))).toBe(`test/Registry: ${message}`);
  });

  it("takes a name that is known at apply only", () => {
    expect(refusalOf((stack) => service(stack, { name: later }))).toBeUndefined();
  });
});
