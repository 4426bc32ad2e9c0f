import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { ServiceDiscoveryPrivateDnsNamespace } from "@cdktf/provider-aws/lib/service-discovery-private-dns-namespace";
import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { describe, expect, it } from "vitest";
import type { Block, Synthesised } from "../modules/testing/synth";
import {
  by,
  callVariables,
  container,
  descriptions,
  MODES,
  type Mode,
  named,
  SERVICES,
  service,
  synthesised,
} from "./user-notifications.fixtures";

describe("services that call each other by Cloud Map", () => {
  const stack = by("cloud-map");

  it("register the tasks of the one that is called, by an address of their own", () => {
    expect(stack.resource(ServiceDiscoveryPrivateDnsNamespace).name).toBe("user-notifications-local.internal");
    expect(stack.resource(ServiceDiscoveryService)).toMatchObject({
      name: "notification",
      dns_config: { dns_records: [{ type: "A", ttl: 10 }], routing_policy: "MULTIVALUE" },
    });
    expect(service(stack, "notification").service_registries).toEqual({
      registry_arn: expect.stringMatching(/^\$\{aws_service_discovery_service\..*\.arn\}$/),
    });
    expect(service(stack, "user-management")).not.toHaveProperty("service_registries");
  });

  it("have the name before the caller, and after it", () => {
    expect(service(stack, "user-management").depends_on).toEqual(
      expect.arrayContaining([expect.stringMatching(/^aws_service_discovery_service\./)]),
    );
  });

  it("have no proxies", () => {
    for (const name of SERVICES) expect(service(stack, name)).not.toHaveProperty("service_connect_configuration");
  });
});

describe("services that call each other by Service Connect", () => {
  const stack = by("service-connect");
  const connection = (name: string) => service(stack, name).service_connect_configuration;

  it("name the port of the one that is called, under an alias", () => {
    expect(connection("notification")).toMatchObject({
      enabled: true,
      service: [
        {
          port_name: "notification",
          discovery_name: "notification-connect",
          client_alias: { dns_name: "notification", port: 8096 },
        },
      ],
    });
    expect(callVariables(stack)).toEqual({
      NOTIFICATION_SERVICE_HOST: "notification",
      NOTIFICATION_SERVICE_PORT: "8096",
      NOTIFICATION_SERVICE_PROTOCOL: "http",
    });
  });

  it("give the caller a proxy that serves nothing", () => {
    expect(connection("user-management")).toMatchObject({ enabled: true });
    expect(connection("user-management")).not.toHaveProperty("service");
  });

  it("make the one that is called before the caller, whose tasks would else not know it", () => {
    const callee = expect.stringMatching(/^aws_ecs_service\.notification_/);
    expect(service(stack, "user-management").depends_on).toEqual(expect.arrayContaining([callee]));
    expect(service(stack, "notification").depends_on).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^aws_ecs_service\./)]),
    );
  });

  it("keep the logs of the proxies with the service's", () => {
    expect(connection("notification")).toMatchObject({
      log_configuration: {
        log_driver: "awslogs",
        options: {
          "awslogs-group": expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.notification_/),
          "awslogs-stream-prefix": "connect",
        },
      },
    });
  });
});

describe("services that call each other by the load balancer", () => {
  const stack = by("load-balancer");
  const withTls = synthesised("load-balancer", "dev");
  const internal = (of: Synthesised) =>
    of.resources(LbListenerRule).filter(({ priority }) => priority === 205)[0]?.condition;

  it("ask its public name, with TLS where the environment has it", () => {
    expect(callVariables(stack)).toEqual({
      NOTIFICATION_SERVICE_HOST: "users.example.test",
      NOTIFICATION_SERVICE_PORT: "80",
      NOTIFICATION_SERVICE_PROTOCOL: "http",
    });
    expect(callVariables(withTls, "dev")).toEqual({
      NOTIFICATION_SERVICE_HOST: "users-dev.example.com",
      NOTIFICATION_SERVICE_PORT: "443",
      NOTIFICATION_SERVICE_PROTOCOL: "https",
    });
  });

  it("ask the load balancer's own name where there is no other", () => {
    const nameless = synthesised("load-balancer", "local", {
      environment: ({ dns: _, ...same }) => same,
      service: (same) => ({ ...same, mail: false }),
    });
    expect(callVariables(nameless)).toEqual({
      NOTIFICATION_SERVICE_HOST: expect.stringMatching(/^\$\{aws_lb\..*\.dns_name\}$/),
      NOTIFICATION_SERVICE_PORT: "80",
      NOTIFICATION_SERVICE_PROTOCOL: "http",
    });
  });

  it("reach internal paths from the addresses that the environment names", () => {
    expect(internal(stack)).toEqual([
      { path_pattern: { values: ["/notification/send", "/notification/send/*"] } },
      { source_ip: { values: ["127.0.0.1/32"] } },
    ]);
  });

  it("reach them from the NAT gateways where it names none", () => {
    const prod = synthesised("load-balancer", "prod");
    const [, sources] = internal(prod) as [unknown, { source_ip: { values: string[] } }];
    expect(sources.source_ip.values).toHaveLength(3);
    for (const block of sources.source_ip.values) expect(block).toMatch(/nat_gateway.*public_ip\}\/32$/);
  });

  it("may call out in plain where the load balancer has no TLS, and nowhere else", () => {
    const plain = "to any address on port 80";
    expect(descriptions(stack).filter((one) => one === plain)).toHaveLength(1);
    expect(descriptions(by("cloud-map"))).not.toContain(plain);
    expect(descriptions(withTls)).not.toContain(plain);
  });

  it("have neither names nor proxies", () => {
    for (const name of SERVICES) {
      expect(service(stack, name)).not.toHaveProperty("service_registries");
      expect(service(stack, name)).not.toHaveProperty("service_connect_configuration");
    }
  });
});

