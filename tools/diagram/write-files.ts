import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, messageOf, USAGE_STATUS } from "../failure";
import { type Files, MARK } from "./draw";

/**
 * Writes files into a folder, which is made where it is missing. Replaces none but those that were made like these.
 *
 * @param complete whether files of ours that are not among these go: those of a stack that is no more
 * @throws Failure with status 2 where the folder is none, or a file of somebody else has a name of ours; nothing is written
 */
export function writeFiles(folder: string, files: Files, { complete }: { readonly complete: boolean }): void {
  requireFolder(folder);
  const foreign = [...files.keys()].filter((name) => existsSync(join(folder, name)) && !isOurs(join(folder, name)));
  if (foreign.length > 0) {
    throw new Failure(
      `${foreign.map((name) => join(folder, name)).join(", ")} was not made by npm run diagram, and would be replaced; ` +
        "move it away, or give another folder with --out; nothing was written",
      USAGE_STATUS,
    );
  }
  makeFolder(folder);
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  if (complete) for (const name of formerFiles(folder, files)) rmSync(join(folder, name));
}

function requireFolder(folder: string): void {
  if (!existsSync(folder) || statSync(folder).isDirectory()) return;
  throw new Failure(`--out ${folder} is a file; give a folder, which is made if it is missing`, USAGE_STATUS);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Failure(
      `the folder ${folder} cannot be made: ${messageOf(error)}; give another with --out`,
      USAGE_STATUS,
    );
  }
}

/** Names of the files in a folder that were made like these and are not among them. */
export function formerFiles(folder: string, files: Files): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.(mmd|svg|md)$/.test(name) && !files.has(name))
    .filter((name) => isOurs(join(folder, name)));
}

function isOurs(file: string): boolean {
  return statSync(file).isFile() && (readFileSync(file, "utf8").split("\n")[0] ?? "").includes(MARK);
}
