import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../../config/faults";
import { loadProject, type Project } from "../../config/load";
import type { Service } from "../../config/service";

/** A service that an environment has otherwise than before. */
export interface ServiceChange {
  readonly before: Service | undefined;
  readonly after: Service | undefined;
  /** Fields that differ; all of them where the service came or went. */
  readonly fields: ReadonlySet<string>;
}

/** What the files of the configuration say otherwise than before, of one environment. */
export interface ConfigurationChange {
  readonly before: Project;
  /** Whether the environment itself differs: its file, but for what it says of services. */
  readonly environment: boolean;
  readonly services: readonly ServiceChange[];
}

/**
 * Compares the configuration of an environment, overrides merged in: what is written otherwise and means the same is no
 * change.
 *
 * @param root folder of the earlier tree
 * @param after the configuration as it is now
 * @returns undefined where the earlier tree has no such environment, or has faults by the rules of this code
 */
export function compareConfiguration(root: string, after: Project): ConfigurationChange | undefined {
  const before = loadEarlier(root, after.environment.name);
  if (before === undefined) return undefined;
  const byName = new Map(before.services.map((service) => [service.name, service]));
  const kept = new Set(after.services.map((service) => service.name));
  const changed = [
    ...after.services.map((service) => compareServices(byName.get(service.name), service)),
    ...before.services.filter((service) => !kept.has(service.name)).map((gone) => compareServices(gone, undefined)),
  ];
  return {
    before,
    environment: !isDeepStrictEqual(before.environment, after.environment),
    services: changed.filter(({ fields }) => fields.size > 0),
  };
}

function loadEarlier(root: string, environment: string): Project | undefined {
  if (!existsSync(join(root, environmentFile(environment)))) return undefined;
  try {
    return loadProject({ root, environment });
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Path of an environment's file. */
export const environmentFile = (name: string): string => `config/environments/${name}.json`;

/** Path of a service's file. */
export const serviceFile = (name: string): string => `apps/${name}/service.json`;

function compareServices(before: Service | undefined, after: Service | undefined): ServiceChange {
  const [then, now] = [new Map(entriesOf(before)), new Map(entriesOf(after))];
  const keys = [...new Set([...then.keys(), ...now.keys()])];
  return { before, after, fields: new Set(keys.filter((key) => !isDeepStrictEqual(then.get(key), now.get(key)))) };
}

/** `$schema` is the editor's. */
const entriesOf = (service: Service | undefined): readonly [string, unknown][] =>
  Object.entries(service ?? {}).filter(([key]) => key !== "$schema");
