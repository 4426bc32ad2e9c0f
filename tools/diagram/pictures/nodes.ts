import { groupBy } from "../../../config/group-by";
import type { Link, ResourceGraph } from "../graph";
import { kindOf } from "../kind-of";
import { labelOf } from "../labels/labels";
import type { PictureEdge, PictureNode } from "../picture";
import type { Resource } from "../resource";

/** Types of which those that are alike (of one stack, with one title) are drawn as one: each is a line of it. */
const MERGED = ["aws_secretsmanager_secret", "aws_ecr_repository", "aws_ecs_task_definition", "aws_apigatewayv2_route"];

/** Nodes and edges of a picture, with those that are alike as one. */
export interface Drawing {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

/**
 * @param framesOf titles of the frames around a node
 * @param stack whose picture it is: nodes of others say which stack they are of
 */
export function drawNodes(
  resources: readonly Resource[],
  links: readonly Link[],
  graph: ResourceGraph,
  { stack, framesOf }: { readonly stack?: string; readonly framesOf: (node: Resource) => readonly string[] },
): Drawing {
  const alike = groupBy(resources, (node) => idOf(node, graph));
  const nodes = [...alike].map(([id, group]) => {
    const [first] = group as readonly [Resource];
    const elsewhere = stack !== undefined && first.stack !== stack;
    const label = labelOfAll(group, graph);
    return {
      id,
      kind: kindOf(first),
      label: elsewhere ? { ...label, lines: [...label.lines, `of ${first.stack}`] } : label,
      frames: framesOf(first),
      elsewhere,
    };
  });
  return { nodes, edges: edgesOf(links, graph) };
}

function edgesOf(links: readonly Link[], graph: ResourceGraph): readonly PictureEdge[] {
  const edges = links.map(({ tail, head, label, way }) => ({
    tail: idOf(tail, graph),
    head: idOf(head, graph),
    label,
    way,
  }));
  return [...new Map(edges.map((edge) => [`${edge.tail} ${edge.head}`, edge])).values()];
}

export function idOf(node: Resource, graph: ResourceGraph): string {
  return MERGED.includes(node.type) ? `${node.stack}/${node.type} ${labelOf(node, graph).title}` : node.key;
}

function labelOfAll(group: readonly Resource[], graph: ResourceGraph) {
  const labels = group.map((node) => labelOf(node, graph));
  const [first] = labels as [(typeof labels)[number]];
  const title = group.length > 1 && first.many !== undefined ? `${group.length} ${first.many}` : first.title;
  const shared = first.lines.filter((line) => group.length > 1 && labels.every(({ lines }) => lines.includes(line)));
  const own = labels.flatMap(({ lines }) => lines.filter((line) => !shared.includes(line)));
  return { title, lines: [...own, ...shared] };
}
