import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as route53 from "@aws-sdk/client-route-53";
import { Failure } from "../failure";
import type { Container, DeployedService, Deployment, Listener, LoadBalancer, TargetGroup } from "./deployment";
import { readRules } from "./read-rules";
import type { clientSettings } from "./variables";

type ClientSettings = ReturnType<typeof clientSettings>;

/** DescribeServices takes ten names at a time. */
const SERVICES_PER_CALL = 10;

/** Source: "Edit attributes for your Application Load Balancer". */
const DEFAULT_IDLE_TIMEOUT_SECONDS = 60;

/** Source: ECS API, "ContainerDefinition", `stopTimeout`. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

/** Reads what is deployed from the AWS APIs. @throws Failure for something that can't be run on this machine */
export async function readDeployment(settings: ClientSettings): Promise<Deployment> {
  const elbClient = new elb.ElasticLoadBalancingV2Client(settings);
  const [aliases, loadBalancers, targetGroups, services] = await Promise.all([
    readAliases(settings),
    readLoadBalancers(elbClient),
    readTargetGroups(elbClient),
    readServices(settings),
  ]);
  elbClient.destroy();
  return {
    targetGroups,
    services,
    loadBalancers: loadBalancers.map(({ dnsName, ...loadBalancer }) => ({
      ...loadBalancer,
      aliases: aliases.get(dnsName.toLowerCase()) ?? [],
    })),
  };
}

/** Names of alias records by the DNS name they stand for. */
async function readAliases(settings: ClientSettings): Promise<ReadonlyMap<string, readonly string[]>> {
  const client = new route53.Route53Client(settings);
  const aliases = new Map<string, string[]>();
  for await (const { HostedZones = [] } of route53.paginateListHostedZones({ client }, {})) {
    for (const { Id: HostedZoneId } of HostedZones) {
      const { ResourceRecordSets = [] } = await client.send(
        new route53.ListResourceRecordSetsCommand({ HostedZoneId }),
      );
      for (const { Type, Name = "", AliasTarget } of ResourceRecordSets) {
        if (Type !== "A" || !AliasTarget?.DNSName) continue;
        const target = withoutDot(AliasTarget.DNSName.replace(/^dualstack\./, "")).toLowerCase();
        aliases.set(target, [...(aliases.get(target) ?? []), withoutDot(Name)]);
      }
    }
  }
  client.destroy();
  return aliases;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}

async function readLoadBalancers(client: elb.ElasticLoadBalancingV2Client) {
  const { LoadBalancers = [] } = await client.send(new elb.DescribeLoadBalancersCommand({}));
  return Promise.all(LoadBalancers.map((loadBalancer) => readLoadBalancer(client, loadBalancer)));
}

async function readLoadBalancer(
  client: elb.ElasticLoadBalancingV2Client,
  { LoadBalancerArn, LoadBalancerName: name = "", DNSName: dnsName = "" }: elb.LoadBalancer,
): Promise<Omit<LoadBalancer, "aliases"> & { dnsName: string }> {
  const { Attributes = [] } = await client.send(new elb.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
  const { Listeners = [] } = await client.send(new elb.DescribeListenersCommand({ LoadBalancerArn }));
  const idleTimeout = Attributes.find(({ Key }) => Key === "idle_timeout.timeout_seconds")?.Value;
  return {
    name,
    dnsName,
    idleTimeoutSeconds: Number(idleTimeout ?? DEFAULT_IDLE_TIMEOUT_SECONDS),
    listeners: await Promise.all(Listeners.map((listener) => readListener(client, listener))),
  };
}

async function readListener(
  client: elb.ElasticLoadBalancingV2Client,
  { ListenerArn, Port: port = 80, Protocol }: elb.Listener,
): Promise<Listener> {
  const { Rules = [] } = await client.send(new elb.DescribeRulesCommand({ ListenerArn }));
  return { port, protocol: Protocol === "HTTPS" ? "HTTPS" : "HTTP", rules: readRules(Rules) };
}

async function readTargetGroups(client: elb.ElasticLoadBalancingV2Client): Promise<readonly TargetGroup[]> {
  const { TargetGroups = [] } = await client.send(new elb.DescribeTargetGroupsCommand({}));
  return TargetGroups.map((group) => ({
    arn: group.TargetGroupArn ?? "",
    name: group.TargetGroupName ?? "",
    healthCheck: {
      path: group.HealthCheckPath ?? "/",
      intervalSeconds: group.HealthCheckIntervalSeconds ?? 30,
      timeoutSeconds: group.HealthCheckTimeoutSeconds ?? 5,
      healthyThreshold: group.HealthyThresholdCount ?? 5,
      unhealthyThreshold: group.UnhealthyThresholdCount ?? 2,
      matcher: group.Matcher?.HttpCode ?? "200",
    },
  }));
}

async function readServices(settings: ClientSettings): Promise<readonly DeployedService[]> {
  const client = new ecs.ECSClient(settings);
  const services: DeployedService[] = [];
  for await (const { clusterArns = [] } of ecs.paginateListClusters({ client }, {})) {
    for (const cluster of clusterArns) {
      const page = { maxResults: SERVICES_PER_CALL };
      for await (const { serviceArns = [] } of ecs.paginateListServices({ client }, { cluster, ...page })) {
        if (serviceArns.length === 0) continue;
        const described = await client.send(new ecs.DescribeServicesCommand({ cluster, services: serviceArns }));
        const active = described.services?.filter(({ status }) => status === "ACTIVE") ?? [];
        services.push(...(await Promise.all(active.map((service) => readService(client, service)))));
      }
    }
  }
  client.destroy();
  return services.sort((first, second) => first.name.localeCompare(second.name));
}

async function readService(client: ecs.ECSClient, service: ecs.Service): Promise<DeployedService> {
  const { taskDefinition } = await client.send(
    new ecs.DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
  );
  const name = service.serviceName ?? "";
  // The container that the load balancer sends requests to; sidecars are not run on this machine.
  const behind = service.loadBalancers?.[0];
  const definitions = taskDefinition?.containerDefinitions ?? [];
  const definition = definitions.find((container) => container.name === behind?.containerName) ?? definitions[0];
  if (!definition) throw new Failure(`service ${name}: its task definition has no container`);
  return {
    name,
    // A service with a capacity provider strategy has no launch type of its own.
    launchType: taskDefinition?.requiresCompatibilities?.[0] ?? service.launchType ?? "EC2",
    networkMode: taskDefinition?.networkMode ?? "bridge",
    desiredCount: service.desiredCount ?? 0,
    gracePeriodSeconds: service.healthCheckGracePeriodSeconds ?? 0,
    stopTimeoutSeconds: definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
    targetGroupArns: service.loadBalancers?.flatMap(({ targetGroupArn }) => targetGroupArn ?? []) ?? [],
    container: readContainer(name, definition, behind?.containerPort),
  };
}

function readContainer(service: string, definition: ecs.ContainerDefinition, behindPort?: number): Container {
  const port = behindPort ?? definition.portMappings?.[0]?.containerPort;
  if (!definition.image || !port) {
    throw new Failure(`service ${service}: container ${definition.name} needs an image and a container port`);
  }
  return {
    image: definition.image,
    port,
    environment: Object.fromEntries((definition.environment ?? []).map(({ name = "", value = "" }) => [name, value])),
  };
}