describe.each(["cloud-map", "service-connect"] as const)("by %s", (mode) => {
  it("the caller reaches the port of the one that it calls, and no other port of it", () => {
    const ingress = named(
      by(mode)
        .resources(VpcSecurityGroupIngressRule)
        .map((rule) => ({ ...rule, name: rule.description })),
      "from user-management, past the load balancer",
    );
    expect(ingress).toMatchObject({
      ip_protocol: "tcp",
      from_port: 8096,
      to_port: 8096,
      security_group_id: expect.stringMatching(/^\$\{aws_security_group\.notification_/),
      referenced_security_group_id: expect.stringMatching(/^\$\{aws_security_group\.user-management_/),
    });
    expect(descriptions(by(mode)).filter((one) => one === "to notification")).toHaveLength(1);
  });
});

/** What of a service, its target group and its load balancer a plan could not change in place, or must not at all. */
const KEPT = ["aws_ecs_service", "aws_lb_target_group", "aws_lb", "aws_lb_listener", "aws_security_group"];
const CHANGING = ["service_registries", "service_connect_configuration", "depends_on"];

describe("a change of the mode", () => {
  const kept = (stack: Synthesised) => {
    const { resource } = JSON.parse(stack.json) as { resource: Record<string, Record<string, Block>> };
    return KEPT.flatMap((type) =>
      Object.entries(resource[type] ?? {}).map(([address, block]) => [
        `${type}.${address}`,
        Object.fromEntries(Object.entries(block).filter(([key]) => !CHANGING.includes(key))),
      ]),
    );
  };

  it.each(MODES)("to %s keeps the services, target groups and load balancer as they are", (mode) => {
    expect(kept(by(mode))).toEqual(kept(by("cloud-map")));
  });

  it.each(MODES)("finds the port named that Service Connect asks for, here by %s", (mode) => {
    expect(container(by(mode), "notification").portMappings).toEqual([
      { name: "notification", appProtocol: "http", containerPort: 8096, hostPort: 8096, protocol: "tcp" },
    ]);
    expect(container(by(mode), "user-management").portMappings).toEqual([
      { containerPort: 8095, hostPort: 8095, protocol: "tcp" },
    ]);
  });
});

describe("a service on EC2 that is called", () => {
  const onEc2 = (mode: Mode, names: readonly string[]) =>
    synthesised(mode, "local", {
      service: (one) => (names.includes(one.name) ? { ...one, launchType: "EC2" } : one),
    });

  it("is found by SRV records, which hold the ports of its tasks", () => {
    const stack = onEc2("cloud-map", ["notification"]);
    expect(stack.resource(ServiceDiscoveryService).dns_config).toMatchObject({
      dns_records: [{ type: "SRV", ttl: 10 }],
    });
    expect(service(stack, "notification").service_registries).toMatchObject({
      container_name: "notification",
      container_port: 8096,
    });
    expect(callVariables(stack)).toEqual({
      NOTIFICATION_SERVICE_HOST: "notification.user-notifications-local.internal",
      NOTIFICATION_SERVICE_PROTOCOL: "http",
    });
    const fromCaller = stack
      .resources(VpcSecurityGroupIngressRule)
      .filter(({ description }) => description === "from user-management, past the load balancer");
    expect(fromCaller).toMatchObject([{ from_port: 32768, to_port: 65535 }]);
  });

  it("is reached by one that shares its instances, whose group then lets itself in", () => {
    const stack = onEc2("service-connect", SERVICES);
    const [rule, ...others] = stack
      .resources(VpcSecurityGroupIngressRule)
      .filter(({ description }) => description === "from user-management, past the load balancer");
    expect(others).toEqual([]);
    expect(rule?.security_group_id).toBe(rule?.referenced_security_group_id);
  });

  it("has one rule with the other where both call each other from the same instances", () => {
    const ring = synthesised("cloud-map", "local", {
      service: (one) => ({ ...one, launchType: "EC2", calls: SERVICES.filter((name) => name !== one.name) }),
    });
    expect(descriptions(ring).filter((one) => /^from .*, past the load balancer$/.test(String(one)))).toHaveLength(1);
    expect(callVariables(ring)).toMatchObject({ NOTIFICATION_SERVICE_PROTOCOL: "http" });
  });
});
