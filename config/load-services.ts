import { SECURITY_GROUP_RULES_MAX } from "../modules/aws/limits";
import { checkCidr } from "./checks/addresses";
import { checkAppFolder } from "./checks/apps";
import { checkCalls } from "./checks/calls";
import { checkDelivery } from "./checks/delivery";
import { checkExposure } from "./checks/exposure";
import { checkHealthCheck } from "./checks/health-check";
import { checkTaskFits } from "./checks/instances";
import { checkInternalRoutes } from "./checks/internal-routes";
import { checkServiceNames } from "./checks/names";
import { checkReplicas, checkScaleIn, checkSchedules } from "./checks/replicas";
import { checkRoutes } from "./checks/routes";
import { checkTaskSize } from "./checks/task-size";
import { checkVariables } from "./checks/variables";
import type { Fault } from "./faults";
import { type Finding, members, present, type Salvaged } from "./finding";
import { formatPath, isObject, valueAt } from "./json-path";
import type { LoadedEnvironment } from "./load-environment";
import { type Service, serviceSchema } from "./service";
import { checkShape, type Shaped } from "./shape";
import { listFolder, readJsonFile, type Source, toFault } from "./sources";

/** A service as far as it could be read, with the environment's overrides merged in. */
export interface LoadedService {
  /** What the file calls the service, or its folder when it does not. */
  readonly name: string;
  /** Name of the folder in `apps/` that holds its service.json. */
  readonly folder: string;
  /** Path of `service.json` relative to the root. */
  readonly file: string;
  readonly service: Service | undefined;
  readonly salvaged: Salvaged<Service>;
  readonly sources: readonly [Source, ...Source[]];
  readonly faults: readonly Fault[];
}

const SERVICES = "apps";

/** What services share: `kit` all of them, `...-kit` those of one system. The only folders of `apps/` that are no service. */
const SHARED_FOLDER = /^(.+-)?kit$/;

/** Reads and checks every service, in the order of their folders. */
export function loadServices(root: string, environment: LoadedEnvironment): readonly LoadedService[] {
  return serviceFolders(root).map((folder) => loadService(root, folder, environment));
}

/** A folder is a service when it holds a service.json, or should be one when it holds a package. */
function serviceFolders(root: string): readonly string[] {
  return listFolder(root, SERVICES)
    .filter((folder) => !SHARED_FOLDER.test(folder))
    .filter((folder) => {
      const entries = listFolder(root, `${SERVICES}/${folder}`);
      return entries.includes("service.json") || entries.includes("package.json");
    });
}

function loadService(root: string, folder: string, environment: LoadedEnvironment): LoadedService {
  const read = readJsonFile(root, `${SERVICES}/${folder}/service.json`);
  const raw = "raw" in read ? read.raw : undefined;
  const own: Source = { file: read.file, raw, prefix: [] };
  if ("fault" in read) {
    return {
      name: folder,
      folder,
      file: read.file,
      service: undefined,
      salvaged: {},
      sources: [own],
      faults: [read.fault],
    };
  }
  const shape = checkShape(serviceSchema, raw);
  const name = shape.salvaged?.name ?? folder;
  const entries = listFolder(root, `${SERVICES}/${folder}`);
  const checkAll = ({ findings, salvaged = {} }: Shaped<Service>) => [
    ...findings,
    ...notTold(findings, [
      ...checkService(salvaged, folder, environment),
      ...checkAppFolder(salvaged, folder, entries),
    ]),
  ];
  const plain = checkAll(shape).map((finding) => toFault(finding, [own]));
  const override = valueAt(environment.salvaged.services, [name]);
  if (override === undefined) {
    return {
      name,
      folder,
      file: own.file,
      service: shape.value,
      salvaged: shape.salvaged ?? {},
      sources: [own],
      faults: plain,
    };
  }
  // service.json has to be right by itself; what the override breaks is told where the override stands.
  const sources = [{ file: environment.file, raw: environment.raw, prefix: ["services", name] }, own] as const;
  const merged = checkShape(serviceSchema, merge(raw, override));
  const misplaced = overridesNothing(raw, override, own.file);
  // The shape of what is right by itself can only be broken by the override.
  const broken = shape.value && misplaced.length === 0 ? merged.findings : [];
  const overridden = [...misplaced, ...broken, ...checkService(merged.salvaged ?? {}, folder, environment)].map(
    (finding) => toFault(finding, sources),
  );
  const faults = [...plain, ...overridden];
  return { name, folder, file: own.file, service: merged.value, salvaged: merged.salvaged ?? {}, sources, faults };
}

/** Parts of a service that an environment changes, and that the service does not have. */
function overridesNothing(raw: unknown, override: unknown, file: string): readonly Finding[] {
  return (["database", "deployment", "internalRoutes"] as const)
    .filter((part) => valueAt(override, [part]) !== undefined && valueAt(raw, [part]) === undefined)
    .map((part) => ({
      at: [[part]],
      problem: `${file} has no ${JSON.stringify(part)} that this could change`,
      allowed: "what the service has",
      mend: `remove it here, or add ${JSON.stringify(part)} to ${file}`,
    }));
}

/** Of what checks find, what is not said already: a value of the wrong shape is missing to a check. */
function notTold(told: readonly Finding[], findings: readonly Finding[]): readonly Finding[] {
  const places = new Set(told.map(({ at: [path] }) => formatPath(path)));
  return findings.filter(({ at: [path] }) => !places.has(formatPath(path)));
}

function checkService(service: Salvaged<Service>, folder: string, environment: LoadedEnvironment): readonly Finding[] {
  return [
    ...checkServiceNames(service, environment.name, folder),
    ...checkTaskSize(service),
    ...checkTaskFits(service, members(environment.salvaged.ec2?.instanceTypes)),
    ...checkReplicas(service),
    ...checkScaleIn(service),
    ...checkSchedules(service),
    ...checkRoutes(service),
    ...checkInternalRoutes(service, environment.salvaged),
    ...checkExposure(service, environment.salvaged),
    ...checkCalls(service),
    ...checkDelivery(service),
    ...checkHealthCheck(service),
    ...checkPublicCidrs(service, environment.salvaged.quotas?.rulesPerSecurityGroup),
    ...checkVariables(service),
  ];
}

/** @param rulesMax rules that a security group takes in the environment's account */
function checkPublicCidrs(service: Salvaged<Service>, rulesMax: number = SECURITY_GROUP_RULES_MAX): readonly Finding[] {
  const blocks = present(service.publicCidrs);
  // One rule is the load balancer's.
  const max = rulesMax - 1;
  const tooMany: Finding = {
    at: [["publicCidrs"]],
    problem: `${blocks.length} blocks, each of which is a rule of the security group`,
    allowed: `${max} at most`,
    mend: `remove ${blocks.length - max}, or join blocks by a shorter prefix`,
  };
  return [
    ...blocks.flatMap(([index, cidr]) => checkCidr(cidr, ["publicCidrs", index])),
    ...(blocks.length > max ? [tooMany] : []),
  ];
}

/** Objects are merged key by key, unless they are of two types; anything else is replaced. */
function merge(base: unknown, override: unknown): unknown {
  if (!isObject(base) || !isObject(override)) return override;
  if (override.type !== undefined && override.type !== base.type) return override;
  const merged = Object.entries(override).map(([key, value]) => [key, merge(valueAt(base, [key]), value)]);
  return { ...base, ...Object.fromEntries(merged) };
}
