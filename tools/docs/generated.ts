import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modulePage, modulesIndex } from "./modules/module-page";
import { PURPOSES } from "./modules/purposes";
import { readModules } from "./modules/read-modules";
import { SECURITY_PAGE, withTables } from "./security/security-page";
import type { Stack } from "./security/stacks";

/** Pages by their path from the root of the repository. */
export type Pages = ReadonlyMap<string, string>;

/** Where there are generated pages only, so that one of a module that is gone goes too. */
const FOLDER_OF_MODULES = "docs/modules";

/** The pages of all modules, and the one that leads to them. */
export function modulePages(root: string): Pages {
  const all = { modules: readModules(root), purposes: PURPOSES };
  return new Map([
    [`${FOLDER_OF_MODULES}/README.md`, modulesIndex(all)],
    ...all.modules.map((module): [string, string] => [
      `${FOLDER_OF_MODULES}/${module.name}.md`,
      modulePage(module, all),
    ]),
  ]);
}

/** The page whose tables are those of synthesised stacks. */
export function securityPages(root: string, stacks: readonly Stack[]): Pages {
  return new Map([[SECURITY_PAGE, withTables(readFileSync(join(root, SECURITY_PAGE), "utf8"), stacks)]]);
}

/** The committed pages of modules that are no more. */
export function pagesToRemove(root: string, pages: Pages): readonly string[] {
  const folder = join(root, FOLDER_OF_MODULES);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((file) => `${FOLDER_OF_MODULES}/${file}`)
    .filter((path) => !pages.has(path));
}

/** The pages that are not as they would be written now. */
export function stalePages(root: string, pages: Pages): readonly string[] {
  const changed = [...pages].filter(([path, text]) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, "utf8") !== text;
  });
  return changed.map(([path]) => path);
}
