import { members, type Salvaged } from "../finding";
import { groupBy } from "../group-by";
import type { Service } from "../service";
import { unitOf } from "./service-pairs";

/** All services, as far as they could be read, by what checks look for them by: made once, and asked by each service. */
export class ServiceDirectory {
  private readonly byName: ReadonlyMap<string, Salvaged<Service>>;
  private readonly byUnit: ReadonlyMap<string | undefined, readonly Salvaged<Service>[]>;
  private readonly withoutRing: ReadonlySet<string>;

  constructor(services: readonly Salvaged<Service>[]) {
    // Of two services of one name, which is a fault of its own, the first.
    this.byName = new Map(services.toReversed().flatMap((one) => (one.name === undefined ? [] : [[one.name, one]])));
    this.byUnit = groupBy(services, unitOf);
    this.withoutRing = namesWithoutRing(this.byName);
  }

  /** The units that services are of, in the order of their first services. */
  get units(): readonly string[] {
    return [...this.byUnit.keys()].filter((unit) => unit !== undefined);
  }

  named(name: string): Salvaged<Service> | undefined {
    return this.byName.get(name);
  }

  inUnit(unit: string | undefined): readonly Salvaged<Service>[] {
    return this.byUnit.get(unit) ?? [];
  }

  namesIn(unit: string | undefined): readonly string[] {
    return this.inUnit(unit).flatMap(({ name }) => name ?? []);
  }

  /** Whether the calls of a service may lead back to it; for nearly all services it is known that they do not. */
  mayBeInRing(name: string): boolean {
    return !this.withoutRing.has(name);
  }
}

/** Services whose calls end, all of them: first those that call none, then those that call only such ones, and so on. */
function namesWithoutRing(services: ReadonlyMap<string, Salvaged<Service>>): ReadonlySet<string> {
  const callers = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const [name, { calls }] of services) {
    const callees = new Set(members(calls).filter((callee) => services.has(callee)));
    open.set(name, callees.size);
    for (const callee of callees) {
      const list = callers.get(callee);
      if (list) list.push(name);
      else callers.set(callee, [name]);
    }
  }
  const done = [...open].flatMap(([name, count]) => (count === 0 ? [name] : []));
  for (const name of done) {
    for (const caller of callers.get(name) ?? []) {
      const left = (open.get(caller) ?? 0) - 1;
      open.set(caller, left);
      if (left === 0) done.push(caller);
    }
  }
  return new Set(done);
}
