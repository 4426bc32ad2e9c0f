import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadProject } from "../../config/load";
import type { Synthesised } from "../../modules/testing/synth";
import { Lifetime } from "../processes/lifetime";
import { recordingTerminal } from "../testing/recording-terminal";
import { ResourceGraph } from "./graph";
import { parseDocument, type Resource } from "./resource";
import { synthesiseGraph } from "./synthesised-graph";

const ROOT = process.cwd();

const graphs = new Map<string, Promise<ResourceGraph>>();

/** The resources of an environment as `npm run diagram` sees them, synthesised once. */
export function graphOf(name: string): Promise<ResourceGraph> {
  const graph = graphs.get(name) ?? synthesised(name);
  graphs.set(name, graph);
  return graph;
}

async function synthesised(name: string): Promise<ResourceGraph> {
  const lifetime = new Lifetime();
  try {
    const { environment } = loadProject({ root: ROOT, environment: name });
    return await synthesiseGraph({
      root: ROOT,
      environment,
      lifetime,
      terminal: recordingTerminal().terminal,
      variables: { ...process.env, ENVIRONMENT: name },
      stdio: "inherit",
    });
  } finally {
    await lifetime.end();
  }
}

/** The resources of stacks that a test has made. */
export function graphOfStacks(stacks: Readonly<Record<string, Synthesised | undefined>>): ResourceGraph {
  return new ResourceGraph(
    Object.entries(stacks).flatMap(([name, stack]) => (stack ? parseDocument(name, stack.json) : [])),
  );
}

/** A stack of these resources alone. */
export function graphOfResources(resource: object): ResourceGraph {
  return new ResourceGraph([parseDocument("trial", JSON.stringify({ resource }))]);
}

/** The links of a graph by a word for each end: `customer -> MySQL`. */
export function linksOf(graph: ResourceGraph, stack: string): readonly string[] {
  return graph.links
    .filter((link) => link.stack === stack)
    .map(({ tail, head, label }) => `${nameOf(tail)} -> ${nameOf(head)}${label === undefined ? "" : ` (${label})`}`);
}

/** Type without `aws_`, and the id without its hash: what a test synthesises says no paths of constructs. */
export function nameOf({ type, address }: Resource): string {
  const [, id = ""] = /\.(\S+?)_[0-9A-F]{8}/.exec(address) ?? [];
  return `${type.replace(/^aws_/, "")} ${id.replaceAll("_", "/")}`;
}

export const DIAGRAMS = join(ROOT, "docs/diagrams");

/** The environments whose pictures are in the repository. */
export const DRAWN_ENVIRONMENTS = readdirSync(DIAGRAMS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Text of a picture in the repository. */
export function committed(environment: string, file: string): string {
  return readFileSync(join(DIAGRAMS, environment, file), "utf8");
}
