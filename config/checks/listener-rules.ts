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
