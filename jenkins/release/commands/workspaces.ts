import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../../config/json-path";

const APPS = "apps";

/** A package of the repository. */
interface Workspace {
  readonly folder: string;
  readonly name: unknown;
  readonly dependencies: readonly string[];
}

/**
 * The folders that a service is made of: its own, and those of the repository's packages that it depends on, such as
 * `apps/kit`.
 *
 * @param root the repository's folder
 */
export function foldersOf(root: string, service: string): readonly string[] {
  const workspaces = readdirSync(join(root, APPS)).flatMap((name) => readWorkspace(root, `${APPS}/${name}`));
  const found = new Set<string>();
  const add = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const needed = workspaces.find((one) => one.folder === folder)?.dependencies ?? [];
    for (const one of workspaces) if (needed.some((name) => name === one.name)) add(one.folder);
  };
  add(`${APPS}/${service}`);
  return [...found].sort();
}

function readWorkspace(root: string, folder: string): Workspace[] {
  const file = join(root, folder, "package.json");
  if (!existsSync(file)) return [];
  const read: unknown = JSON.parse(readFileSync(file, "utf8"));
  const { name, dependencies } = isObject(read) ? read : {};
  return [{ folder, name, dependencies: isObject(dependencies) ? Object.keys(dependencies) : [] }];
}
