import ipaddr from "ipaddr.js";
import { matchesPattern } from "../../config/path-pattern";
import type { Condition, Rule } from "../cloud/deployment";

/** What of a request decides which rule it takes. */
export interface Routable {
  /** The Host header, with or without a port. */
  readonly host: string;
  /** The path as it was sent, without its query string: a load balancer neither decodes nor shortens it. */
  readonly path: string;
  readonly sourceIp: string;
}

/** The first rule, by priority, all of whose conditions hold. The rules have to be sorted by priority. */
export function matchingRule(rules: readonly Rule[], request: Routable): Rule | undefined {
  return rules.find(({ conditions }) => conditions.every((condition) => holds(condition, request)));
}

function holds({ field, values }: Condition, request: Routable): boolean {
  switch (field) {
    case "path-pattern":
      return values.some((pattern) => matchesPattern(pattern, request.path));
    case "host-header":
      return values.some((pattern) => matchesPattern(pattern.toLowerCase(), hostName(request.host)));
    case "source-ip":
      return values.some((cidr) => contains(cidr, request.sourceIp));
  }
}

/** A Host header's name in lower case, without its port. */
export function hostName(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

function contains(cidr: string, address: string): boolean {
  const ip = ipaddr.process(address);
  const [range, bits] = ipaddr.parseCIDR(cidr);
  return ip.kind() === range.kind() && ip.match(range, bits);
}
