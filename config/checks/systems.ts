import type { Fault } from "../faults";
import type { Finding } from "../finding";
import { valueAt } from "../json-path";
import type { LoadedEnvironment } from "../load-environment";
import type { LoadedService } from "../load-services";
import { toFault } from "../sources";
import { nearest } from "../suggest";
import { connectionsInWords, connectionsNeeded } from "./database";

/** What an environment has to say about the systems whose services it runs. */
export function checkSystems(environment: LoadedEnvironment, services: readonly LoadedService[]): readonly Fault[] {
  const systems = [...new Set(services.flatMap(({ salvaged }) => salvaged.system ?? []))];
  const findings = [
    ...missingRecordNames(environment, systems),
    ...unknownRecordNames(environment, systems),
    ...systems.flatMap((system) => tooManyConnections(environment, servicesOf(services, system), system)),
  ];
  return [
    ...findings.map((finding) => toFault(finding, [{ file: environment.file, raw: environment.raw, prefix: [] }])),
    ...services.flatMap((service) => databaseNowhere(environment, service)),
  ];
}

function servicesOf(services: readonly LoadedService[], system: string) {
  return services.map(({ salvaged }) => salvaged).filter((service) => service.system === system);
}

/** Without a record, the certificate of the system's load balancer had no name, and nobody would find it. */
function missingRecordNames({ raw, salvaged }: LoadedEnvironment, systems: readonly string[]): readonly Finding[] {
  if (!salvaged.dns?.recordNames) return [];
  return systems
    .filter((system) => valueAt(raw, ["dns", "recordNames", system]) === undefined)
    .map((system) => ({
      at: [["dns", "recordNames", system]],
      problem: `the system ${JSON.stringify(system)} has no record name`,
      allowed: 'a name within the zone, such as "app" for app.example.com',
      mend: `add ${JSON.stringify(system)}: a name within the zone`,
    }));
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

function databaseNowhere(environment: LoadedEnvironment, { salvaged, sources }: LoadedService): readonly Fault[] {
  if (!salvaged.database || environment.name === undefined || environment.salvaged.database) return [];
  const finding: Finding = {
    at: [["database"]],
    problem: `environment ${JSON.stringify(environment.name)} has no database`,
    allowed: `"database" in ${environment.file}, or none here`,
    mend: `describe the database in ${environment.file}`,
  };
  return [toFault(finding, sources)];
}
