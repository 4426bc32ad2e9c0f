import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { callVariables } from "../config/call-variables";
import type { Environment } from "../config/environment";
import { serviceNames, systemNames } from "../config/names";
import type { Service as ServiceConfig } from "../config/service";
import { DiscoveryService } from "../modules/cloud-map/discovery-service";
import { PrivateNamespace } from "../modules/cloud-map/private-namespace";
import type { DiscoveryProps, ServiceConnect } from "../modules/ecs/discovery";
import type { Service } from "../modules/ecs/service";
import type { Network } from "../modules/network/network";
import { AllowCalls } from "../modules/security-group/allow-calls";
import { DYNAMIC_HOST_PORTS } from "../modules/security-group/instance-security-group";
import type { PortRange } from "../modules/security-group/rules";
import type { Endpoint } from "./system-front";

export interface ServiceDiscoveryProps {
  /** As `deploymentUnit` gives it. */
  readonly unit: string;
  readonly environment: Environment;
  /** The services of the unit, those that neither call nor are called among them. */
  readonly services: readonly ServiceConfig[];
  readonly network: Network;
  /** Where the load balancer of a service answers; undefined where none of the unit leads to it. */
  readonly loadBalancerOf: (service: ServiceConfig) => Endpoint | undefined;
}

/** Where a service answers, as a caller is told. */
interface Address {
  readonly host: string;
  /** Absent where the port stands in an SRV record with the host. */
  readonly port?: number;
  readonly protocol: "http" | "https";
}

/**
 * How the services of a system find and reach those that they call, in the environment's mode. A change of the mode updates
 * the services in place: registries, proxies and rules come and go around them.
 */
