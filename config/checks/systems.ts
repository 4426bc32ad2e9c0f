import type { Fault } from "../faults";
import type { Finding } from "../finding";
import { valueAt } from "../json-path";
import type { LoadedEnvironment } from "../load-environment";
import type { LoadedService } from "../load-services";
import { toFault } from "../sources";
import { nearest } from "../suggest";
import { API_SYSTEM } from "../systems";
import { checkCallees, checkConnections } from "./calls";
import { connectionsInWords, connectionsNeeded } from "./database";

/** What an environment has to say about the systems whose services it runs. */
export function checkSystems(environment: LoadedEnvironment, services: readonly LoadedService[]): readonly Fault[] {
  const systems = systemsOf(services);
  const findings = [
    ...missingRecordNames(environment, systems),
    ...unknownRecordNames(environment, systems),
    ...systems.flatMap((system) => tooManyConnections(environment, servicesOf(services, system), system)),
  ];
  const all = services.map(({ salvaged }) => salvaged);
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

/** Of the services, and that of the API where one of them is exposed. */
function systemsOf(services: readonly LoadedService[]): readonly string[] {
  const named = services.flatMap(({ salvaged: { system, expose } }) => [
    ...(system === undefined ? [] : [system]),
    ...(expose === "api" ? [API_SYSTEM] : []),
  ]);
  return [...new Set(named)];
}

function servicesOf(services: readonly LoadedService[], system: string) {
  return services.map(({ salvaged }) => salvaged).filter((service) => service.system === system);
}

/** Without a record, the certificate of the system's load balancer had no name, and nobody would find it. */
function missingRecordNames({ raw, salvaged }: LoadedEnvironment, systems: readonly string[]): readonly Finding[] {
  if (!salvaged.dns?.recordNames) return [];
  return (
    systems
      // Without TLS the API keeps the name that API Gateway gives it.
      .filter((system) => system !== API_SYSTEM || salvaged.dns?.tls === true)
      .filter((system) => valueAt(raw, ["dns", "recordNames", system]) === undefined)
      .map((system) => ({
        at: [["dns", "recordNames", system]],
        problem: `the system ${JSON.stringify(system)} has no record name`,
        allowed: 'a name within the zone, such as "app" for app.example.com',
        mend: `add ${JSON.stringify(system)}: a name within the zone`,
      }))
  );
}

function unknownRecordNames({ salvaged: { dns } }: LoadedEnvironment, systems: readonly string[]): readonly Finding[] {
  return Object.keys(dns?.recordNames ?? {})
    .filter((name) => !systems.includes(name))
    .map((name) => {
      const meant = nearest(name, systems);
      return {
        at: [["dns", "recordNames", name]],
        problem: `no service is of a system ${JSON.stringify(name)}`,
        allowed: systems.map((system) => JSON.stringify(system)).join(", ") || "nothing: there is no service",
        mend: meant ? `did you mean ${JSON.stringify(meant)}?` : "remove it",
      };
    });
}

function tooManyConnections(
  { salvaged: { database } }: LoadedEnvironment,
  services: ReturnType<typeof servicesOf>,
  system: string,
): readonly Finding[] {
  const users = services.filter((service) => service.database !== undefined);
  const most = database?.maxConnections;
  const needed = connectionsNeeded(users);
  if (users.length === 0 || most === undefined || needed <= most) return [];
  return [
    {
      at: [["database", "maxConnections"]],
      problem: `the services of ${system} may open ${needed} connections: ${connectionsInWords(users)}`,
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
