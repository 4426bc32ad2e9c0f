import { isExposed } from "../exposure";
import type { Finding, Salvaged } from "../finding";
import { loadBalancerOf, loadBalancerSuffix } from "../load-balancer-number";
import { systemNames } from "../names";
import type { Service } from "../service";
import { API_SYSTEM } from "../systems";
import { unitOf } from "./service-pairs";

/** Stacks that are no system's. */
const OTHER_STACKS = ["state", "registry", "network", "mail"];

/** The stack of a system's pipelines is called as the system, with this at its end. */
const PIPELINES = "-pipelines";

/** What the units of a project may not be called. */
export interface UnitContext {
  /** The systems that there are. */
  readonly systems: readonly string[];
  /** The environment's name; undefined when there is no such environment. */
  readonly environmentName: string | undefined;
  /** Names of all environments. */
  readonly environmentNames: readonly string[];
}

/**
 * Faults of the services' groups: stacks of one name, resources of one name, and what is not there for a group. Returns a
 * function, which is asked for each service, because all services together say which names there are.
 */
export function checkUnits(
  services: readonly Salvaged<Service>[],
  context: UnitContext,
): (service: Salvaged<Service>) => readonly Finding[] {
  const stacks = stackOwners(services, context.systems);
  const prefixes = otherPrefixes(services, context);
  const migrated = new Set(services.flatMap((one) => (one.database?.migrations ? (unitOf(one) ?? []) : [])));
  return (service) => [
    ...checkStackName(service, stacks),
    ...checkPrefix(service, context.environmentName, prefixes),
    ...checkMigrations(service, migrated),
  ];
}

/** Who has a name of a stack, in words; of a unit's name that two groups have, the first. */
function stackOwners(services: readonly Salvaged<Service>[], systems: readonly string[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const name of OTHER_STACKS) owners.set(name, "the platform");
  for (const system of [...systems, API_SYSTEM]) owners.set(system, `the system ${JSON.stringify(system)}`);
  for (const service of services) {
    const unit = unitOf(service);
    if (unit !== undefined && !owners.has(unit)) owners.set(unit, ownerInWords(service));
  }
  return owners;
}

const ownerInWords = ({ system, group }: Salvaged<Service>) =>
  group === undefined
    ? `the system ${JSON.stringify(system)}`
    : `the group ${JSON.stringify(group)} of ${JSON.stringify(system)}`;

function checkStackName(service: Salvaged<Service>, owners: ReadonlyMap<string, string>): readonly Finding[] {
  const unit = unitOf(service);
  if (service.group === undefined || unit === undefined) return [];
  const owner = unit.endsWith(PIPELINES) ? "the pipelines of a system" : owners.get(unit);
  if (owner === undefined || owner === ownerInWords(service)) return [];
  return [
    {
      at: [["group"], ["system"]],
      problem: `the stack of the group would be called ${JSON.stringify(unit)}, as that of ${owner}`,
      allowed: "a group that makes another name with its system",
      mend: "give the group another name",
    },
  ];
}

/** What names of resources begin with in other environments, which may be of the same account: by it, whose it is. */
function otherPrefixes(
  services: readonly Salvaged<Service>[],
  { systems, environmentName, environmentNames }: UnitContext,
): ReadonlyMap<string, string> {
  const units = new Set([...systems, ...services.flatMap((service) => unitOf(service) ?? [])]);
  const others = environmentNames.filter((name) => name !== environmentName);
  return new Map(
    others.flatMap((other) => [...units].map((unit) => [systemNames(unit, other).prefix, `${unit} in ${other}`])),
  );
}

function checkPrefix(
  service: Salvaged<Service>,
  environmentName: string | undefined,
  others: ReadonlyMap<string, string>,
): readonly Finding[] {
  const unit = unitOf(service);
  if (unit === undefined || environmentName === undefined) return [];
  const { prefix } = systemNames(unit, environmentName);
  const number = isExposed(service) ? 0 : loadBalancerOf(service);
  const inGroup = service.group === undefined ? undefined : others.get(prefix);
  const inNumber = number === 0 ? undefined : others.get(`${prefix}${loadBalancerSuffix(number)}`);
  return [
    ...(inGroup === undefined
      ? []
      : [
          {
            at: [["group"]] as const,
            problem: `the resources of the group would be called ${JSON.stringify(prefix)}, as those of ${inGroup}`,
            allowed: "a group that makes another name with its system and the environment",
            mend: "give the group another name",
          },
        ]),
    ...(inNumber === undefined
      ? []
      : [
          {
            at: [["routes", "priority"]] as const,
            problem: `the load balancer of this priority would be called ${JSON.stringify(`${prefix}${loadBalancerSuffix(number)}`)}, as that of ${inNumber}`,
            allowed: "a priority of another load balancer",
            mend: "write a priority of another thousand, or give that environment another name",
          },
        ]),
  ];
}

/** Each unit has a database of its own, so migrations that are another unit's never reach it. */
function checkMigrations(service: Salvaged<Service>, migrated: ReadonlySet<string>): readonly Finding[] {
  const unit = unitOf(service);
  if (service.group === undefined || service.database === undefined || unit === undefined) return [];
  if (migrated.has(unit)) return [];
  return [
    {
      at: [["database"], ["group"]],
      problem: `the group ${JSON.stringify(service.group)} has a database of its own, and no service of the group has its migrations`,
      allowed: '"database" in services of a group, one of which says "migrations": true',
      mend: 'write "migrations": true if the image holds them; or write the "group" of the service whose database it is to use, which no other group can',
    },
  ];
}
