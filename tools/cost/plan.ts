import { textAt } from "../../stacks/documents/body";
import { push } from "../diagram/multimap";
import { findReferences } from "../diagram/references";
import type { Resource, StackDocument } from "../diagram/resource";

/** The synthesised stacks of an environment: what refers to what, and what is whose. */
export class Plan {
  readonly resources: readonly Resource[];
  /** Names of all services, sorted. */
  readonly services: readonly string[];
  readonly #refersTo: ReadonlyMap<string, readonly Resource[]>;
  readonly #referredBy = new Map<string, Resource[]>();
  readonly #byType = new Map<string, Resource[]>();
  readonly #serviceNames: ReadonlySet<string>;

  constructor(readonly stacks: readonly StackDocument[]) {
    this.resources = stacks.flatMap(({ resources }) => resources);
    this.#refersTo = findReferences(stacks);
    for (const resource of this.resources) {
      push(this.#byType, resource.type, resource);
      for (const other of this.#refersTo.get(resource.key) ?? []) push(this.#referredBy, other.key, resource);
    }
    this.services = this.ofType("aws_ecs_service").map(nameOf).sort();
    this.#serviceNames = new Set(this.services);
  }

  ofType(type: string): readonly Resource[] {
    return this.#byType.get(type) ?? [];
  }

  /** Resources of a type that a resource refers to. */
  refersTo({ key }: Resource, type: string): readonly Resource[] {
    return (this.#refersTo.get(key) ?? []).filter((other) => other.type === type);
  }

  /** Resources of a type that refer to a resource. */
  referredBy({ key }: Resource, type: string): readonly Resource[] {
    return (this.#referredBy.get(key) ?? []).filter((other) => other.type === type);
  }

  /**
   * Name of the service that a resource is of, by the path of its construct: `customer/LogGroup`,
   * `Database/User-customer/Resource`. Undefined where it is for all of a stack.
   */
  serviceOf({ path }: Resource): string | undefined {
    return path
      .split("/")
      .map((segment) => segment.replace(/^User-/, ""))
      .find((segment) => this.#serviceNames.has(segment));
  }

  /** Services that a load balancer sends requests to. */
  servicesBehind(loadBalancer: Resource): readonly Resource[] {
    const listeners = this.referredBy(loadBalancer, "aws_lb_listener");
    const rules = listeners.flatMap((listener) => this.referredBy(listener, "aws_lb_listener_rule"));
    const groups = [...listeners, ...rules].flatMap((from) => this.refersTo(from, "aws_lb_target_group"));
    return [...new Set(groups.flatMap((group) => this.referredBy(group, "aws_ecs_service")))];
  }
}

/** What a resource calls itself. */
export function nameOf({ body, path }: Resource): string {
  return textAt(body, "name") ?? path;
}
