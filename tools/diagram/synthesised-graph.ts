import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../deploy/deployment";
import { type SynthesisedStacks, synthesise } from "../deploy/stacks";
import { ResourceGraph } from "./graph";
import { parseDocument, type StackDocument } from "./resource";

/** The resources of an environment, synthesised for this; what is written for it is removed. @throws Failure */
export async function synthesiseGraph(deployment: Deployment): Promise<ResourceGraph> {
  // Two at once do not write over each other.
  const synthesised = await synthesise(deployment, `diagram-${process.pid}`);
  try {
    return new ResourceGraph(readDocuments(synthesised));
  } finally {
    rmSync(synthesised.folder, { recursive: true, force: true });
  }
}

/** The stacks that were synthesised, sorted by name. */
export function readDocuments(synthesised: SynthesisedStacks): readonly StackDocument[] {
  const names = synthesised.waves([]).flat().sort();
  return names.map((name) =>
    parseDocument(name, readFileSync(join(synthesised.folder, "stacks", name, "cdk.tf.json"), "utf8")),
  );
}
