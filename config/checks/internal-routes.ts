import { CONDITION_VALUES_PER_RULE_MAX, RULE_PRIORITY } from "../../modules/aws/limits";
import type { EnvironmentFile } from "../environment";
import { type Finding, findDuplicates, members, present, type Salvaged } from "../finding";
import { loadBalancerNumber, prioritiesOfLoadBalancer } from "../load-balancer-number";
import { patternsIntersect } from "../path-pattern";
import { fitsOneRule, pathPatterns } from "../routes";
import type { Service } from "../service";
import { callersOf, internalRulesOf, rulesOf } from "./listener-rules";
import { checkPath, checkSource } from "./paths";

const PATHS = ["internalRoutes", "paths"] as const;
const SOURCES = ["internalRoutes", "sourceCidrs"] as const;
const PRIORITY = ["internalRoutes", "priority"] as const;

/** What the load balancer would refuse of a service's internal routes, and what would make them public. */
export function checkInternalRoutes(
  service: Salvaged<Service>,
  environment: Salvaged<EnvironmentFile>,
): readonly Finding[] {
  const { internalRoutes } = service;
  if (!internalRoutes) return [];
  return [
    ...present(internalRoutes.paths).flatMap(([index, path]) => checkPath(path, [...PATHS, index])),
    ...findDuplicates(internalRoutes.paths, PATHS, "the path"),
    ...present(internalRoutes.sourceCidrs).flatMap(([index, cidr]) => checkSource(cidr, [...SOURCES, index])),
    ...findDuplicates(internalRoutes.sourceCidrs, SOURCES, "the block"),
    ...checkDefault(service),
    ...checkOwnPaths(service),
    ...checkOwnPriorities(service, callersOf(environment)),
    ...checkRoom(service, environment),
    ...(checkLastPriority(service, callersOf(environment)) ?? checkSameLoadBalancer(service, callersOf(environment))),
  ];
}

/** What gets all that no rule matches gets its internal paths, too. */
function checkDefault({ routes }: Salvaged<Service>): readonly Finding[] {
  if (!routes?.default) return [];
  return [
    {
      at: [["internalRoutes"], ["routes", "default"]],
      problem: "the service gets what no rule matches, its internal paths among it: they would be public",
      allowed: '"internalRoutes" beside "priority" and "paths" in "routes"',
      mend: 'give "routes" a priority and the public paths in place of "default"',
    },
  ];
}

/** A path is public or internal. */
function checkOwnPaths({ routes, internalRoutes }: Salvaged<Service>): readonly Finding[] {
  return present(internalRoutes?.paths).flatMap(([index, path]) =>
    present(routes?.paths)
      .filter(([, other]) => pathsOverlap(other, path))
      .map(([otherIndex, other]) => ({
        at: [
          [...PATHS, index],
          ["routes", "paths", otherIndex],
        ] as const,
        problem: `${JSON.stringify(path)} overlaps with the public path ${JSON.stringify(other)}: everybody could reach it`,
        allowed: "internal paths that, with their sub-paths, share no request with a public one",
        mend: "write the public paths one by one, without the internal ones, or change one of the two",
      })),
  );
}

/** Whether a request can be for both paths. */
export function pathsOverlap(first: string, second: string): boolean {
  return pathPatterns(first).some((left) => pathPatterns(second).some((right) => patternsIntersect(left, right)));
}

function checkOwnPriorities({ routes, internalRoutes }: Salvaged<Service>, callers: readonly string[]) {
  const taken = rulesOf(routes).map(({ priority }) => priority);
  const wanted = internalRulesOf(internalRoutes, callers).map(({ priority }) => priority);
  const shared = wanted.filter((priority) => taken.includes(priority));
  if (shared.length === 0) return [];
  return [
    {
      at: [PRIORITY, ["routes", "priority"]] as const,
      problem: `priority ${shared.join(", ")} is that of a rule of the public paths`,
      allowed: "priorities that no other rule of the system has",
      mend: `write for example ${Math.max(...taken, ...wanted) + 1}`,
    },
  ];
}

/** The callers' blocks and the service's own repeat in every rule and have to leave room for one path. */
function checkRoom({ internalRoutes }: Salvaged<Service>, environment: Salvaged<EnvironmentFile>): readonly Finding[] {
  const callers = environment.discovery === "load-balancer" ? callersOf(environment) : [];
  const own = members(internalRoutes?.sourceCidrs);
  const sourceCidrs = [...new Set([...callers, ...own])];
  const crowded = members(internalRoutes?.paths)
    .map(pathPatterns)
    .find((patterns) => !fitsOneRule({ hosts: [], sourceCidrs }, patterns));
  if (!crowded || crowded.length + sourceCidrs.length <= CONDITION_VALUES_PER_RULE_MAX) return [];
  const room = CONDITION_VALUES_PER_RULE_MAX - crowded.length;
  return [
    {
      at: [SOURCES, PATHS],
      problem: `${callers.length} blocks of the services' own requests and ${own.length} "sourceCidrs" leave no room in a listener rule for ${crowded.join(" and ")}`,
      allowed: `${CONDITION_VALUES_PER_RULE_MAX} condition values in a rule, so ${room} blocks together`,
      mend: 'join blocks by a shorter prefix (those of the services\' requests in "network.egressCidrs" of the environment), or write another "discovery" there',
    },
  ];
}

function checkLastPriority(
  { internalRoutes }: Salvaged<Service>,
  callers: readonly string[],
): readonly Finding[] | undefined {
  const rules = internalRulesOf(internalRoutes, callers);
  const last = rules.at(-1)?.priority ?? 0;
  if (last <= RULE_PRIORITY.max) return undefined;
  return [
    {
      at: [PRIORITY, PATHS],
      problem: `the paths need ${rules.length} rules, the last with priority ${last}`,
      allowed: `priorities up to ${RULE_PRIORITY.max}`,
      mend: `write ${RULE_PRIORITY.max - rules.length + 1} or less`,
    },
  ];
}

/** The rules of both lead to the service's target group, and a target group is behind one load balancer. */
function checkSameLoadBalancer(
  { expose, routes, internalRoutes }: Salvaged<Service>,
  callers: readonly string[],
): readonly Finding[] {
  const priorities = internalRulesOf(internalRoutes, callers).map(({ priority }) => priority);
  // That it has them at all is told otherwise.
  if (routes?.priority === undefined || expose !== undefined) return [];
  const { first, last } = prioritiesOfLoadBalancer(loadBalancerNumber(routes.priority));
  const apart = priorities.filter((priority) => priority < first || priority > last);
  if (apart.length === 0) return [];
  return [
    {
      at: [PRIORITY, ["routes", "priority"]],
      problem: `priority ${apart.join(", ")} is of another load balancer than the public paths', ${routes.priority}`,
      allowed: `${first} to ${last}, for a target group is behind one load balancer`,
      mend: `write for example ${Math.min(routes.priority + rulesOf(routes).length, last - priorities.length + 1)}`,
    },
  ];
}
