import { checkApp } from "./checks/apps";
import { checkBetweenServices } from "./checks/between-services";
import { callersOf } from "./checks/listener-rules";
import { checkSystems } from "./checks/systems";
import { checkUnits, type UnitContext } from "./checks/units";
import type { Environment } from "./environment";
import { arrangeFaults, ConfigError, type Fault } from "./faults";
import type { Finding } from "./finding";
import { isObject, valueAt } from "./json-path";
import { type LoadedEnvironment, listEnvironments, loadEnvironment } from "./load-environment";
import { type LoadedService, loadServices } from "./load-services";
import type { Service } from "./service";
import { toFault } from "./sources";
import { nearest } from "./suggest";
import { SYSTEMS } from "./systems";

/** Where to read from, and for which environment. */
export interface LoadOptions {
  /** The repository's root: the folder that holds `apps/` and `config/`. */
  readonly root: string;
  /** Name of the environment: the base name of a file in `config/environments/`. */
  readonly environment: string;
  /**
   * Systems that a service may belong to.
   * @default SYSTEMS
   */
  readonly systems?: readonly string[];
}

/** Everything that infrastructure, pipeline and local cloud are made of. */
export interface Project {
  readonly environment: Environment;
  /** The services with the environment's overrides merged in, sorted by name. */
  readonly services: readonly Service[];
}

/**
 * Reads and checks `config/environments/<environment>.json` and every `apps/<service>/service.json`.
 *
 * @throws ConfigError with every fault of every file; its message is meant for the person who wrote them
 */
export function loadProject(options: LoadOptions): Project {
  const environment = loadEnvironment(options.root, options.environment);
  const services = loadServices(options.root, environment);
  const faults = [
    ...environment.faults,
    ...services.flatMap((service) => service.faults),
    ...betweenServices(services, environment),
    ...unitsOfServices(services, {
      systems: options.systems ?? SYSTEMS,
      environmentName: environment.name,
      environmentNames: listEnvironments(options.root),
    }),
    ...unknownApps(services),
    ...unknownSystems(services, options.systems ?? SYSTEMS),
    ...unknownOverrides(environment, services),
    ...checkSystems(environment, services),
    ...(services.length === 0 ? [NO_SERVICES] : []),
  ];
  const complete = services.flatMap(({ service }) => service ?? []);
  if (faults.length > 0 || !environment.value) throw new ConfigError(arrangeFaults(faults));
  const { services: _overrides, $schema: _schema, ...rest } = environment.value;
  return {
    environment: { ...rest, name: options.environment },
    services: complete.sort((first, second) => (first.name < second.name ? -1 : 1)),
  };
}

const NO_SERVICES: Fault = {
  file: "apps",
  path: "$",
  given: "nothing",
  problem: "there is no service",
  allowed: "one folder for each service, with a service.json in it",
  mend: "write apps/<service>/service.json",
};

function betweenServices(
  services: readonly LoadedService[],
  { salvaged: environment }: LoadedEnvironment,
): readonly Fault[] {
  const sources = new Map(services.map((service) => [service.file, service.sources]));
  const entries = services.map(({ file, salvaged }) => ({ file, service: salvaged }));
  const rulesMax = environment.quotas?.rulesPerLoadBalancer;
  return checkBetweenServices(entries, callersOf(environment), rulesMax).flatMap((finding) => {
    const found = sources.get(finding.file);
    return found ? [toFault(finding, found)] : [];
  });
}

function unitsOfServices(services: readonly LoadedService[], context: UnitContext): readonly Fault[] {
  const check = checkUnits(
    services.map(({ salvaged }) => salvaged),
    context,
  );
  return services.flatMap(({ salvaged, sources }) => check(salvaged).map((finding) => toFault(finding, sources)));
}

/** Services that run the image of a folder which has none. */
function unknownApps(services: readonly LoadedService[]): readonly Fault[] {
  const byFolder = new Map(services.map(({ folder, salvaged }) => [folder, salvaged]));
  return services.flatMap(({ salvaged, folder, sources }) =>
    checkApp(salvaged, folder, byFolder).map((finding) => toFault(finding, sources)),
  );
}

/** Services of a system that does not exist: no stack would deploy them, and nobody would be told. */
function unknownSystems(services: readonly LoadedService[], systems: readonly string[]): readonly Fault[] {
  return services.flatMap(({ salvaged: { system }, sources }) => {
    if (system === undefined || systems.includes(system)) return [];
    const meant = nearest(system, systems);
    const finding: Finding = {
      at: [["system"]],
      problem: `there is no system ${JSON.stringify(system)}`,
      allowed: systems.map((known) => JSON.stringify(known)).join(", "),
      mend: meant ? `did you mean ${JSON.stringify(meant)}?` : "name one of these, or write a stack for a new system",
    };
    return [toFault(finding, sources)];
  });
}

/** Overrides for services that do not exist. */
function unknownOverrides(environment: LoadedEnvironment, services: readonly LoadedService[]): readonly Fault[] {
  const known = services.map((service) => service.name);
  const overrides = valueAt(environment.raw, ["services"]);
  const names = new Set(known);
  const unknown = isObject(overrides) ? Object.keys(overrides).filter((name) => !names.has(name)) : [];
  return unknown.map((name) => {
    const meant = nearest(name, known);
    const finding: Finding = {
      at: [["services", name]],
      problem: `there is no service ${JSON.stringify(name)}`,
      allowed: known.map((other) => JSON.stringify(other)).join(", ") || "nothing: there is no service",
      mend: meant ? `did you mean ${JSON.stringify(meant)}?` : `remove it, or write apps/${name}/service.json`,
    };
    return toFault(finding, [{ file: environment.file, raw: environment.raw, prefix: [] }]);
  });
}
