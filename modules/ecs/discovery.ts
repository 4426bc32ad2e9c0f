import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type {
  EcsServiceConfig,
  EcsServiceServiceConnectConfiguration,
  EcsServiceServiceRegistries,
} from "@cdktf/provider-aws/lib/ecs-service";
import { CONNECT_NAME, DNS_NAME } from "../aws/forms";
import type { DiscoveryRecord, DiscoveryService } from "../cloud-map/discovery-service";
import type { PrivateNamespace } from "../cloud-map/private-namespace";
import type { PropCheck } from "../prop-check";
import { containerLogOptions, type LaunchType } from "./container-definition";
import type { TaskDefinition } from "./task-definition";

/**
 * ECS Service Connect: a proxy beside each task, through which it calls the other services of the namespace by short names,
 * with the proxy's own load balancing, retries and metrics. The proxy takes memory and CPU from the task: AWS advises 256 CPU
 * units and 64 MiB for it.
 *
 * A task knows the names that there were when its deployment began, and no later ones: a caller's service has to come after
 * those that it calls.
 * Source: ECS Developer Guide, "Amazon ECS Service Connect components".
 */
export interface ServiceConnect {
  /** The namespace of the names. */
  readonly namespace: PrivateNamespace;
  /**
   * What others call this service: at `alias` and the port of its container. Its task definition names the port, in every
   * revision that runs while this is said.
   * @default - the service calls others only
   */
  readonly server?: {
    readonly alias: string;
    /**
     * Name of the service that ECS makes in the namespace: 1 to 64 lower-case letters, digits, hyphens and underscores. None
     * that a `DiscoveryService` has had, for ECS makes it before Terraform takes that one away.
     */
    readonly discoveryName: string;
  };
  /** Where the proxies write. */
  readonly logGroup: CloudwatchLogGroup;
  /** Region of the log group. */
  readonly region: string;
}

/** How other services find the tasks of a service; neither, one or both. */
export interface DiscoveryProps {
  /**
   * Where ECS registers the tasks under a name in DNS.
   * @default - nowhere
   */
  readonly serviceRegistry?: DiscoveryService;
  /**
   * The proxies of Service Connect.
   * @default - the service has no proxies
   */
  readonly serviceConnect?: ServiceConnect;
}

/** What tasks of a launch type can be registered as: an address of their own, or an instance's with a port. */
const RECORDS: Readonly<Record<LaunchType, DiscoveryRecord>> = { FARGATE: "A", EC2: "SRV" };

/**
 * The arguments of a service for its discovery. To come, to go or to change, each is an update of the service in place; where
 * one is left out, the provider says so to ECS (an empty list of registries, `enabled: false`).
 * Source: ECS API Reference, "UpdateService".
 */
export function discovery(
  { serviceRegistry, serviceConnect }: DiscoveryProps,
  taskDefinition: TaskDefinition,
): Pick<EcsServiceConfig, "serviceRegistries" | "serviceConnectConfiguration"> {
  return {
    ...(serviceRegistry && { serviceRegistries: registration(serviceRegistry, taskDefinition) }),
    ...(serviceConnect && { serviceConnectConfiguration: connection(serviceConnect, taskDefinition) }),
  };
}

/** ECS refuses a container and its port beside an A record of a task with an interface of its own, and asks for them beside SRV. */
function registration(registry: DiscoveryService, { containerName, containerPort }: TaskDefinition) {
  const registration: EcsServiceServiceRegistries = { registryArn: registry.arn };
  if (registry.record === "A" || containerPort === undefined) return registration;
  return { ...registration, containerName, containerPort };
}

function connection(
  { namespace, server, logGroup, region }: ServiceConnect,
  { portName, containerPort }: TaskDefinition,
): EcsServiceServiceConnectConfiguration {
  const served = server && portName !== undefined && containerPort !== undefined;
  return {
    enabled: true,
    namespace: namespace.arn,
    logConfiguration: { logDriver: "awslogs", options: containerLogOptions({ logGroup, region, prefix: "connect" }) },
    ...(served && {
      service: [
        {
          portName,
          discoveryName: server.discoveryName,
          clientAlias: { dnsName: server.alias, port: containerPort },
        },
      ],
    }),
  };
}

/**
 * Refuses what ECS would refuse of a service's discovery.
 * @param blueGreen whether CodeDeploy replaces the service's tasks
 */
export function checkDiscovery(
  check: PropCheck,
  { serviceRegistry, serviceConnect }: DiscoveryProps,
  { launchType, portName }: TaskDefinition,
  blueGreen: boolean,
): void {
  if (blueGreen && (serviceRegistry || serviceConnect)) {
    throw check.error(
      serviceRegistry ? "serviceRegistry" : "serviceConnect",
      "is given with the deployment controller CODE_DEPLOY",
      "ECS as the controller, for ECS changes no discovery of a service that CodeDeploy deploys",
    );
  }
  if (serviceRegistry && serviceRegistry.record !== RECORDS[launchType]) {
    throw check.error(
      "serviceRegistry",
      `has ${serviceRegistry.record} records`,
      `${RECORDS[launchType]} records for tasks on ${launchType}`,
    );
  }
  const server = serviceConnect?.server;
  check.text("serviceConnect.server.alias", server?.alias, DNS_NAME);
  check.text("serviceConnect.server.discoveryName", server?.discoveryName, CONNECT_NAME);
  if (server && portName === undefined) {
    throw check.error("taskDefinition", "names no port", "one with a portName, which Service Connect asks for");
  }
}
