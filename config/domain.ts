import type { Environment } from "./environment";
import { loadBalancerSuffix } from "./load-balancer-number";
import { API_SYSTEM } from "./systems";

/**
 * The public name of a unit's load balancer, such as `app.example.com`, where the environment gives the unit one.
 *
 * @param unit a system's name; or that of a group's unit, as `deploymentUnit` gives it
 * @param number the load balancer's number: number 1 has `app-2.example.com`
 */
export function domainOf({ dns }: Pick<Environment, "dns">, unit: string, number = 0): string | undefined {
  const record = dns?.recordNames[unit];
  return dns && record !== undefined ? `${numberedRecord(record, number)}.${dns.hostedZone}` : undefined;
}

/** The name within the zone of a load balancer of a unit whose record is `record`. */
export const numberedRecord = (record: string, number: number): string => `${record}${loadBalancerSuffix(number)}`;

/** The name within the zone that a REST API finds its load balancer by, where `record` is the API's own. */
export const originRecord = (record: string): string => `${record}-origin`;

/** The public name of the load balancer behind a REST API, whose certificate is for it; clients have no use for it. */
export function originDomainOf({ dns }: Pick<Environment, "dns">): string | undefined {
  const record = dns?.recordNames[API_SYSTEM];
  return dns && record !== undefined ? `${originRecord(record)}.${dns.hostedZone}` : undefined;
}
