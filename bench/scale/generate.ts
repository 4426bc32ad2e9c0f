import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Service } from "../../config/service";

/** Services of one group, and so of one stack, unless somebody wants another number. */
export const SERVICES_PER_GROUP = 50;

/** The environment that is generated. */
export const ENVIRONMENT = "local";

/** Their service.json files are the templates, which the services take in turn: one on instances, one on Fargate. */
const TEMPLATES = ["service-a", "service-b"] as const;

/** Rules of one service need one priority each; the distance leaves room for more paths. */
const PRIORITY_DISTANCE = 10;

/** As many digits as the greatest number of services has. */
const DIGITS = 4;

/** What a thousand services have more of than AWS allows an account without being asked. */
const RAISED_QUOTAS = { rolesPerAccount: 5_000 };

export interface Generation {
  /** The repository, whose templates and environment are read. */
  readonly root: string;
  /** Folder that is written; what it holds is removed. */
  readonly folder: string;
  /** How many services. */
  readonly services: number;
  /** @default SERVICES_PER_GROUP */
  readonly servicesPerGroup?: number;
}

type Declaration = Readonly<Record<string, unknown>> & Pick<Service, "environment">;

/**
 * Writes a project of so many services, spread over groups: what `loadProject` and main.ts read of a repository. The same
 * options always give the same files, and more services change none of those that were there.
 */
export function generateProject(options: Generation): void {
  const { root, folder, services, servicesPerGroup = SERVICES_PER_GROUP } = options;
  rmSync(folder, { recursive: true, force: true });
  const templates = TEMPLATES.map((name) => readJson(join(root, "apps", name, "service.json")) as Declaration);
  write(join(folder, "config/environments", `${ENVIRONMENT}.json`), environmentOf(root));
  for (let index = 0; index < services; index++) {
    const template = templates[index % templates.length];
    if (!template) throw new Error("there is no template");
    write(join(folder, "apps", nameOf(index), "service.json"), declarationOf(template, index, servicesPerGroup));
  }
}

/** Name of a service by its number, from 0. */
export const nameOf = (index: number) => `service-${String(index).padStart(DIGITS, "0")}`;

/** Name of the group of a service by its number, from 0. */
export const groupOf = (index: number, servicesPerGroup: number) =>
  `team-${String(Math.floor(index / servicesPerGroup)).padStart(2, "0")}`;

function declarationOf(template: Declaration, index: number, servicesPerGroup: number): Declaration {
  const name = nameOf(index);
  return {
    ...template,
    name,
    group: groupOf(index, servicesPerGroup),
    routes: { priority: PRIORITY_DISTANCE * ((index % servicesPerGroup) + 1), paths: [`/${name}`] },
    environment: { SERVICE_NUMBER: String(index) },
  };
}

/** The environment of this machine, without what only the repository's own services ask for. */
function environmentOf(root: string): Readonly<Record<string, unknown>> {
  const environment = readJson(join(root, "config/environments/local.json"));
  const { services, dns, mail, api, pipelines, database, testListenerCidrs, ...rest } = environment;
  return { ...rest, quotas: RAISED_QUOTAS };
}

const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, unknown>>;

function write(file: string, content: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
