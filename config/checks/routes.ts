import { HOST_PATTERN, PATH_PATTERN_CHARACTERS, PATH_PATTERN_CHARACTERS_IN_WORDS } from "../../modules/aws/forms";
import {
  CONDITION_VALUES_PER_RULE_MAX,
  CONDITION_WILDCARDS_PER_RULE_MAX,
  PATH_PATTERN_MAX,
  RULE_PRIORITY,
} from "../../modules/aws/limits";
import { type Finding, findDuplicates, members, present, type Salvaged } from "../finding";
import { countWildcards, fitsOneRule, type ListenerRule, pathPatterns } from "../routes";
import type { Service } from "../service";
import { checkCidr } from "./addresses";
import { rulesOf } from "./listener-rules";

/** Characters of a path pattern; all others are refused by the load balancer. */
const PATH_CHARACTER = new RegExp(`[${PATH_PATTERN_CHARACTERS}]`);

/**
 * What the load balancer would refuse of a service's routes.
 *
 * Source: "Condition types for listener rules", path, host and source IP conditions.
 */
export function checkRoutes({ routes }: Salvaged<Service>): readonly Finding[] {
  if (!routes) return [];
  return [
    ...(routes.default === true ? checkDefault(routes) : checkGiven(routes)),
    ...present(routes.paths).flatMap(([index, path]) => checkPath(path, index)),
    ...findDuplicates(routes.paths, ["routes", "paths"], "the path"),
    ...present(routes.hosts).flatMap(([index, host]) => checkHost(host, index)),
    ...findDuplicates(routes.hosts, ["routes", "hosts"], "the host"),
    ...present(routes.sourceCidrs).flatMap(([index, cidr]) => checkSource(cidr, index)),
    ...findDuplicates(routes.sourceCidrs, ["routes", "sourceCidrs"], "the block"),
    ...checkRoom(routes),
    ...checkLastPriority(routes),
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

function checkPath(path: string, index: number): readonly Finding[] {
  const at = [["routes", "paths", index]] as const;
  const findings: Finding[] = [];
  if (!path.startsWith("/")) {
    findings.push({
      at,
      problem: 'does not start with "/"',
      allowed: 'a path that starts with "/"',
      mend: `write ${JSON.stringify(`/${path}`)}`,
    });
  }
  if (path.length > 1 && path.endsWith("/")) {
    findings.push({
      at,
      problem: 'ends with "/"; its sub-paths belong to a path anyway',
      allowed: 'a path without "/" at its end',
      mend: `write ${JSON.stringify(path.replace(/\/+$/, "") || "/")}`,
    });
  }
  const refused = [...new Set([...path].filter((character) => !PATH_CHARACTER.test(character)))];
  if (refused.length > 0) {
    findings.push({
      at,
      problem: `holds ${refused.map((character) => JSON.stringify(character)).join(", ")}, which a load balancer refuses in a path`,
      allowed: PATH_PATTERN_CHARACTERS_IN_WORDS,
      mend: 'leave these characters out; "?" or "*" match any',
    });
  }
  return [...findings, ...checkPathLength(path, index)];
}

function checkPathLength(path: string, index: number): readonly Finding[] {
  const at = [["routes", "paths", index]] as const;
  const patterns = pathPatterns(path);
  const room = PATH_PATTERN_MAX - Math.max(...patterns.map((pattern) => pattern.length - path.length));
  if (path.length > room) {
    return [
      {
        at,
        problem: `has ${path.length} characters`,
        allowed: `${room} characters at most${room < PATH_PATTERN_MAX ? `: its sub-paths' pattern ${path.slice(0, 5)}.../* may have ${PATH_PATTERN_MAX}` : ""}`,
        mend: `shorten it by ${path.length - room}`,
      },
    ];
  }
  const wildcards = countWildcards(patterns);
  if (wildcards <= CONDITION_WILDCARDS_PER_RULE_MAX) return [];
  return [
    {
      at,
      problem: `makes ${wildcards} wildcards: ${patterns.join(" and ")}`,
      allowed: `${CONDITION_WILDCARDS_PER_RULE_MAX} wildcards (* and ?) in a listener rule`,
      mend: "use fewer wildcards",
    },
  ];
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

function checkSource(cidr: string, index: number): readonly Finding[] {
  const at = ["routes", "sourceCidrs", index] as const;
  if (cidr !== "255.255.255.255/32") return checkCidr(cidr, at, ["IPv4", "IPv6"]);
  return [
    {
      at: [at],
      problem: "is the broadcast address, which a load balancer refuses as a source",
      allowed: "any other CIDR block",
      mend: "remove it",
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

function checkLastPriority(routes: Routes): readonly Finding[] {
  const rules = rulesOf(routes);
  const last = rules.at(-1)?.priority ?? 0;
  if (last <= RULE_PRIORITY.max) return [];
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
