import { PATH_PATTERN_CHARACTERS, PATH_PATTERN_CHARACTERS_IN_WORDS } from "../../modules/aws/forms";
import { CONDITION_WILDCARDS_PER_RULE_MAX, PATH_PATTERN_MAX } from "../../modules/aws/limits";
import type { Finding } from "../finding";
import type { JsonPath } from "../json-path";
import { countWildcards, pathPatterns } from "../routes";
import { checkCidr } from "./addresses";

/** Characters of a path pattern; all others are refused by the load balancer. */
const PATH_CHARACTER = new RegExp(`[${PATH_PATTERN_CHARACTERS}]`);

/**
 * What the load balancer would refuse of a path.
 *
 * Source: "Condition types for listener rules", path conditions.
 */
export function checkPath(path: string, place: JsonPath): readonly Finding[] {
  const at = [place] as const;
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
  return [...findings, ...checkPathLength(path, place)];
}

function checkPathLength(path: string, place: JsonPath): readonly Finding[] {
  const at = [place] as const;
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

/**
 * What the load balancer would refuse of a block of clients.
 *
 * Source: "Condition types for listener rules", source IP address conditions.
 */
export function checkSource(cidr: string, place: JsonPath): readonly Finding[] {
  if (cidr !== "255.255.255.255/32") return checkCidr(cidr, place, ["IPv4", "IPv6"]);
  return [
    {
      at: [place],
      problem: "is the broadcast address, which a load balancer refuses as a source",
      allowed: "any other CIDR block",
      mend: "remove it",
    },
  ];
}
