import type { EnvironmentFile } from "../environment";
import { members, type Salvaged } from "../finding";
import { type ListenerRule, listenerRules } from "../routes";
import type { Service } from "../service";

/** The listener rules of routes that may be incomplete; none without a priority. */
export function rulesOf(routes: Salvaged<Service>["routes"]): readonly ListenerRule[] {
  if (routes?.priority === undefined) return [];
  return listenerRules({
    routes: {
      default: false,
      priority: routes.priority,
      paths: [...members(routes.paths)],
      hosts: [...members(routes.hosts)],
      sourceCidrs: [...members(routes.sourceCidrs)],
    },
  });
}

/**
 * The listener rules that internal routes have, or would have when services called each other through the load balancer: their
 * priorities are kept in every mode, so that a change of the mode does not fail for them.
 *
 * @param callers blocks that the services' requests come from
 */
export function internalRulesOf(
  routes: Salvaged<Service>["internalRoutes"],
  callers: readonly string[],
): readonly ListenerRule[] {
  return rulesOf(routes && { ...routes, sourceCidrs: [...callers, ...members(routes.sourceCidrs)] });
}

/**
 * Priorities of all rules that a service has or may have, the public ones first.
 *
 * @param callers blocks that the services' requests come from
 */
export function prioritiesOf(
  { routes, internalRoutes }: Salvaged<Service>,
  callers: readonly string[],
): readonly number[] {
  return [...rulesOf(routes), ...internalRulesOf(internalRoutes, callers)].map(({ priority }) => priority);
}

/**
 * The blocks that requests of an environment's services come from, as its load balancers see them: those that it names, else
 * one for each NAT gateway, whose address is not known before it is there.
 */
export function callersOf({ network }: Salvaged<EnvironmentFile>): readonly string[] {
  const given = members(network?.egressCidrs);
  if (given.length > 0 || network?.nat === "none") return given;
  const zones = members(network?.availabilityZones);
  return (network?.nat === "per-zone" ? zones : zones.slice(0, 1)).map((zone) => `the NAT gateway of ${zone}`);
}
