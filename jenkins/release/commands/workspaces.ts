import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { appOf } from "../../../config/app";
import { isObject } from "../../../config/json-path";
import type { Service } from "../../../config/service";

const APPS = "apps";

/** A package of the repository. */
interface Workspace {
  readonly folder: string;
  readonly name: unknown;
  readonly dependencies: readonly string[];
}

/**
 * The folders that a service is made of: its own, that of the application whose image it runs, and those of the repository's
 * packages that this depends on, such as `apps/kit`.
 *
 * @param root the repository's folder
 */
export function foldersOf(root: string, service: Pick<Service, "name" | "app">): readonly string[] {
  const workspaces = readdirSync(join(root, APPS)).flatMap((name) => readWorkspace(root, `${APPS}/${name}`));
  const found = new Set<string>();
  const add = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const needed = workspaces.find((one) => one.folder === folder)?.dependencies ?? [];
    for (const one of workspaces) if (needed.some((name) => name === one.name)) add(one.folder);
  };
  add(`${APPS}/${service.name}`);
  add(`${APPS}/${appOf(service)}`);
  return [...found].sort();
}

function readWorkspace(root: string, folder: string): Workspace[] {
  const file = join(root, folder, "package.json");
  if (!existsSync(file)) return [];
  const read: unknown = JSON.parse(readFileSync(file, "utf8"));
  const { name, dependencies } = isObject(read) ? read : {};
  return [{ folder, name, dependencies: isObject(dependencies) ? Object.keys(dependencies) : [] }];
}
