import { CERTIFICATE_NAME_MAX, DNS_NAME_MAX } from "../../modules/aws/limits";
import { numberedRecord } from "../domain";
import type { EnvironmentFile } from "../environment";
import { isExposed } from "../exposure";
import type { Finding, Salvaged } from "../finding";
import { loadBalancerOf, prioritiesOfLoadBalancer } from "../load-balancer-number";
import type { Service } from "../service";

/**
 * The names of a unit's load balancers besides the first: `app-2` for number 1 where the unit's record is `app`. They have to
 * be nobody else's, and as short as names are.
 *
 * @param unit as `deploymentUnit` gives it
 * @param services those of the unit
 */
export function checkFurtherRecords(
  unit: string,
  services: readonly Salvaged<Service>[],
  { dns }: Salvaged<EnvironmentFile>,
): readonly Finding[] {
  const record = dns?.recordNames?.[unit];
  const zone = dns?.hostedZone;
  if (record === undefined || zone === undefined) return [];
  const numbers = new Set(services.filter((service) => !isExposed(service)).map(loadBalancerOf));
  numbers.delete(0);
  const takenBy = new Map(Object.entries(dns?.recordNames ?? {}).map(([other, name]) => [name, other]));
  const max = dns?.tls ? CERTIFICATE_NAME_MAX : DNS_NAME_MAX;
  return [...numbers].flatMap((number) => {
    const name = numberedRecord(record, number);
    const full = `${name}.${zone}`;
    const owner = takenBy.get(name);
    const { first, last } = prioritiesOfLoadBalancer(number);
    const why = `the load balancer of ${unit} with the priorities ${first} to ${last}`;
    return [
      ...(owner === undefined ? [] : [taken(owner, name, why)]),
      ...(full.length <= max ? [] : [tooLong(unit, full, why, max)]),
    ];
  });
}

function taken(owner: string, name: string, why: string): Finding {
  return {
    at: [["dns", "recordNames", owner]],
    problem: `${JSON.stringify(name)} is the name of ${why}, too`,
    allowed: "a name of its own for each load balancer",
    mend: "give one of the two systems another name",
  };
}

function tooLong(unit: string, full: string, why: string, max: number): Finding {
  return {
    at: [
      ["dns", "recordNames", unit],
      ["dns", "hostedZone"],
    ],
    problem: `${full}, the name of ${why}, has ${full.length} characters`,
    allowed: `${max} characters at most`,
    mend: `shorten it by ${full.length - max}`,
  };
}
