import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { type Construct, Construct as Folder } from "constructs";
import { describe, expect, it } from "vitest";
import { type DiscoveryRecord, DiscoveryService } from "../cloud-map/discovery-service";
import { PrivateNamespace } from "../cloud-map/private-namespace";
import { refusalOf, synthesise } from "../testing/synth";
import type { LaunchType } from "./container-definition";
import type { ServiceConnect } from "./discovery";
import { serviceProps, taskDefinition, taskThatRunsOnce } from "./ecs.fixtures";
import { Service, type ServiceProps } from "./service";

const namespaceOf = (scope: Construct) =>
  new PrivateNamespace(scope, "Namespace", { name: "shop.internal", vpcId: "vpc-1", description: "shop" });

const registry = (scope: Construct, record: DiscoveryRecord) =>
  new DiscoveryService(scope, "Registry", { name: "cart", namespace: namespaceOf(scope), record, description: "cart" });

const connect = (scope: Construct, server?: ServiceConnect["server"]): ServiceConnect => ({
  namespace: namespaceOf(scope),
  logGroup: new CloudwatchLogGroup(scope, "ProxyLogs", { name: "/ecs/shop/proxies" }),
  region: "eu-west-1",
  ...(server && { server }),
});

const CART = { alias: "cart", discoveryName: "cart-connect" };

function create(
  stack: Construct,
  props: (scope: Construct) => Partial<ServiceProps>,
  launchType: LaunchType = "FARGATE",
  portName?: string,
): void {
  const named = portName !== undefined && {
    taskDefinition: taskDefinition(new Folder(stack, "Named"), { launchType, portName }),
  };
  new Service(stack, "Service", { ...serviceProps(stack, launchType), ...named, ...props(stack) });
}
const made = (...[props, ...more]: [(scope: Construct) => Partial<ServiceProps>, LaunchType?, string?]) =>
  synthesise((stack) => create(stack, props, ...more)).resource(EcsService);
const refusal = (...[props, ...more]: [(scope: Construct) => Partial<ServiceProps>, LaunchType?, string?]) =>
  refusalOf((stack) => create(stack, props, ...more));

describe("a service that is registered in DNS", () => {
  const arn = expect.stringMatching(/^\$\{aws_service_discovery_service\..*\.arn\}$/);

  it("is registered by its tasks' own addresses on Fargate, without container and port", () => {
    expect(made((scope) => ({ serviceRegistry: registry(scope, "A") })).service_registries).toEqual({
      registry_arn: arn,
    });
  });

  it("is registered by address and port on EC2", () => {
    expect(made((scope) => ({ serviceRegistry: registry(scope, "SRV") }), "EC2").service_registries).toEqual({
      registry_arn: arn,
      container_name: "cart",
      container_port: 5001,
    });
  });

  it.each<[LaunchType, DiscoveryRecord, DiscoveryRecord]>([
    ["FARGATE", "SRV", "A"],
    ["EC2", "A", "SRV"],
  ])("refuses on %s %s records", (launchType, record, allowed) => {
    expect(refusal((scope) => ({ serviceRegistry: registry(scope, record) }), launchType)).toBe(
      `test/Service: "serviceRegistry" has ${record} records; allowed: ${allowed} records for tasks on ${launchType}`,
    );
  });

  it("refuses CodeDeploy as its controller", () => {
    expect(refusal((scope) => ({ serviceRegistry: registry(scope, "A"), deploymentController: "CODE_DEPLOY" }))).toBe(
      'test/Service: "serviceRegistry" is given with the deployment controller CODE_DEPLOY; allowed: ECS as the controller, for ECS changes no discovery of a service that CodeDeploy deploys',
    );
  });
});

describe("a service with Service Connect", () => {
  const connection = (...more: Parameters<typeof made>) => made(...more).service_connect_configuration;

  it("serves under an alias at its container's port", () => {
    expect(connection((scope) => ({ serviceConnect: connect(scope, CART) }), "FARGATE", "cart")).toEqual({
      enabled: true,
      namespace: expect.stringMatching(/^\$\{aws_service_discovery_private_dns_namespace\..*\.arn\}$/),
      log_configuration: {
        log_driver: "awslogs",
        options: {
          "awslogs-group": expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.ProxyLogs/),
          "awslogs-region": "eu-west-1",
          "awslogs-stream-prefix": "connect",
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      },
      service: [{ port_name: "cart", discovery_name: "cart-connect", client_alias: { dns_name: "cart", port: 5001 } }],
    });
  });

  it("may call others only", () => {
    expect(connection((scope) => ({ serviceConnect: connect(scope) }))).not.toHaveProperty("service");
  });

  it("refuses to serve at a port that has no name", () => {
    expect(refusal((scope) => ({ serviceConnect: connect(scope, CART) }))).toBe(
      'test/Service: "taskDefinition" names no port; allowed: one with a portName, which Service Connect asks for',
    );
  });

  it("refuses a name in capitals for the service that ECS makes", () => {
    const server = { ...CART, discoveryName: "Cart" };
    expect(refusal((scope) => ({ serviceConnect: connect(scope, server) }), "FARGATE", "cart")).toBe(
      'test/Service: "serviceConnect.server.discoveryName" is "Cart"; allowed: 1 to 64 lower-case letters, digits, hyphens and underscores, no hyphen first',
    );
  });

  it("refuses an alias that is no name in DNS", () => {
    const server = { ...CART, alias: "the cart" };
    expect(refusal((scope) => ({ serviceConnect: connect(scope, server) }), "FARGATE", "cart")).toMatch(
      /^test\/Service: "serviceConnect.server.alias" is "the cart"; allowed: up to 253 characters/,
    );
  });

  it("refuses CodeDeploy as its controller", () => {
    expect(refusal((scope) => ({ serviceConnect: connect(scope), deploymentController: "CODE_DEPLOY" }))).toMatch(
      /^test\/Service: "serviceConnect" is given with the deployment controller CODE_DEPLOY; allowed: ECS/,
    );
  });
});

describe("a service without either", () => {
  it("says nothing of them", () => {
    const service = made(() => ({}));
    expect(service).not.toHaveProperty("service_registries");
    expect(service).not.toHaveProperty("service_connect_configuration");
  });
});

describe("a named port", () => {
  it("speaks HTTP", () => {
    const stack = synthesise((scope) => taskDefinition(scope, { portName: "cart" }));
    const [container] = JSON.parse(String(stack.resource(EcsTaskDefinition).container_definitions));
    expect(container.portMappings).toEqual([
      { name: "cart", appProtocol: "http", containerPort: 5001, hostPort: 5001, protocol: "tcp" },
    ]);
  });

  it("refuses a hyphen first, and a name without a port", () => {
    expect(refusalOf((stack) => taskDefinition(stack, { portName: "-cart" }))).toBe(
      'test/TaskDefinition: "portName" is "-cart"; allowed: 1 to 64 lower-case letters, digits, hyphens and underscores, no hyphen first',
    );
    expect(refusalOf((stack) => taskThatRunsOnce(stack, { portName: "cart" }))).toBe(
      'test/TaskDefinition: "portName" is given without a port; allowed: a name for the containerPort alone',
    );
  });
});
