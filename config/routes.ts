import { CONDITION_VALUES_PER_RULE_MAX, CONDITION_WILDCARDS_PER_RULE_MAX } from "../modules/aws/limits";
import type { Environment } from "./environment";
import type { LaunchType, Service } from "./service";

/** One rule of a listener: at most five condition values, at most five wildcards. */
export interface ListenerRule {
  readonly priority: number;
  readonly pathPatterns: readonly string[];
  readonly hosts: readonly string[];
  readonly sourceCidrs: readonly string[];
}

/** What of a service its listener rules are made of. */
export type Routed = Pick<Service, "routes">;

/**
 * The patterns that match a path and everything below it, and nothing else: `/medical` gives `/medical` and
 * `/medical/*`, but not `/medical*`, which would match `/medicalfoo` too. A path that ends in `*` covers what is below
 * it already.
 */
export function pathPatterns(path: string): readonly string[] {
  if (path === "/") return ["/*"];
  return path.endsWith("*") ? [path] : [path, `${path}/*`];
}

/** Characters of a pattern that stand for others; a listener rule takes five at most. */
export function countWildcards(patterns: readonly string[]): number {
  return patterns.join("").replace(/[^*?]/g, "").length;
}

/** Whether these path patterns fit into one rule beside the hosts and source CIDR blocks that each rule repeats. */
export function fitsOneRule(routes: Pick<ListenerRule, "hosts" | "sourceCidrs">, patterns: readonly string[]): boolean {
  const values = patterns.length + routes.hosts.length + routes.sourceCidrs.length;
  const wildcards = countWildcards(patterns) + countWildcards(routes.hosts);
  return values <= CONDITION_VALUES_PER_RULE_MAX && wildcards <= CONDITION_WILDCARDS_PER_RULE_MAX;
}

/**
 * The listener rules of a service. Its paths are spread over as many rules as they need, with the priorities
 * `routes.priority`, `routes.priority` + 1, and so on; hosts and source CIDR blocks repeat in each. The two patterns of
 * one path stay in one rule.
 *
 * Source of the limits: "Quotas for your Application Load Balancers".
 */
export function listenerRules({ routes }: Routed): readonly ListenerRule[] {
  const { priority } = routes;
  // The default target of the load balancer has no rule.
  if (priority === undefined) return [];
  const groups: string[][] = [];
  for (const path of routes.paths) {
    const patterns = pathPatterns(path);
    const last = groups.at(-1);
    if (last && fitsOneRule(routes, [...last, ...patterns])) last.push(...patterns);
    else groups.push([...patterns]);
  }
  return groups.map((group, index) => ({
    priority: priority + index,
    pathPatterns: group,
    hosts: routes.hosts,
    sourceCidrs: routes.sourceCidrs,
  }));
}

/**
 * The listener rules of a service's internal routes. Where services call each other through the load balancer, for those whose
 * addresses are given; else for none but those whom the service's own `sourceCidrs` let in, and where there are none no rule.
 *
 * @param callers CIDR blocks that the services' requests come from
 */
export function internalRules(
  { internalRoutes }: Pick<Service, "internalRoutes">,
  discovery: Environment["discovery"],
  callers: readonly string[],
): readonly ListenerRule[] {
  if (!internalRoutes) return [];
  const { priority, paths } = internalRoutes;
  const admitted = discovery === "load-balancer" ? callers : [];
  const sourceCidrs = [...new Set([...admitted, ...internalRoutes.sourceCidrs])];
  // A rule without a source block would be for everybody.
  if (sourceCidrs.length === 0) return [];
  return listenerRules({ routes: { default: false, priority, paths, hosts: [], sourceCidrs } });
}

/**
 * What a target group registers: on EC2 the instance with a dynamic port of it (bridge network), on Fargate the task's
 * own address (awsvpc network).
 */
export function targetType(launchType: LaunchType): "instance" | "ip" {
  return launchType === "EC2" ? "instance" : "ip";
}
