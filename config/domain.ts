import type { Environment } from "./environment";
import { API_SYSTEM } from "./systems";

/**
 * The public name of a system, such as `app.example.com`, where the environment gives it one.
 *
 * @param system the system's name
 */
export function domainOf({ dns }: Pick<Environment, "dns">, system: string): string | undefined {
  const record = dns?.recordNames[system];
  return dns && record !== undefined ? `${record}.${dns.hostedZone}` : undefined;
}

/** The name within the zone that a REST API finds its load balancer by, where `record` is the API's own. */
export const originRecord = (record: string): string => `${record}-origin`;

/** The public name of the load balancer behind a REST API, whose certificate is for it; clients have no use for it. */
export function originDomainOf({ dns }: Pick<Environment, "dns">): string | undefined {
  const record = dns?.recordNames[API_SYSTEM];
  return dns && record !== undefined ? `${originRecord(record)}.${dns.hostedZone}` : undefined;
}
