import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { StackText } from "../documents/documents";

const MANIFEST = "manifest.json";

/** What CDKTF writes about what it has synthesised. */
interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly name: string; readonly synthesizedStackPath: string }>>;
}

/** The stacks that CDKTF has written into a folder, sorted by name: one by one, for together they may be large. */
export function* readWrittenStacks(folder: string): Generator<StackText> {
  for (const { name, synthesizedStackPath } of stacksOf(folder)) {
    yield { name, json: readFileSync(join(folder, synthesizedStackPath), "utf8") };
  }
}

/** Removes what {@link readWrittenStacks} reads, and nothing else that is in the folder. */
export function removeWrittenStacks(folder: string): void {
  for (const { synthesizedStackPath } of stacksOf(folder)) rmSync(join(folder, synthesizedStackPath), { force: true });
  rmSync(join(folder, MANIFEST), { force: true });
}

function stacksOf(folder: string) {
  const { stacks } = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")) as Manifest;
  return Object.values(stacks).sort((one, other) => (one.name < other.name ? -1 : 1));
}
