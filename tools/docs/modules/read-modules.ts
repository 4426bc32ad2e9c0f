import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ModuleFile, readModuleFile } from "./module-source";

/** A folder of modules/. */
export interface Module {
  readonly name: string;
  readonly files: readonly ModuleFile[];
}

/** What helps to test modules is none. */
const NO_MODULES = ["testing"];

const isPart = (file: string) => /^[\w-]+\.ts$/.test(file);

/** Reads every module, in order of names. @param root folder of the repository */
export function readModules(root: string): readonly Module[] {
  const folders = readdirSync(join(root, "modules"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter((name) => !NO_MODULES.includes(name))
    .sort()
    .map((name) => ({ name, files: filesOf(root, `modules/${name}`) }));
}

function filesOf(root: string, folder: string): readonly ModuleFile[] {
  const names = readdirSync(join(root, folder)).filter(isPart).sort();
  return names.map((name) => readModuleFile(`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8")));
}
