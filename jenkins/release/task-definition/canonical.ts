import { ENVIRONMENT_LABEL } from "../../../config/environment-record";
import { isObject } from "../../../config/json-path";
import { ownTags } from "./provenance";
import { type Described, withoutReadOnly } from "./task-definition";

/** JSON in which neither order nor default values are left: two of them are equal where ECS would run the same. */
export type Canonical = string | number | boolean | readonly Canonical[] | { readonly [key: string]: Canonical };

/** Lists whose order means nothing, and what names a member, where something does. */
const UNORDERED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    containerDefinitions: ["name"],
    environment: ["name"],
    secrets: ["name"],
    secretOptions: ["name"],
    tags: ["key"],
    volumes: ["name"],
    portMappings: ["containerPort", "protocol"],
    mountPoints: ["containerPath"],
    volumesFrom: ["sourceContainer"],
    dependsOn: ["containerName"],
    ulimits: ["name"],
    systemControls: ["namespace"],
    resourceRequirements: ["type"],
    extraHosts: ["hostname"],
    placementConstraints: ["type"],
    requiresCompatibilities: [],
    add: [],
    drop: [],
    tmpfs: ["containerPath"],
    devices: ["hostPath"],
  }),
);

/**
 * What ECS takes where a key is missing. `false`, empty lists and empty objects are such defaults everywhere, but for
 * `essential`. Source: ECS API Reference, RegisterTaskDefinition and ContainerDefinition.
 */
const DEFAULTS: ReadonlyMap<string, Canonical> = new Map(
  Object.entries({
    essential: true,
    cpu: 0,
    protocol: "tcp",
    hostPort: 0,
    interval: 30,
    timeout: 5,
    retries: 3,
    cpuArchitecture: "X86_64",
    operatingSystemFamily: "LINUX",
    versionConsistency: "enabled",
  }),
);

/** Objects whose keys are the person's own, and mean nothing to ECS. */
const OWN_KEYS: readonly string[] = ["dockerLabels", "options", "driverOpts", "labels"];

/** Which member a list's member is compared with. */
export function nameOf(list: string, member: Canonical): string | undefined {
  if (typeof member !== "object" || Array.isArray(member)) return undefined;
  const values = (UNORDERED.get(list) ?? []).map((key) => (member as { [key: string]: Canonical })[key]);
  const given = values.filter((value) => value !== undefined);
  return given.length > 0 ? given.join("/") : undefined;
}

/** A task definition and its own tags in their canonical form: what a release says of itself does not count. */
export function canonicalOf({ taskDefinition, tags }: Described): { readonly [key: string]: Canonical } {
  const all = { ...withoutReadOnly(taskDefinition), tags: ownTags(tags) };
  const ownHostPort = taskDefinition.networkMode === "awsvpc" || taskDefinition.networkMode === "host";
  return object(all, ownHostPort);
}

function object(value: Readonly<Record<string, unknown>>, ownHostPort: boolean): { readonly [key: string]: Canonical } {
  const entries = Object.entries(value).flatMap(([key, member]) => {
    if (key === "hostPort" && ownHostPort && member === value.containerPort) return [];
    // Bridge is the default where tasks do not run on Fargate, which takes awsvpc only.
    if (key === "networkMode" && member === "bridge") return [];
    const canonical = canonicalValue(key, member, ownHostPort);
    return canonical === undefined || isDefault(key, canonical) ? [] : [[key, canonical] as const];
  });
  return sorted(entries);
}

/** Texts under keys of the person's own: each as it is, but for what a release writes down for itself. */
function ownKeys(value: Readonly<Record<string, unknown>>): { readonly [key: string]: Canonical } {
  const own = Object.entries(value).filter(([key]) => key !== ENVIRONMENT_LABEL);
  return sorted(own.map(([key, text]) => [key, String(text)]));
}

function sorted(entries: readonly (readonly [string, Canonical])[]): { readonly [key: string]: Canonical } {
  return Object.fromEntries(entries.toSorted(([first], [second]) => (first < second ? -1 : 1)));
}

function canonicalValue(key: string, value: unknown, ownHostPort: boolean): Canonical | undefined {
  if (Array.isArray(value)) {
    const list = value.map((member) => canonicalValue("", member, ownHostPort) ?? "");
    return UNORDERED.has(key)
      ? list.sort((first, second) => (sortKey(key, first) < sortKey(key, second) ? -1 : 1))
      : list;
  }
  if (value instanceof Date) return value.toISOString();
  if (isObject(value)) return OWN_KEYS.includes(key) ? ownKeys(value) : object(value, ownHostPort);
  if (key === "cpu" || key === "memory") return units(value);
  return value === null || value === undefined ? undefined : (value as Canonical);
}

function sortKey(list: string, member: Canonical): string {
  return `${nameOf(list, member) ?? ""} ${JSON.stringify(member)}`;
}

function isDefault(key: string, value: Canonical): boolean {
  if (DEFAULTS.get(key) === value) return true;
  if (value === false) return key !== "essential";
  // A command of empty texts is one; an empty list of them is none.
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** CPU in units and memory in MiB: ECS takes `1 vCPU` and `2 GB` too. */
function units(value: unknown): Canonical | undefined {
  const [, number, unit = ""] = /^([\d.]+)\s*(vCPU|GB)?$/i.exec(String(value)) ?? [];
  if (number === undefined) return value === null || value === undefined ? undefined : String(value);
  return Number(number) * (unit ? 1_024 : 1);
}
