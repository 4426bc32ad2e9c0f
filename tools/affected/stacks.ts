import { deploymentUnit, groupsOf } from "../../config/deployment-unit";
import { isExposed } from "../../config/exposure";
import type { Project } from "../../config/load";
import { API_SYSTEM, SYSTEMS } from "../../config/systems";

/** A stack of an environment. */
export interface Stack {
  readonly name: string;
  /** Base name of the file in stacks/ that it is written in: for a group's unit, that of its system. */
  readonly source: string;
  /**
   * Names of stacks whose outputs it may read. CDKTF makes an output where another stack reads it first, so a change of the
   * reader can change the stack that is read.
   */
  readonly reads: readonly string[];
}

/** The system whose services pipelines of AWS take over one environment to another. */
export const USER_NOTIFICATIONS = "user-notifications";

/** The stack of those pipelines. It is made of the configuration of both environments. */
export const RELEASE_PIPELINES = `${USER_NOTIFICATIONS}-pipelines`;

/** The stack of the pipelines that GitHub starts. */
export const GITHUB_PIPELINES = `${API_SYSTEM}-pipelines`;

/** The stack of the image repositories. */
export const REGISTRY = "registry";

const MAIL = "mail";

/** What is there in every environment, whatever its services are. */
const FOUNDATION = ["state", REGISTRY, "network"];

/** Base names of the files in stacks/ that hold a stack each. */
export const STACK_SOURCES: readonly string[] = [...FOUNDATION, MAIL, ...SYSTEMS, RELEASE_PIPELINES, GITHUB_PIPELINES];

/** The stacks that main.ts makes of a project. */
export function stacksOf({ environment, services }: Project): readonly Stack[] {
  const mail = services.some((service) => service.mail) ? [MAIL] : [];
  const api = services.some(isExposed) ? [API_SYSTEM] : [];
  const units = SYSTEMS.flatMap((system) =>
    groupsOf(system, services).map((group) => ({ name: deploymentUnit({ system, group }), source: system })),
  ).filter(({ name }) => name !== API_SYSTEM || api.length > 0);
  const pipelines = [
    ...(environment.pipelines ? [RELEASE_PIPELINES] : []),
    ...(environment.pipelines?.github && api.length > 0 ? [GITHUB_PIPELINES] : []),
  ];
  const shared = [REGISTRY, "network", ...mail, ...api];
  return [
    ...[...FOUNDATION, ...mail, ...pipelines].map((name) => ({ name, source: name, reads: [] })),
    ...units.map((unit) => ({ ...unit, reads: shared.filter((name) => name !== unit.name) })),
  ];
}

/** These stacks, and those that they may read from. */
export function withRead(names: readonly string[], stacks: readonly Stack[]): readonly string[] {
  const chosen = new Set(names);
  return [...names, ...stacks.filter(({ name }) => chosen.has(name)).flatMap(({ reads }) => reads)];
}

/** These stacks, and those that may read from them. */
export function withReaders(names: readonly string[], stacks: readonly Stack[]): readonly string[] {
  const chosen = new Set(names);
  return [...names, ...stacks.filter(({ reads }) => reads.some((name) => chosen.has(name))).map(({ name }) => name)];
}
