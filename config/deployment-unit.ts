import type { Service } from "./service";

/** What says in which stack a service is deployed. */
export type Grouped = Pick<Service, "system" | "group">;

/**
 * The unit that a service is deployed with: its system, or the group within it that the service is of. A unit is a stack with
 * everything that a system has of its own (cluster, load balancers, capacity, database, alarms, dashboards), and all of that is
 * named after it. So whatever makes a name of a resource from a service's system takes this in its place:
 * `systemNames(deploymentUnit(service), environment.name)`.
 *
 * @returns `<system>`, or `<system>-<group>` for a service of a group; no two units have the same (checked in `checks/units.ts`)
 */
export function deploymentUnit({ system, group }: Grouped): string {
  return group === undefined ? system : `${system}-${group}`;
}

/**
 * The groups of a system, sorted, after `undefined`, which stands for the services without a group: the system's own unit is
 * always there, so that a service which moves to a group is taken out of it by the next apply.
 */
export function groupsOf(system: string, services: readonly Grouped[]): readonly (string | undefined)[] {
  const groups = services.flatMap((service) => (service.system === system ? (service.group ?? []) : []));
  return [undefined, ...[...new Set(groups)].sort()];
}

/** The units of these systems: of each its own, and those of its groups. */
export function unitsOf(systems: readonly string[], services: readonly Grouped[]): readonly string[] {
  return systems.flatMap((system) => groupsOf(system, services).map((group) => deploymentUnit({ system, group })));
}
