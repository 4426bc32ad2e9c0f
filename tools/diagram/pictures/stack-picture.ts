import type { ResourceGraph } from "../graph";
import { count } from "../labels/label";
import type { Picture, PictureEdge } from "../picture";
import type { Resource } from "../resource";
import { CLIENTS, entriesOf, INTERNET } from "./entries";
import { framesOf } from "./frames";
import { drawNodes, idOf } from "./nodes";

/** A stack's nodes, and those of other stacks that they use. */
export function stackPicture(stack: string, environment: string, graph: ResourceGraph): Picture {
  const own = graph.nodes.filter((node) => node.stack === stack);
  const links = graph.links.filter((link) => link.stack === stack);
  const others = [...new Set(links.flatMap(({ tail, head }) => [tail, head]))].filter((node) => node.stack !== stack);
  const { nodes, edges } = drawNodes([...own, ...others], links, graph, {
    stack,
    framesOf: (node) => (node.stack === stack ? framesOf(node, graph) : []),
  });
  const outside = outsideEdges(own, graph);
  const ends = [CLIENTS, INTERNET].filter(({ id }) => outside.some(({ tail, head }) => tail === id || head === id));
  return {
    name: stack,
    title: `Stack ${stack} of ${environment}`,
    description: describe(stack, environment, own, others),
    nodes: [...ends, ...nodes],
    edges: [...outside, ...edges],
  };
}

function outsideEdges(own: readonly Resource[], graph: ResourceGraph): readonly PictureEdge[] {
  const gateways = own.filter(({ type }) => type === "aws_internet_gateway");
  return [
    ...entriesOf(own, graph.links).map((node) => ({
      tail: CLIENTS.id,
      head: idOf(node, graph),
      way: "request" as const,
    })),
    ...gateways.map((node) => ({ tail: idOf(node, graph), head: INTERNET.id, way: "request" as const })),
  ];
}

function describe(stack: string, environment: string, own: readonly Resource[], others: readonly Resource[]): string {
  const stacks = [...new Set(others.map((node) => node.stack))].sort();
  const uses = stacks.length > 0 ? `, which use resources of ${stacks.join(", ")}` : "";
  return `The stack ${stack} of the environment ${environment}: ${count(own.length, "resource")} drawn${uses}.`;
}
