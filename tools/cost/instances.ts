import { type InstanceSize, instanceSize } from "../../config/instance-types";
import { textsAt } from "../../stacks/documents/body";
import type { Resource } from "../diagram/resource";
import { type Context, eachLevel, type Level, type Levels } from "./charge";
import { nameOf, type Plan } from "./plan";
import { numberAt, type TaskSize, taskCounts, taskSize } from "./tasks";

/** A service whose tasks run on the instances of a group. */
export interface Tenant {
  readonly service: string;
  readonly tasks: Levels<number>;
  readonly size: TaskSize;
}

/** What is left of an instance. */
interface Room {
  vcpu: number;
  memoryMiB: number;
}

/** Services that run on a group's instances, by capacity provider. */
export function tenantsOf(group: Resource, plan: Plan): readonly Tenant[] {
  const providers = plan.referredBy(group, "aws_ecs_capacity_provider");
  const services = providers.flatMap((provider) => plan.referredBy(provider, "aws_ecs_service"));
  return services.flatMap((service) => {
    const size = taskSize(service, plan);
    return size ? [{ service: nameOf(service), tasks: taskCounts(service, plan), size }] : [];
  });
}

/** Instances of a group. */
export interface InstanceCounts {
  /** As many as run: within the bounds of the group. */
  readonly running: Levels<number>;
  /** As many as the tasks need. */
  readonly needed: Levels<number>;
}

/**
 * How many instances run at each level: as many as the tasks need when each goes to the first instance with room, at least one in
 * each zone that a service's tasks are spread over, and within the bounds of the group.
 *
 * @returns undefined for a type whose size is not known
 */
export function instanceCounts(
  group: Resource,
  type: string,
  tenants: readonly Tenant[],
  { assumptions }: Context,
): InstanceCounts | undefined {
  const size = instanceSize(type);
  if (!size) return undefined;
  const usable = { vcpu: size.vcpu, memoryMiB: size.memoryMiB - assumptions.instanceReservedMiB };
  const zones = textsAt(group.body, "vpc_zone_identifier").length;
  const least = numberAt(group.body, "min_size") ?? 0;
  const most = mostInstances(group);
  const needed = eachLevel((level) => {
    const spread = Math.max(0, ...tenants.map(({ tasks }) => Math.min(tasks[level], zones)));
    return Math.max(spread, packed(tenants, level, usable));
  });
  return { needed, running: eachLevel((level) => Math.min(most, Math.max(least, needed[level]))) };
}

/** The most instances that a group may have. */
export function mostInstances(group: Resource): number {
  return numberAt(group.body, "max_size") ?? 0;
}

/** Instances that hold all tasks, the largest placed first. A task that fits on none counts for one. */
function packed(tenants: readonly Tenant[], level: Level, usable: InstanceSize): number {
  const largestFirst = [...tenants].sort((one, other) => other.size.memoryMiB - one.size.memoryMiB);
  const rooms: Room[] = [];
  for (const { tasks, size } of largestFirst) {
    for (let placed = 0; placed < tasks[level]; placed++) place(size, rooms, usable);
  }
  return rooms.length;
}

function place(size: TaskSize, rooms: Room[], usable: InstanceSize): void {
  const room = rooms.find(({ vcpu, memoryMiB }) => vcpu >= size.vcpu && memoryMiB >= size.memoryMiB);
  const chosen = room ?? { ...usable };
  chosen.vcpu -= size.vcpu;
  chosen.memoryMiB -= size.memoryMiB;
  if (!room) rooms.push(chosen);
}
