import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import { Construct } from "constructs";
import { DNS_LABEL } from "../aws/forms";
import { DNS_TTL_SECONDS } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { PrivateNamespace } from "./private-namespace";

/** A: addresses, of tasks with a network interface of their own. SRV: addresses and ports, of tasks that share an instance's. */
export type DiscoveryRecord = "A" | "SRV";

export interface DiscoveryServiceProps {
  /** Name within the namespace: one label of up to 63 lower-case letters, digits and hyphens. */
  readonly name: string;
  /** The namespace that its name is in. */
  readonly namespace: PrivateNamespace;
  /**
   * What the tasks are registered as: `A` for network mode awsvpc, where all listen on the same port; `SRV` for bridge, where
   * each has another port of its instance. AWS changes no service from one to the other: it is replaced.
   */
  readonly record: DiscoveryRecord;
  /** What a person reads of it in the console: up to 1024 characters. */
  readonly description: string;
  /**
   * Seconds for which a caller may keep an answer, and so go on calling a task that has stopped.
   * @default 10
   */
  readonly ttlSeconds?: number;
}

/**
 * A name in a private namespace that stands for the running tasks of an ECS service: up to eight healthy ones, in random
 * order (routing policy MULTIVALUE). ECS registers and deregisters the tasks.
 *
 * ```ts
 * const registry = new DiscoveryService(this, "Registry", { name: "cart", namespace, record: "A", description: "tasks of cart" });
 * new Service(this, "Service", { ..., serviceRegistry: registry });
 * ```
 *
 * Health is what ECS reports (`health_check_custom_config`); a health check of Route 53 cannot reach a private address. The
 * block has to carry its deprecated `failure_threshold`, for else the provider sends none, finds none, and replaces the
 * service on every plan (terraform-provider-aws#44285); AWS takes no other value than 1.
 *
 * AWS deletes no service that has instances (`ResourceInUse`), and ECS deregisters its tasks some time after the service
 * stopped naming the registry: `force_destroy` takes them out first.
 *
 * @see Amazon ECS Developer Guide, "Use service discovery to connect Amazon ECS services with DNS names"
 */
export class DiscoveryService extends Construct {
  readonly service: ServiceDiscoveryService;
  readonly record: DiscoveryRecord;
  /** The name that callers resolve, such as `cart.shop-dev.internal`. */
  readonly hostName: string;

  constructor(scope: Construct, id: string, props: DiscoveryServiceProps) {
    super(scope, id);
    const { name, namespace, record, description, ttlSeconds = 10 } = props;
    const check = new PropCheck(this);
    check.text("name", name, DNS_LABEL);
    check.wholeNumber("ttlSeconds", ttlSeconds, DNS_TTL_SECONDS);
    this.record = record;
    this.hostName = `${name}.${namespace.name}`;
    this.service = new ServiceDiscoveryService(this, "Resource", {
      name,
      description,
      dnsConfig: {
        namespaceId: namespace.namespace.id,
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: record, ttl: ttlSeconds }],
      },
      healthCheckCustomConfig: { failureThreshold: 1 },
      forceDestroy: true,
      // Else Terraform deletes the name before it updates the ECS service that no longer registers with it.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  get arn(): string {
    return this.service.arn;
  }
}
