import { blocksOverlap, parseCidr } from "../../modules/aws/cidr";
import { RULE_PRIORITY, RULES_PER_LOAD_BALANCER_MAX } from "../../modules/aws/limits";
import { isExposed } from "../exposure";
import { type Finding, members, present, type Salvaged } from "../finding";
import { formatPath, type JsonPath } from "../json-path";
import { loadBalancerOf, prioritiesOfLoadBalancer } from "../load-balancer-number";
import { patternsIntersect } from "../path-pattern";
import type { Service } from "../service";
import { pathsOverlap } from "./internal-routes";
import { prioritiesOf, rulesOf } from "./listener-rules";
import { loadBalancerKey, pairsToCheck, unitOf } from "./service-pairs";

/** A service and the file that it comes from. */
export interface ServiceEntry {
  /** Path of `service.json` relative to the root. */
  readonly file: string;
  readonly service: Salvaged<Service>;
}

/** A finding in the file of one service. */
export type ServiceFinding = Finding & { readonly file: string };

/**
 * What only shows when services are held against each other. The later of two services is told.
 *
 * @param callers blocks that the services' requests to each other come from
 * @param rulesMax rules that a load balancer takes in the environment's account
 */
export function checkBetweenServices(
  entries: readonly ServiceEntry[],
  callers: readonly string[] = [],
  rulesMax: number = RULES_PER_LOAD_BALANCER_MAX,
): readonly ServiceFinding[] {
  return [...checkPairs(entries, callers), ...checkRuleCounts(entries, callers, rulesMax)];
}

function checkPairs(entries: readonly ServiceEntry[], callers: readonly string[]): readonly ServiceFinding[] {
  return pairsToCheck(entries, callers).flatMap(([earlier, later]) =>
    [
      ...checkNames(earlier, later),
      ...(inSameUnit(earlier, later) ? checkOneOfAKind(earlier, later) : []),
      ...(shareLoadBalancer(earlier, later)
        ? [
            ...checkPriorities(earlier, later, callers),
            ...checkPaths(earlier, later),
            ...checkInternalPaths(earlier, later),
          ]
        : []),
    ].map((finding) => ({ ...finding, file: later.file })),
  );
}

/** The rules of the services that share a load balancer; the service that goes beyond its room is told. */
function checkRuleCounts(
  entries: readonly ServiceEntry[],
  callers: readonly string[],
  rulesMax: number,
): readonly ServiceFinding[] {
  const counts = new Map<string, number>();
  return entries.flatMap((entry) => {
    const key = loadBalancerKey(entry.service);
    const own = countRules(entry, callers);
    const before = (key !== undefined && counts.get(key)) || 0;
    const total = before + own;
    if (key !== undefined) counts.set(key, total);
    if (total <= rulesMax || before > rulesMax) return [];
    return [tooManyRules(entry, own, total, rulesMax)];
  });
}

function tooManyRules(entry: ServiceEntry, own: number, total: number, rulesMax: number): ServiceFinding {
  const beyond = total - rulesMax;
  const further = prioritiesOfLoadBalancer(loadBalancerOf(entry.service) + 1).first;
  const hasFurther = !isExposed(entry.service) && further <= RULE_PRIORITY.max;
  return {
    file: entry.file,
    at: [["routes", "paths"]],
    problem: `the paths need ${own} rules, with which the load balancer of the ${placeOf(entry)} has ${total}`,
    allowed: `${rulesMax} rules on a load balancer`,
    mend: `join paths by a wildcard, until ${beyond} ${beyond === 1 ? "rule" : "rules"} fewer will do${
      hasFurther ? `; or write a "priority" from ${further} on, which another load balancer has the rules of` : ""
    }`,
  };
}

/** A service that is deployed blue/green has its rules on the test listener, too. */
function countRules({ service }: ServiceEntry, callers: readonly string[]): number {
  return prioritiesOf(service, callers).length * (service.deployment?.controller === "CODE_DEPLOY" ? 2 : 1);
}

function inSameUnit({ service: earlier }: ServiceEntry, { service: later }: ServiceEntry): boolean {
  const unit = unitOf(earlier);
  return unit !== undefined && unit === unitOf(later);
}

/** Whose rules are on the load balancer that a service is behind. */
function placeOf({ service }: ServiceEntry): "API" | "group" | "system" {
  if (isExposed(service)) return "API";
  return service.group === undefined ? "system" : "group";
}

function shareLoadBalancer({ service: earlier }: ServiceEntry, { service: later }: ServiceEntry): boolean {
  const key = loadBalancerKey(earlier);
  return key !== undefined && key === loadBalancerKey(later);
}

function checkNames({ file, service: earlier }: ServiceEntry, { service: later }: ServiceEntry): readonly Finding[] {
  if (later.name === undefined || later.name !== earlier.name) return [];
  return [
    {
      at: [["name"]],
      problem: `the name is taken by ${file}`,
      allowed: "a name that no other service has",
      mend: "give one of the two another name",
    },
  ];
}

function checkPriorities(
  { file, service: earlier }: ServiceEntry,
  entry: ServiceEntry,
  callers: readonly string[],
): readonly Finding[] {
  const { service: later } = entry;
  const taken = prioritiesOf(earlier, callers);
  const wanted = prioritiesOf(later, callers);
  const shared = wanted.filter((priority) => taken.includes(priority));
  if (shared.length === 0) return [];
  const free = Math.max(...taken) + 1;
  const isPublic = rulesOf(later.routes).some(({ priority }) => shared.includes(priority));
  return [
    {
      at: [[isPublic ? "routes" : "internalRoutes", "priority"]],
      problem: `priority ${shared.join(", ")} is taken by ${file}: its rules have ${span(taken)}, those of this service ${span(wanted)}`,
      allowed: `priorities that no other rule of the ${placeOf(entry)} has`,
      mend: `write for example ${free}`,
    },
  ];
}

