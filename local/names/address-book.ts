import { lastPart } from "../../modules/aws/arn";
import type { ViewName } from "../cloud/view";

/** What listens, and on which port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What a name is answered with: an address, or a service record (SRV) that leads to one. */
export interface NameEntry {
  readonly address: string;
  /** Only of a service record: its port. */
  readonly port?: number;
  /** Only of a service record: the name of its target. */
  readonly name?: string;
}

/** Where the names of AWS are to be found: the content of `names.json`, which use-names.mjs reads. */
export interface AddressBook {
  /** What DNS answers, by name. Without entries: known, but nobody is there. */
  readonly names: Readonly<Record<string, readonly NameEntry[]>>;
  /** Pairs `HOST:PORT` that lead to other ports than they say. */
  readonly endpoints: Readonly<Record<string, readonly Place[]>>;
  /** Private namespaces: what is below one and not among the names does not exist. */
  readonly namespaces: readonly string[];
}

/** A port of AWS that is served on this machine: a listener of a load balancer. */
export interface ServedPort {
  /** Names or addresses that lead to it. */
  readonly hosts: readonly string[];
  /** The port that it has on AWS. */
  readonly port: number;
  readonly at: Place;
}

export interface BookContent {
  readonly names: readonly ViewName[];
  /** Where a container port of a task is reached; `undefined` where it is not. */
  readonly placeOf: (task: string, container: string, containerPort: number) => Place | undefined;
  readonly served: readonly ServedPort[];
  readonly namespaces: Iterable<string>;
}

/** A target of a name that runs. */
interface Target {
  readonly task: string;
  readonly containerPort: number;
  readonly place: Place;
}

/** Puts together what is known. */
export function addressBook({ names, placeOf, served, namespaces }: BookContent): AddressBook {
  const book = { names: new Map<string, NameEntry[]>(), endpoints: new Map<string, Place[]>() };
  for (const { hosts, port, at } of served) for (const host of hosts) add(book.endpoints, `${host}:${port}`, [at]);
  for (const name of names) {
    const targets = name.targets.flatMap(({ task, container, containerPort }) => {
      const place = placeOf(task, container, containerPort);
      return place ? [{ task, containerPort, place }] : [];
    });
    if (name.type === "CONNECT") add(book.endpoints, `${name.name}:${name.port}`, places(targets));
    else if (name.type === "SRV") addRecords(book.names, name.name, targets);
    else addAddresses(book, name.name, targets);
  }
  return {
    names: Object.fromEntries(book.names),
    endpoints: Object.fromEntries(book.endpoints),
    namespaces: [...namespaces],
  };
}

/** The private namespace that a name of DNS is in; `undefined` for a name of Service Connect. */
export function namespaceOf({ name, type }: ViewName): string | undefined {
  return type === "CONNECT" ? undefined : name.slice(name.indexOf(".") + 1);
}

function addAddresses(
  { names, endpoints }: { names: Map<string, NameEntry[]>; endpoints: Map<string, Place[]> },
  name: string,
  targets: readonly Target[],
): void {
  add(
    names,
    name,
    targets.map(({ place: { address } }) => ({ address })),
  );
  // Where tasks share an address (macOS), the port of one of them is another one.
  for (const port of new Set(targets.map(({ containerPort }) => containerPort))) {
    const here = targets.filter(({ containerPort }) => containerPort === port);
    if (here.some(({ place }) => place.port !== port)) add(endpoints, `${name}:${port}`, places(here));
  }
}

/** As Cloud Map does: a record for each instance, whose target is a name of the instance's own. */
function addRecords(names: Map<string, NameEntry[]>, name: string, targets: readonly Target[]): void {
  const records = targets.map(({ task, place }) => ({ name: `${lastPart(task)}.${name}`, ...place }));
  add(names, name, records);
  for (const { name: target, address } of records) add(names, target, [{ address }]);
}

function places(targets: readonly Target[]): Place[] {
  return targets.map(({ place }) => place);
}

/** Two services may have one name; DNS then answers with what both have. */
function add<Entry>(map: Map<string, Entry[]>, key: string, entries: readonly Entry[]): void {
  const name = key.toLowerCase();
  map.set(name, [...(map.get(name) ?? []), ...entries]);
}