export class ServiceDiscovery extends Construct {
  private readonly namespace: PrivateNamespace | undefined;
  /** The services that others call, by name, and in the order of all services. */
  private readonly called: ReadonlyMap<string, ServiceConfig>;
  /** Where each of them stands in that order. */
  private readonly places: ReadonlyMap<string, number>;
  private readonly registries = new Map<string, DiscoveryService>();
  private readonly made = new Map<string, { readonly service: Service; readonly securityGroupId: string }>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceDiscoveryProps,
  ) {
    super(scope, id);
    const { environment, services } = props;
    const names = new Set(services.flatMap(({ calls }) => calls));
    this.called = new Map(services.flatMap((service) => (names.has(service.name) ? [[service.name, service]] : [])));
    this.places = new Map([...this.called.keys()].map((name, index) => [name, index]));
    if (environment.discovery === "load-balancer") return;
    this.namespace = this.createNamespace();
    if (environment.discovery === "cloud-map") this.createRegistries(this.namespace);
  }

  /**
   * Name of the port of a service that is called; undefined for others. In every mode, so that the revision that runs has it
   * when the mode becomes Service Connect.
   */
  portNameOf({ name }: ServiceConfig): string | undefined {
    return this.called.has(name) ? name : undefined;
  }

  /** Plain environment of a service's tasks: where those answer that it calls. */
  variablesOf(caller: ServiceConfig): Record<string, string> {
    const entries = this.calleesOf(caller).flatMap((callee) => {
      const variables = callVariables(callee.name);
      const { host, port, protocol } = this.addressOf(callee);
      return [
        [variables.host, host],
        ...(port === undefined ? [] : [[variables.port, String(port)]]),
        [variables.protocol, protocol],
      ];
    });
    return Object.fromEntries(entries);
  }

  /** How the tasks of a service are found, and find others. */
  discoveryOf(service: ServiceConfig, logGroup: CloudwatchLogGroup): DiscoveryProps {
    const serviceRegistry = this.registries.get(service.name);
    const serviceConnect = this.connectionOf(service, logGroup);
    return { ...(serviceRegistry && { serviceRegistry }), ...(serviceConnect && { serviceConnect }) };
  }

  /**
   * What has to be there before a service that calls others, and to outlive it: their registries; with Service Connect the
   * services themselves, whose names its tasks would else not know.
   */
  needsOf({ calls }: ServiceConfig): readonly ITerraformDependable[] {
    if (this.props.environment.discovery === "service-connect") {
      return calls.flatMap((name) => this.made.get(name)?.service.service ?? []);
    }
    return calls.flatMap((name) => this.registries.get(name)?.service ?? []);
  }

  /** Takes note of a service and of the security group that its tasks are in. */
  add({ name }: ServiceConfig, service: Service, securityGroupId: string): void {
    this.made.set(name, { service, securityGroupId });
  }

  /** Lets each caller's tasks reach those that it calls. Through the load balancer they do so already. */
  allowCalls(): void {
    if (!this.namespace) return;
    const done = new Set<string>();
    for (const caller of this.props.services) {
      for (const callee of this.calleesOf(caller)) {
        const pair = [this.groupOf(caller), this.groupOf(callee), portsOf(callee).from].join(" ");
        // Services on EC2 share their instances' group, and EC2 refuses a rule that is there already.
        if (!done.has(pair)) this.allowCall(caller, callee);
        done.add(pair);
      }
    }
  }

  private allowCall(caller: ServiceConfig, callee: ServiceConfig): void {
    new AllowCalls(this, `${caller.name}-${callee.name}`, {
      caller: { label: caller.name, securityGroupId: this.groupOf(caller) },
      callee: { label: callee.name, securityGroupId: this.groupOf(callee) },
      ports: portsOf(callee),
    });
  }

  private groupOf({ name }: ServiceConfig): string {
    const made = this.made.get(name);
    if (!made) throw new Error(`service "${name}" has not been added to the discovery`);
    return made.securityGroupId;
  }

  private createNamespace(): PrivateNamespace {
    const { unit, environment, network } = this.props;
    const { namespace, prefix } = systemNames(unit, environment.name);
    return new PrivateNamespace(this, "Namespace", {
      name: namespace,
      vpcId: network.vpc.id,
      description: `services of ${prefix}`,
    });
  }

  private createRegistries(namespace: PrivateNamespace): void {
    for (const service of this.called.values()) {
      const { discoveryService, family } = serviceNames(service, this.props.environment.name);
      const registry = new DiscoveryService(this, `Registry-${service.name}`, {
        name: discoveryService,
        namespace,
        record: service.launchType === "EC2" ? "SRV" : "A",
        description: `tasks of ${family}`,
      });
      this.registries.set(service.name, registry);
    }
  }

  private addressOf(callee: ServiceConfig): Address {
    const registry = this.registries.get(callee.name);
    // The port of a task on EC2 is another for each: it stands in the SRV record.
    if (registry?.record === "SRV") return { host: registry.hostName, protocol: "http" };
    if (registry) return { host: registry.hostName, port: callee.port, protocol: "http" };
    if (this.namespace) return { host: callee.name, port: callee.port, protocol: "http" };
    const endpoint = this.props.loadBalancerOf(callee);
    if (!endpoint) throw new Error(`no load balancer leads to service "${callee.name}"`);
    return endpoint;
  }

  private connectionOf(service: ServiceConfig, logGroup: CloudwatchLogGroup): ServiceConnect | undefined {
    const { environment } = this.props;
    const serves = this.called.has(service.name);
    if (!this.namespace || environment.discovery !== "service-connect") return undefined;
    if (!serves && service.calls.length === 0) return undefined;
    const { connectService } = serviceNames(service, environment.name);
    return {
      namespace: this.namespace,
      logGroup,
      region: environment.region,
      ...(serves && { server: { alias: service.name, discoveryName: connectService } }),
    };
  }

  /** Those that a service calls, in the order of all services. */
  private calleesOf({ calls }: ServiceConfig): readonly ServiceConfig[] {
    const place = ({ name }: ServiceConfig) => this.places.get(name) ?? 0;
    return calls.flatMap((name) => this.called.get(name) ?? []).sort((one, other) => place(one) - place(other));
  }
}

/** The ports that the tasks of a service are reached at past the load balancer. */
function portsOf({ launchType, port }: ServiceConfig): PortRange {
  return launchType === "EC2" ? DYNAMIC_HOST_PORTS : { from: port, to: port };
}

/** The services in an order in which each comes after those that it calls; a ring of calls is cut somewhere. */
export function calleesFirst<Item extends { readonly config: ServiceConfig }>(items: readonly Item[]): readonly Item[] {
  const places = new Map(items.map(({ config }, index) => [config.name, index]));
  const ordered = new Set<Item>();
  const above = new Set<Item>();
  const visit = (item: Item): void => {
    if (ordered.has(item) || above.has(item)) return;
    above.add(item);
    const callees = item.config.calls.flatMap((name) => places.get(name) ?? []).sort((one, other) => one - other);
    for (const callee of callees.flatMap((place) => items[place] ?? [])) visit(callee);
    above.delete(item);
    ordered.add(item);
  };
  for (const item of items) visit(item);
  return [...ordered];
}