/** Priorities in words: `100`, `100 to 102`, `100 to 102, 205`. */
function span(priorities: readonly number[]): string {
  const runs: number[][] = [];
  for (const priority of priorities) {
    const run = runs.at(-1);
    if (run?.at(-1) === priority - 1) run.push(priority);
    else runs.push([priority]);
  }
  return runs.map((run) => (run.length === 1 ? `${run[0]}` : `${run[0]} to ${run.at(-1)}`)).join(", ");
}

function checkPaths(earlierEntry: ServiceEntry, { service: later }: ServiceEntry): readonly Finding[] {
  const { file, service: earlier } = earlierEntry;
  if (!hostsMeet(earlier, later) || !sourcesMeet(earlier, later)) return [];
  return present(later.routes?.paths).flatMap(([index, path]) =>
    present(earlier.routes?.paths)
      .filter(([, other]) => pathsOverlap(other, path))
      .map(([otherIndex, other]) =>
        overlap(
          { at: ["routes", "paths", index], path },
          { file, at: ["routes", "paths", otherIndex], path: other },
          placeOf(earlierEntry),
        ),
      ),
  );
}

/** An internal path that another service has, too, would be public there, or lead to either. */
function checkInternalPaths(
  { file, service: earlier }: ServiceEntry,
  { service: later }: ServiceEntry,
): readonly Finding[] {
  return pathsOf(later).flatMap(({ at, path, internal }) =>
    pathsOf(earlier)
      .filter((other) => (internal || other.internal) && pathsOverlap(other.path, path))
      .map((other) => ({
        at: [at],
        problem: `${JSON.stringify(path)} overlaps with ${JSON.stringify(other.path)} of ${file} ${formatPath(other.at)}: ${internal && other.internal ? "a request could go to either service" : "an internal path would be public"}`,
        allowed: "internal paths that, with their sub-paths, match no request of another service",
        mend: "change one of the two paths",
      })),
  );
}

interface PlacedPath {
  readonly at: JsonPath;
  readonly path: string;
  readonly internal: boolean;
}

function pathsOf({ routes, internalRoutes }: Salvaged<Service>): readonly PlacedPath[] {
  const placed = (block: "routes" | "internalRoutes", paths: readonly (string | undefined)[] | undefined) =>
    present(paths).map(([index, path]) => ({
      at: [block, "paths", index],
      path,
      internal: block === "internalRoutes",
    }));
  return [...placed("routes", routes?.paths), ...placed("internalRoutes", internalRoutes?.paths)];
}

function overlap(
  { at, path }: Pick<PlacedPath, "at" | "path">,
  other: Pick<PlacedPath, "at" | "path"> & { readonly file: string },
  place: ReturnType<typeof placeOf>,
): Finding {
  return {
    at: [at],
    problem: `${JSON.stringify(path)} overlaps with ${JSON.stringify(other.path)} of ${other.file} ${formatPath(other.at)}: a request could go to either service`,
    allowed: `paths that, with their sub-paths, match no request of another service ${place === "API" ? "of the API" : "for the same hosts"}`,
    mend: `change one of the two paths${place === "API" ? "" : ", or give the services different hosts"}`,
  };
}

/** Of what a unit has one at most. */
function checkOneOfAKind(
  { file, service: earlier }: ServiceEntry,
  { service: later }: ServiceEntry,
): readonly Finding[] {
  const findings: Finding[] = [];
  const unit = later.group === undefined ? "system" : "group";
  if (earlier.routes?.default && later.routes?.default) {
    findings.push({
      at: [["routes", "default"]],
      problem: `what no rule matches goes to the service of ${file} already`,
      allowed: `one default service in a ${unit}`,
      mend: 'give one of the two "priority" and "paths"',
    });
  }
  if (earlier.database?.migrations && later.database?.migrations) {
    findings.push({
      at: [["database", "migrations"]],
      problem: `the migrations of the ${unit}'s database are in the image of ${file} already`,
      allowed: `one service in a ${unit} with migrations`,
      mend: 'write "migrations": false in one of the two',
    });
  }
  return findings;
}

/** Whether a request can be for both: no host stands for any host, case does not count. */
function hostsMeet(first: Salvaged<Service>, second: Salvaged<Service>): boolean {
  const left = members(first.routes?.hosts);
  const right = members(second.routes?.hosts);
  if (left.length === 0 || right.length === 0) return true;
  return left.some((one) => right.some((other) => patternsIntersect(one.toLowerCase(), other.toLowerCase())));
}

/** Whether a client can be in both: no block stands for any client. */
function sourcesMeet(first: Salvaged<Service>, second: Salvaged<Service>): boolean {
  const left = members(first.routes?.sourceCidrs);
  const right = members(second.routes?.sourceCidrs);
  if (left.length === 0 || right.length === 0) return true;
  return left.some((one) => right.some((other) => cidrsMeet(one, other)));
}

function cidrsMeet(one: string, other: string): boolean {
  const [left, right] = [parseCidr(one), parseCidr(other)];
  return left !== undefined && right !== undefined && blocksOverlap(left, right);
}
