import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, messageOf } from "../../tools/failure";
import { EXIT } from "./exit-status";

/**
 * Writes a file for whoever keeps a record of releases; nothing where no folder is given.
 *
 * @param content text, or what is written as JSON
 * @throws Failure with status 2 where the folder cannot be written to
 */
export function writeRecord(folder: string | undefined, name: string, content: string | object): void {
  if (folder === undefined) return;
  try {
    mkdirSync(folder, { recursive: true });
    const text = typeof content === "string" ? content : JSON.stringify(content, undefined, 2);
    writeFileSync(join(folder, name), `${text}\n`);
  } catch (error) {
    throw new Failure(`--out "${folder}" cannot be written to: ${messageOf(error)}`, EXIT.usage);
  }
}
