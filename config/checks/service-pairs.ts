import { deploymentUnit } from "../deployment-unit";
import { isExposed } from "../exposure";
import { members, type Salvaged } from "../finding";
import { loadBalancerOf } from "../load-balancer-number";
import type { Service } from "../service";
import { prioritiesOf } from "./listener-rules";

/** The unit that a service is deployed with; undefined where its system is not known. */
export function unitOf({ system, group }: Salvaged<Service>): string | undefined {
  return system === undefined ? undefined : deploymentUnit({ system, group });
}

/**
 * What stands for the load balancer that a service's rules are on: that of the API, whatever its unit, or the one of its unit
 * with its number; undefined where its system is not known.
 */
export function loadBalancerKey(service: Salvaged<Service>): string | undefined {
  if (isExposed(service)) return "API";
  const unit = unitOf(service);
  return unit === undefined ? undefined : `${unit} ${loadBalancerOf(service)}`;
}

/**
 * Each service with the earlier ones that it may not agree with: those with something in common that two services cannot both
 * have. A thousand services are half a million pairs; nearly all of them have nothing to do with each other.
 *
 * @param callers blocks that the services' requests to each other come from
 */
export function pairsToCheck<Entry extends { readonly service: Salvaged<Service> }>(
  entries: readonly Entry[],
  callers: readonly string[],
): readonly (readonly [earlier: Entry, later: Entry])[] {
  const known = new Map<string, number[]>();
  return entries.flatMap((later, index) => {
    const { has, seeks } = marksOf(later.service, callers);
    const places = new Set([...seeks].flatMap((mark) => known.get(mark) ?? []));
    for (const mark of has) {
      const list = known.get(mark);
      if (list) list.push(index);
      else known.set(mark, [index]);
    }
    return [...places]
      .sort((one, other) => one - other)
      .flatMap((place) => entries[place] ?? [])
      .map((earlier) => [earlier, later] as const);
  });
}

/** What a service has that may be another's, too, and what of an earlier service it would not agree with. */
interface Marks {
  readonly has: ReadonlySet<string>;
  readonly seeks: ReadonlySet<string>;
}

function marksOf(service: Salvaged<Service>, callers: readonly string[]): Marks {
  const { name, routes, database } = service;
  const [unit, loadBalancer] = [unitOf(service), loadBalancerKey(service)];
  const own = [
    ...(name === undefined ? [] : [`name ${name}`]),
    ...(unit !== undefined && routes?.default ? [`default ${unit}`] : []),
    ...(unit !== undefined && database?.migrations ? [`migrations ${unit}`] : []),
  ];
  if (loadBalancer === undefined) return { has: new Set(own), seeks: new Set(own) };
  const priorities = prioritiesOf(service, callers).map((priority) => `priority ${loadBalancer} ${priority}`);
  const parts = [...members(routes?.paths), ...members(service.internalRoutes?.paths)].map(firstPart);
  const path = (part: string) => `path ${loadBalancer} /${part}`;
  const any = `paths ${loadBalancer}`;
  return {
    has: new Set([...own, ...priorities, ...parts.map(path), ...(parts.length > 0 ? [any] : [])]),
    seeks: new Set([
      ...own,
      ...priorities,
      ...parts.flatMap((part) => (part === ANY ? [any] : [path(part), path(ANY)])),
    ]),
  };
}

/** Stands for a first part that matches more than one. */
const ANY = "*";

/** The first part of a path. Two paths whose first parts differ match no request together. */
function firstPart(path: string): string {
  const [, part = ""] = path.split("/");
  return part === "" || /[*?]/.test(part) ? ANY : part;
}
