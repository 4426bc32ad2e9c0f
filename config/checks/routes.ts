import { HOST_PATTERN } from "../../modules/aws/forms";
import {
  CONDITION_VALUES_PER_RULE_MAX,
  CONDITION_WILDCARDS_PER_RULE_MAX,
  RULE_PRIORITY,
} from "../../modules/aws/limits";
import { isExposed } from "../exposure";
import { type Finding, findDuplicates, members, present, type Salvaged } from "../finding";
import { loadBalancerNumber, prioritiesOfLoadBalancer } from "../load-balancer-number";
import { countWildcards, fitsOneRule, type ListenerRule, pathPatterns } from "../routes";
import type { Service } from "../service";
import { rulesOf } from "./listener-rules";
import { checkPath, checkSource } from "./paths";

/**
 * What the load balancer would refuse of a service's routes.
 *
 * Source: "Condition types for listener rules", path, host and source IP conditions.
 */
export function checkRoutes(service: Salvaged<Service>): readonly Finding[] {
  const { routes } = service;
  if (!routes) return [];
  return [
    ...(routes.default === true ? checkDefault(routes) : checkGiven(routes)),
    ...present(routes.paths).flatMap(([index, path]) => checkPath(path, ["routes", "paths", index])),
    ...findDuplicates(routes.paths, ["routes", "paths"], "the path"),
    ...present(routes.hosts).flatMap(([index, host]) => checkHost(host, index)),
    ...findDuplicates(routes.hosts, ["routes", "hosts"], "the host"),
    ...present(routes.sourceCidrs).flatMap(([index, cidr]) => checkSource(cidr, ["routes", "sourceCidrs", index])),
    ...findDuplicates(routes.sourceCidrs, ["routes", "sourceCidrs"], "the block"),
    ...checkRoom(routes),
    ...(checkLastPriority(routes) ?? (isExposed(service) ? [] : checkOneLoadBalancer(routes))),
  ];
}

type Routes = NonNullable<Salvaged<Service>["routes"]>;

/** What no rule matches has no conditions. */
function checkDefault(routes: Routes): readonly Finding[] {
  const given = (["priority", "paths", "hosts", "sourceCidrs"] as const).filter((key) => {
    const value = routes[key];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  return given.map((key) => ({
    at: [
      ["routes", key],
      ["routes", "default"],
    ],
    problem: `${JSON.stringify(key)} beside "default": what no rule matches goes to this service, whatever it is`,
    allowed: '"default": true alone',
    mend: `remove ${JSON.stringify(key)}, or "default"`,
  }));
}

function checkGiven({ priority, paths }: Routes): readonly Finding[] {
  return [
    ...(priority === undefined && paths !== undefined
      ? [
          lacking(
            "priority",
            '"priority" is missing',
            `a whole number from ${RULE_PRIORITY.min} to ${RULE_PRIORITY.max}`,
          ),
        ]
      : []),
    ...(paths?.length === 0 ? [lacking("paths", "no path leads to this service", "a list of at least one path")] : []),
  ];
}

function lacking(key: "priority" | "paths", problem: string, allowed: string): Finding {
  return {
    at: [["routes", key]],
    problem,
    allowed: `${allowed}; or "default": true for what no rule matches`,
    mend: `add ${JSON.stringify(key)}: ${allowed}`,
  };
}

function checkHost(host: string, index: number): readonly Finding[] {
  if (HOST_PATTERN.fits(host)) return [];
  return [
    {
      at: [["routes", "hosts", index]],
      problem: "is not a host name that a load balancer compares with",
      allowed: HOST_PATTERN.allowed,
      mend: 'write for example "app.example.com" or "*.example.com", without scheme, port or path',
    },
  ];
}

/** Hosts and source blocks repeat in every rule and have to leave room for one path. */
function checkRoom(routes: Routes): readonly Finding[] {
  const repeated = { hosts: members(routes.hosts), sourceCidrs: members(routes.sourceCidrs) };
  const crowded = members(routes.paths)
    .map(pathPatterns)
    .filter((patterns) => countWildcards(patterns) <= CONDITION_WILDCARDS_PER_RULE_MAX)
    .find((patterns) => !fitsOneRule(repeated, patterns));
  return crowded ? [noRoom(repeated, crowded)] : [];
}

function noRoom(
  { hosts, sourceCidrs }: Pick<ListenerRule, "hosts" | "sourceCidrs">,
  patterns: readonly string[],
): Finding {
  const room = CONDITION_VALUES_PER_RULE_MAX - patterns.length;
  const subject = `a listener rule for ${patterns.join(" and ")}`;
  if (hosts.length + sourceCidrs.length <= room) {
    const spare = CONDITION_WILDCARDS_PER_RULE_MAX - countWildcards(patterns);
    return {
      at: [["routes", "hosts"]],
      problem: `the hosts' ${countWildcards(hosts)} wildcards leave too few in ${subject}`,
      allowed: `${CONDITION_WILDCARDS_PER_RULE_MAX} wildcards (* and ?) in a rule, so ${spare} in all hosts together`,
      mend: "use fewer wildcards",
    };
  }
  const source = hosts.length > sourceCidrs.length ? "hosts" : "sourceCidrs";
  return {
    at: [["routes", source]],
    problem: `${hosts.length} "hosts" and ${sourceCidrs.length} "sourceCidrs" leave no room in ${subject}`,
    allowed: `${CONDITION_VALUES_PER_RULE_MAX} condition values in a rule, so ${room} hosts and source blocks together`,
    mend: `remove ${hosts.length + sourceCidrs.length - room}, join hosts by a wildcard ("*.example.com"), or blocks by a shorter prefix`,
  };
}

function checkLastPriority(routes: Routes): readonly Finding[] | undefined {
  const rules = rulesOf(routes);
  const last = rules.at(-1)?.priority ?? 0;
  if (last <= RULE_PRIORITY.max) return undefined;
  return [
    {
      at: [
        ["routes", "priority"],
        ["routes", "paths"],
      ],
      problem: `the paths need ${rules.length} rules, the last with priority ${last}`,
      allowed: `priorities up to ${RULE_PRIORITY.max}`,
      mend: `write ${RULE_PRIORITY.max - rules.length + 1} or less`,
    },
  ];
}

/** All rules of a service lead to its target group, and a target group is behind one load balancer. */
function checkOneLoadBalancer(routes: Routes): readonly Finding[] {
  const rules = rulesOf(routes);
  const [first, last] = [rules.at(0)?.priority ?? 1, rules.at(-1)?.priority ?? 1];
  const end = prioritiesOfLoadBalancer(loadBalancerNumber(first)).last;
  if (last <= end) return [];
  return [
    {
      at: [
        ["routes", "priority"],
        ["routes", "paths"],
      ],
      problem: `the paths need ${rules.length} rules, with the priorities ${first} to ${last}, which are on two load balancers: one has those up to ${end}`,
      allowed: "priorities of one load balancer, for a target group is behind no other",
      mend: `write ${end - rules.length + 1} or less, or ${end + 1}`,
    },
  ];
}
