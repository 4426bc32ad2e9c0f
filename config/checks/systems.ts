import { isExposed } from "../exposure";
import type { Fault } from "../faults";
import type { Finding, Salvaged } from "../finding";
import { valueAt } from "../json-path";
import type { LoadedEnvironment } from "../load-environment";
import type { LoadedService } from "../load-services";
import type { Service } from "../service";
import { toFault } from "../sources";
import { nearest } from "../suggest";
import { API_SYSTEM } from "../systems";
import { checkCallees, checkConnections } from "./calls";
import { connectionsInWords, connectionsNeeded } from "./database";
import { checkFurtherRecords } from "./further-records";
import { ServiceDirectory } from "./service-directory";

/** What an environment has to say about the systems whose services it runs. */
export function checkSystems(environment: LoadedEnvironment, services: readonly LoadedService[]): readonly Fault[] {
  const all = new ServiceDirectory(services.map(({ salvaged }) => salvaged));
  const exposes = services.some(({ salvaged }) => isExposed(salvaged));
  const units = [...new Set([...all.units, ...(exposes ? [API_SYSTEM] : [])])];
  const findings = [
    ...missingRecordNames(
      environment,
      units.filter((unit) => hasRecord(all, unit, environment)),
    ),
    ...unknownRecordNames(environment, [...units, ...systemsOf(services)]),
    ...all.units.flatMap((unit) => checkFurtherRecords(unit, all.inUnit(unit), environment.salvaged)),
    ...all.units.flatMap((unit) => tooManyConnections(environment, all.inUnit(unit), unit)),
  ];
  return [
    ...[...findings, ...unreachable(environment, services)].map((finding) =>
      toFault(finding, [{ file: environment.file, raw: environment.raw, prefix: [] }]),
    ),
    ...services.flatMap((service) => [
      ...missing(environment, service, "database"),
      ...missing(environment, service, "mail"),
      ...missing(environment, service, "api"),
      ...[
        ...checkCallees(service.salvaged, all, environment.salvaged),
        ...checkConnections(service.salvaged, all, environment.salvaged),
      ].map((finding) => toFault(finding, service.sources)),
    ]),
  ];
}

/** A system whose services are all of groups may keep its record for those to come. */
function systemsOf(services: readonly LoadedService[]): readonly string[] {
  return services.flatMap(({ salvaged: { system } }) => system ?? []);
}

/** Whether what the stack of a unit makes has a name. Without TLS the API keeps the one that API Gateway gives it. */
function hasRecord(all: ServiceDirectory, unit: string, { salvaged: { dns } }: LoadedEnvironment): boolean {
  if (unit === API_SYSTEM) return dns?.tls === true;
  // The services of a group of the API's system are behind the API, like all of that system.
  return all.inUnit(unit).some(({ system, group }) => group === undefined || system !== API_SYSTEM);
}

/** Without a record, the certificate of the system's load balancer had no name, and nobody would find it. */
function missingRecordNames({ raw, salvaged }: LoadedEnvironment, units: readonly string[]): readonly Finding[] {
  if (!salvaged.dns?.recordNames) return [];
  return units
    .filter((unit) => valueAt(raw, ["dns", "recordNames", unit]) === undefined)
    .map((unit) => ({
      at: [["dns", "recordNames", unit]],
      problem: `the system ${JSON.stringify(unit)} has no record name`,
      allowed: 'a name within the zone, such as "app" for app.example.com',
      mend: `add ${JSON.stringify(unit)}: a name within the zone`,
    }));
}

function unknownRecordNames({ salvaged: { dns } }: LoadedEnvironment, named: readonly string[]): readonly Finding[] {
  const units = [...new Set(named)];
  const known = new Set(named);
  return Object.keys(dns?.recordNames ?? {})
    .filter((name) => !known.has(name))
    .map((name) => {
      const meant = nearest(name, units);
      return {
        at: [["dns", "recordNames", name]],
        problem: `no service is of a system ${JSON.stringify(name)}`,
        allowed: units.map((unit) => JSON.stringify(unit)).join(", ") || "nothing: there is no service",
        mend: meant ? `did you mean ${JSON.stringify(meant)}?` : "remove it",
      };
    });
}

function tooManyConnections(
  { salvaged: { database } }: LoadedEnvironment,
  services: readonly Salvaged<Service>[],
  unit: string,
): readonly Finding[] {
  const users = services.filter((service) => service.database !== undefined);
  const most = database?.maxConnections;
  const needed = connectionsNeeded(users);
  if (users.length === 0 || most === undefined || needed <= most) return [];
  return [
    {
      at: [["database", "maxConnections"]],
      problem: `the services of ${unit} may open ${needed} connections: ${connectionsInWords(users)}`,
      allowed: `${needed} or more`,
      mend: `write ${needed} or more if the instance class bears it; or lower "database.connectionLimit" or "replicas.max" of a service`,
    },
  ];
}

/** What a service asks for, and the environment does not have. */
function missing(
  environment: LoadedEnvironment,
  { salvaged, sources }: LoadedService,
  part: "database" | "mail" | "api",
): readonly Fault[] {
  const field = part === "api" ? "expose" : part;
  if (!salvaged[field] || environment.name === undefined || environment.salvaged[part]) return [];
  const finding: Finding = {
    at: [[field]],
    problem: `environment ${JSON.stringify(environment.name)} has no ${part}`,
    allowed: `${JSON.stringify(part)} in ${environment.file}, or none here`,
    mend: `describe the ${part} in ${environment.file}`,
  };
  return [toFault(finding, sources)];
}

/** The load balancer has public addresses: without a NAT gateway a task reaches it by none. */
function unreachable({ salvaged }: LoadedEnvironment, services: readonly LoadedService[]): readonly Finding[] {
  const { discovery, network } = salvaged;
  const caller = services.find((service) => (service.salvaged.calls?.length ?? 0) > 0);
  const hasWayOut = network?.nat !== "none" || (network.egressCidrs?.length ?? 0) > 0;
  if (discovery !== "load-balancer" || !caller || hasWayOut) return [];
  return [
    {
      at: [["discovery"], ["network", "nat"]],
      problem: `${JSON.stringify(caller.name)} calls another service by the load balancer, whose public addresses no task reaches without a NAT gateway`,
      allowed: '"load-balancer" with NAT gateways, or with "network.egressCidrs" where requests leave by another way',
      mend: 'write "cloud-map", or "nat": "single"',
    },
  ];
}
