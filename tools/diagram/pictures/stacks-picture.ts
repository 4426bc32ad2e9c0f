import { groupBy } from "../../../config/group-by";
import type { ResourceGraph } from "../graph";
import { count } from "../labels/label";
import type { Picture, PictureEdge } from "../picture";
import { PIPELINE_ACTION, type Resource } from "../resource";
import { NOUNS } from "./nouns";

/** Lines of what is in a stack, and of what crosses to another. */
const LINES_MAX = 6;

/** The stacks of an environment, and what they read of each other's state. */
export function stacksPicture(environment: string, graph: ResourceGraph): Picture {
  const names = graph.stacks.map(({ name }) => name);
  const edges = names.flatMap((name) => needsOf(name, graph));
  return {
    name: "stacks",
    title: `The stacks of ${environment}`,
    description: describe(environment, edges),
    nodes: names.map((name) => ({
      id: name,
      kind: "stack",
      label: { title: name, lines: contents(graph.nodes.filter(({ stack }) => stack === name)) },
      frames: [],
      elsewhere: false,
    })),
    edges,
  };
}

/** What is in a stack, the most telling types first. */
function contents(nodes: readonly Resource[]): readonly string[] {
  const computed = nodes.filter((node) => node.type !== PIPELINE_ACTION);
  const pipelines = new Set(nodes.flatMap(({ body }) => (typeof body.pipeline === "string" ? body.pipeline : [])));
  const counted = counts(computed);
  const lines = pipelines.size > 0 ? [count(pipelines.size, "pipeline"), ...counted] : counted;
  return lines.slice(0, LINES_MAX);
}

function counts(resources: readonly Resource[]): readonly string[] {
  const byType = groupBy(resources, ({ type }) => type);
  return Object.entries(NOUNS).flatMap(([type, [one, many]]) => {
    const number = byType.get(type)?.length ?? 0;
    return number === 0 ? [] : count(number, one, many);
  });
}

function needsOf(stack: string, graph: ResourceGraph): readonly PictureEdge[] {
  const others = groupBy(graph.crossings(stack), (resource) => resource.stack);
  return [...others].map(([other, resources]) => ({
    tail: stack,
    head: other,
    label: counts(resources).slice(0, LINES_MAX).join("\n"),
    way: "need" as const,
  }));
}

function describe(environment: string, edges: readonly PictureEdge[]): string {
  const needs = groupBy(edges, ({ tail }) => tail);
  const sentences = [...needs].map(([tail, of]) => `${tail} needs ${of.map(({ head }) => head).join(", ")}`);
  return `The stacks of the environment ${environment}: ${sentences.join("; ")}.`;
}
