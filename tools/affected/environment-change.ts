import { appOf } from "../../config/app";
import { deploymentUnit } from "../../config/deployment-unit";
import { isExposed } from "../../config/exposure";
import type { Project } from "../../config/load";
import type { Service } from "../../config/service";
import { API_SYSTEM } from "../../config/systems";
import { type ConfigurationChange, environmentFile, type ServiceChange, serviceFile } from "./configuration";
import { pipelinesOf } from "./pipelines";
import { EVERYTHING, type Names, type Scope } from "./scope";
import {
  GITHUB_PIPELINES,
  REGISTRY,
  RELEASE_PIPELINES,
  stacksOf,
  USER_NOTIFICATIONS,
  withRead,
  withReaders,
} from "./stacks";
import { type Affected, listOf, type Touch, touch } from "./touch";

/** What a change touches in an environment, by name. */
export interface EnvironmentChange {
  readonly stacks: readonly Affected[];
  /** Stacks that were there and are no more: what they made is still there, and no deployment removes it. */
  readonly removedStacks: readonly Affected[];
  /** Services whose image is to be built anew. */
  readonly images: readonly Affected[];
  /** Services that have something to release: an image, or what service.json or the environment says. */
  readonly releases: readonly Affected[];
  /** Pipelines that have a service to release, or that are made otherwise. */
  readonly pipelines: readonly Affected[];
}

export const NO_CHANGE: EnvironmentChange = { stacks: [], removedStacks: [], images: [], releases: [], pipelines: [] };

/** What is known of a change to an environment. */
export interface KnownChange {
  /** The environment as it is now. */
  readonly after: Project;
  /** What each changed file can change, by its path. */
  readonly scopes: ReadonlyMap<string, Scope>;
  /** What its configuration says otherwise; undefined = it is not known what it said. */
  readonly configuration: ConfigurationChange | undefined;
  /** The same of the environment that pipelines take services on to. @default - there are no such pipelines */
  readonly production?: { readonly name: string; readonly configuration: ConfigurationChange | undefined } | undefined;
}

/**
 * Fields of service.json that only the stack of the service is made of, and by which it reads nothing of other stacks. Any
 * other may change the registry, the API, pipelines (whose roles may look at a service's secrets), or what other stacks give out.
 */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  "port",
  "cpu",
  "memory",
  "replicas",
  "scaling",
  "healthCheck",
  "alarms",
  "deregistrationDelaySeconds",
  "stopTimeoutSeconds",
  "environment",
]);

/** What a change touches in an environment: never less than what it changes. */
export function changeOfEnvironment(change: KnownChange): EnvironmentChange {
  const touched = [...touchedByFiles(change), ...touchedByConfiguration(change), ...touchedByProduction(change)];
  const releases = listOf(touched, "release");
  const isThere = new Set(namesOf(stacksOf(change.after)));
  const stacks = listOf(touched, "stack");
  return {
    stacks: stacks.filter(({ name }) => isThere.has(name)),
    removedStacks: removedOf(change, stacks),
    images: listOf(touched, "image"),
    releases,
    pipelines: listOf([...touched, ...touchedByReleases(change.after, releases)], "pipeline"),
  };
}

function touchedByFiles({ after, scopes }: KnownChange): readonly Touch[] {
  return [...scopes].flatMap(([file, scope]) => touchedBy(scope, file, after));
}

function touchedBy({ stacks, images, jenkins }: Scope, why: string, after: Project): readonly Touch[] {
  const all = stacksOf(after);
  const made = namesOf(all.filter(({ source }) => includes(stacks, source)));
  const built = after.services.filter((service) => includes(images, appOf(service)) || includes(images, service.name));
  const driven = pipelinesOf(after).filter(({ stack }) => (stack === undefined ? jenkins : made.includes(stack)));
  return [
    // What reads a stack is deployed after it: the ids that it reads may have become others.
    ...touch("stack", [...withRead(made, all), ...withReaders(made, all)], why),
    ...touch("image", namesOf(built), why),
    ...touch("release", namesOf(built), why),
    ...touch("pipeline", namesOf(driven), why),
  ];
}

