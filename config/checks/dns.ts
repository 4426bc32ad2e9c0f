import { CERTIFICATE_NAME_MAX, DNS_LABEL_MAX, DNS_NAME_MAX } from "../../modules/aws/limits";
import { originRecord } from "../domain";
import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";
import { API_SYSTEM } from "../systems";

const LABEL = `[a-z0-9_](?:[a-z0-9_-]{0,${DNS_LABEL_MAX - 2}}[a-z0-9_])?`;
const RECORD_NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const ZONE_NAME = new RegExp(`^(${LABEL}\\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$`);

/** Names in DNS. Source: Route 53 Developer Guide, "DNS domain name format". */
export function checkDns({ dns, api }: Salvaged<EnvironmentFile>): readonly Finding[] {
  const { hostedZone } = dns ?? {};
  const names = Object.entries(dns?.recordNames ?? {});
  return [
    ...(hostedZone === undefined ? [] : checkZone(hostedZone)),
    ...names.flatMap(([system, name]) =>
      name === undefined
        ? []
        : [
            ...checkRecord(system, name, hostedZone),
            ...(hostedZone === undefined
              ? []
              : longestNames(system, name, api?.type).flatMap((record) =>
                  checkLength(system, record, hostedZone, dns?.tls === true),
                )),
          ],
    ),
    ...checkDifferent(names),
    ...checkApiName(dns),
  ];
}

/** Source: API Gateway Developer Guide, "Set up custom domain names for HTTP APIs in API Gateway": a certificate is needed. */
function checkApiName(dns: Salvaged<EnvironmentFile>["dns"]): readonly Finding[] {
  if (dns?.tls !== false || dns.recordNames?.[API_SYSTEM] === undefined) return [];
  return [
    {
      at: [
        ["dns", "recordNames", API_SYSTEM],
        ["dns", "tls"],
      ],
      problem: "without TLS the API has no name of its own: API Gateway takes none without a certificate",
      allowed: `${JSON.stringify(API_SYSTEM)} where "tls" is true`,
      mend: "remove it; the API is reached at the name that API Gateway gives it",
    },
  ];
}

/** Two systems have two load balancers, and a name leads to one. */
function checkDifferent(names: readonly (readonly [string, string | undefined])[]): readonly Finding[] {
  const owners = new Map<string, string>();
  return names.flatMap(([system, name]) => {
    if (name === undefined) return [];
    const earlier = owners.get(name);
    if (earlier === undefined) {
      owners.set(name, system);
      return [];
    }
    return [
      {
        at: [["dns", "recordNames", system]] as const,
        problem: `${JSON.stringify(name)} is the name of ${earlier}, too`,
        allowed: "a name of its own for each system",
        mend: "give one of the two another name",
      },
    ];
  });
}

function checkZone(zone: string): readonly Finding[] {
  if (ZONE_NAME.test(zone)) return [];
  const plain = zone
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[./]+$/, "")
    .toLowerCase();
  return [
    {
      at: [["dns", "hostedZone"]],
      problem: "is not the name of a hosted zone",
      allowed: `lower-case labels of up to ${DNS_LABEL_MAX} letters, digits and hyphens, joined by single dots, no dot at the end`,
      mend: `write ${JSON.stringify(ZONE_NAME.test(plain) ? plain : "example.com")}${ZONE_NAME.test(plain) ? "" : ", the name as Route 53 shows it"}`,
    },
  ];
}

function checkRecord(system: string, name: string, zone: string | undefined): readonly Finding[] {
  const at = [["dns", "recordNames", system]] as const;
  if (zone !== undefined && (name === zone || name.endsWith(`.${zone}`))) {
    const short = name.slice(0, -zone.length - 1);
    return [
      {
        at: [
          ["dns", "recordNames", system],
          ["dns", "hostedZone"],
        ],
        problem: `repeats the hosted zone: the record would be ${name}.${zone}`,
        allowed: "the name within the zone",
        mend: short ? `write ${JSON.stringify(short)}` : 'write a name within the zone, such as "app"',
      },
    ];
  }
  if (RECORD_NAME.test(name)) return [];
  return [
    {
      at,
      problem: "is not a name within the zone",
      allowed: `lower-case labels of up to ${DNS_LABEL_MAX} letters, digits and hyphens, joined by single dots`,
      mend: 'write for example "app"',
    },
  ];
}

/** The longest record that a system makes: a REST API has one for its load balancer besides. */
const longestNames = (system: string, name: string, type: "http" | "rest" | undefined): readonly string[] =>
  system === API_SYSTEM && type === "rest" ? [originRecord(name)] : [name];

function checkLength(system: string, name: string, zone: string, tls: boolean): readonly Finding[] {
  const full = `${name}.${zone}`;
  const max = tls ? CERTIFICATE_NAME_MAX : DNS_NAME_MAX;
  if (full.length <= max) return [];
  return [
    {
      at: [
        ["dns", "recordNames", system],
        ["dns", "hostedZone"],
      ],
      problem: `${full} has ${full.length} characters`,
      allowed: `${max} characters at most${tls ? ", which is what a certificate's first name may have" : ""}`,
      mend: `shorten it by ${full.length - max}`,
    },
  ];
}
