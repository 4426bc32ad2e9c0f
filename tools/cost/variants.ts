import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config/faults";
import { loadProject } from "../../config/load";
import { listEnvironments } from "../../config/load-environment";
import type { Deployment } from "../deploy/deployment";
import { synthesise } from "../deploy/stacks";
import type { StackDocument } from "../diagram/resource";
import { readDocuments } from "../diagram/synthesised-graph";
import { Failure } from "../failure";

/** What a file has otherwise: members are merged, all else is put in place; undefined takes a member away. */
export type Patch = { readonly [name: string]: unknown };

/** The stacks of an environment that is a little different, or why there are none. */
export type Variant = { readonly stacks: readonly StackDocument[] } | { readonly refused: string };

const ENVIRONMENTS = "config/environments";

/**
 * Synthesises an environment with some values of its file changed. The repository stays as it is.
 *
 * @param within folder for what is written, which the caller removes once no process runs
 * @throws ConfigError, Failure
 */
export async function synthesiseChanged(
  deployment: Deployment,
  patch: Patch,
  within: string,
): Promise<readonly StackDocument[]> {
  const root = mkdtempSync(join(within, "change-"));
  writeProject(deployment.root, root, deployment.environment.name, patch);
  const { environment } = loadProject({ root, environment: deployment.environment.name });
  const documents = readDocuments(await synthesise({ ...deployment, root, environment }, "cost"));
  rmSync(root, { recursive: true });
  return documents;
}

/** The same, where a change that cannot be is an answer. */
export async function synthesiseVariant(deployment: Deployment, patch: Patch, within: string): Promise<Variant> {
  try {
    return { stacks: await synthesiseChanged(deployment, patch, within) };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof Failure)) throw error;
    return { refused: firstFault(error.message) };
  }
}

/** Writes a project of the same services and environments, one of them changed, into a folder. */
export function writeProject(root: string, folder: string, name: string, patch: Patch): void {
  mkdirSync(join(folder, ENVIRONMENTS), { recursive: true });
  symlinkSync(join(root, "apps"), join(folder, "apps"), "junction");
  for (const environment of listEnvironments(root)) {
    const file = `${ENVIRONMENTS}/${environment}.json`;
    const text = readFileSync(join(root, file), "utf8");
    const own = environment === name;
    writeFileSync(join(folder, file), own ? JSON.stringify(patched(JSON.parse(text) as Patch, patch)) : text);
  }
}

/** An object with a patch put in. */
export function patched(object: Patch, patch: Patch): Patch {
  const changes = Object.entries(patch).map(([name, value]) => {
    const before = object[name];
    return [name, isMembers(value) ? patched(isMembers(before) ? before : {}, value) : value] as const;
  });
  return { ...object, ...Object.fromEntries(changes) };
}

function isMembers(value: unknown): value is Patch {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** What is wrong, in the words of the first of several faults. */
export function firstFault(message: string): string {
  const lines = message.split("\n").map((line) => line.trim());
  const wrong = lines.find((line) => line.startsWith("wrong:"));
  return wrong?.replace(/^wrong:\s*/, "") ?? lines.slice(0, 2).join(" ");
}