function touchedByConfiguration({ after, scopes, configuration }: KnownChange): readonly Touch[] {
  const file = environmentFile(after.environment.name);
  if (configuration === undefined) return touchedBy(EVERYTHING, file, after);
  const { environment, services } = configuration;
  return [
    ...(environment
      ? [...touch("stack", namesOf(stacksOf(after)), file), ...touch("release", namesOf(after.services), file)]
      : []),
    ...services.flatMap((change) => whyOf(change, file, scopes).flatMap((why) => touchedByService(change, why, after))),
  ];
}

function touchedByService(
  { before, after: service, fields }: ServiceChange,
  why: string,
  after: Project,
): readonly Touch[] {
  const versions = [before, service].filter((version) => version !== undefined);
  const units = versions.map(deploymentUnit);
  const stacks = isOwn(fields) ? units : [...withRead(units, stacksOf(after)), REGISTRY, ...versions.flatMap(madeOf)];
  return [
    ...touch("stack", stacks, why),
    ...(service ? touch("release", [service.name], why) : []),
    // Another application's image, or a repository that has none.
    ...(service && (fields.has("app") || fields.has("name")) ? touch("image", [service.name], why) : []),
  ];
}

/** Stacks beside the service's own that are made of what its service.json says. */
function madeOf(service: Service): readonly string[] {
  return [
    ...(isExposed(service) ? [API_SYSTEM] : []),
    ...(service.mail ? ["mail"] : []),
    ...(service.system === USER_NOTIFICATIONS ? [RELEASE_PIPELINES] : []),
    ...(service.system === API_SYSTEM ? [GITHUB_PIPELINES] : []),
  ];
}

/** Pipelines of services take the same ones on to production, and are made of what is said of them there. */
function touchedByProduction({ scopes, production }: KnownChange): readonly Touch[] {
  if (production === undefined) return [];
  const file = environmentFile(production.name);
  const { configuration } = production;
  if (configuration === undefined || configuration.environment) return touch("stack", [RELEASE_PIPELINES], file);
  return configuration.services
    .filter(({ before, after: service, fields }) => !isOwn(fields) && [before, service].some(isOfPipelines))
    .flatMap((change) => whyOf(change, file, scopes).flatMap((why) => touch("stack", [RELEASE_PIPELINES], why)));
}

const isOfPipelines = (service: Service | undefined): boolean => service?.system === USER_NOTIFICATIONS;

function touchedByReleases(after: Project, releases: readonly Affected[]): readonly Touch[] {
  const whys = new Map(releases.map(({ name, why }) => [name, why]));
  return pipelinesOf(after).flatMap(({ name, service }) =>
    (whys.get(service) ?? []).flatMap((why) => touch("pipeline", [name], why)),
  );
}

/** Stacks of before that are no more, with the reasons that there are for them, or else those of the configuration. */
function removedOf({ after, configuration }: KnownChange, touched: readonly Affected[]): readonly Affected[] {
  if (configuration === undefined) return [];
  const isThere = new Set(namesOf(stacksOf(after)));
  const whys = new Map(touched.map((stack) => [stack.name, stack.why]));
  const gone = namesOf(stacksOf(configuration.before)).filter((name) => !isThere.has(name));
  return gone.map((name) => ({ name, why: whys.get(name) ?? [environmentFile(after.environment.name)] }));
}

/** The files that say a service otherwise: its own, the environment's, or both. */
function whyOf(change: ServiceChange, environment: string, scopes: ReadonlyMap<string, Scope>): readonly string[] {
  const own = serviceFile((change.after ?? change.before)?.name ?? "");
  const changed = [own, environment].filter((file) => scopes.has(file));
  return changed.length === 0 ? [own] : changed;
}

const isOwn = (fields: ReadonlySet<string>): boolean => [...fields].every((field) => OWN_FIELDS.has(field));

const includes = (names: Names, name: string): boolean => names === "all" || names.has(name);

const namesOf = (items: readonly { readonly name: string }[]): readonly string[] => items.map(({ name }) => name);
