import { groupBy } from "../../../config/group-by";
import { textAt } from "../../../stacks/documents/body";
import type { Link, ResourceGraph } from "../graph";
import { kindOf } from "../kind-of";
import { labelOf, wrapped } from "../labels/labels";
import { rulePaths } from "../labels/network";
import type { Picture, PictureEdge, PictureNode } from "../picture";
import { PIPELINE_ACTION, type Resource } from "../resource";
import { CLIENTS, entriesOf } from "./entries";

/** Types that the overview shows; what is between them becomes an edge. */
const SHOWN = [
  "aws_lb",
  "aws_apigatewayv2_api",
  "aws_api_gateway_rest_api",
  "aws_cognito_user_pool",
  "aws_ecs_service",
  "aws_db_instance",
  "aws_sesv2_email_identity",
  PIPELINE_ACTION,
];

/** Lines of a node that the overview has room for. */
const LINES_MAX = 3;

/** Most paths that an edge names. */
const PATHS_MAX = 3;

/** The way of a request through all stacks of an environment, and what releases the services. */
export function overviewPicture(environment: string, graph: ResourceGraph): Picture {
  const shown = graph.nodes.filter(({ type }) => SHOWN.includes(type));
  const actions = groupBy(shown.filter(isAction), idOf);
  const others = shown.filter((node) => !isAction(node));
  const nodes = [...others.map((node) => toNode(node, graph)), ...[...actions.values()].map(toPipeline)];
  const edges = [...entryEdges(graph), ...shown.flatMap((node) => edgesFrom(node, graph))];
  return {
    name: "overview",
    title: `The environment ${environment}`,
    description: describe(environment, others),
    nodes: [CLIENTS, ...nodes],
    edges: distinct(edges.filter(({ tail, head }) => tail !== head)),
  };
}

const isAction = ({ type }: Resource) => type === PIPELINE_ACTION;

/** The actions of a pipeline are one node. */
const idOf = (node: Resource) => (isAction(node) ? String(node.body.pipeline) : node.key);

function toNode(node: Resource, graph: ResourceGraph): PictureNode {
  const { title, lines } = labelOf(node, graph);
  return {
    id: idOf(node),
    kind: kindOf(node),
    label: { title, lines: lines.slice(0, LINES_MAX) },
    frames: [`stack ${node.stack}`],
    elsewhere: false,
  };
}

function toPipeline(actions: readonly Resource[]): PictureNode {
  const [first] = actions as readonly [Resource];
  return {
    id: idOf(first),
    kind: kindOf(first),
    label: { title: "pipeline", lines: [textAt(first.body, "pipelineName") ?? "", ...wrapped(stagesOf(actions))] },
    frames: [`stack ${first.stack}`],
    elsewhere: false,
  };
}

function stagesOf(actions: readonly Resource[]): string {
  return [...new Set(actions.map(({ address }) => address.split(" ").at(-1)?.split("/")[0]))].join(" → ");
}

function entryEdges(graph: ResourceGraph): readonly PictureEdge[] {
  return entriesOf(graph.nodes, graph.links).flatMap((entry) => {
    const way = "request" as const;
    if (SHOWN.includes(entry.type)) return [{ tail: CLIENTS.id, head: idOf(entry), way }];
    const name = labelOf(entry, graph).lines[0];
    return next(entry, graph).map(({ head }) => ({ tail: CLIENTS.id, head: idOf(head), label: name, way }));
  });
}

/** An edge to each shown node that is reached past others, with the paths of the rules in between. */
function edgesFrom(node: Resource, graph: ResourceGraph): readonly PictureEdge[] {
  return next(node, graph).map(({ head, via, links }) => {
    const paths = via.filter(({ type }) => type === "aws_lb_listener_rule").flatMap(rulePaths);
    const said = links.flatMap(({ label }) => label ?? []);
    return { tail: idOf(node), head: idOf(head), label: labelOfWay(paths, said[0]), way: links[0]?.way ?? "request" };
  });
}

interface Way {
  readonly head: Resource;
  /** Nodes between, that are not shown. */
  readonly via: readonly Resource[];
  readonly links: readonly Link[];
}

/** The next shown nodes along the links, past those that are not shown. */
function next(node: Resource, graph: ResourceGraph, via: readonly Resource[] = []): readonly Way[] {
  return graph.links
    .filter(({ tail }) => tail === node)
    .flatMap((link): readonly Way[] => {
      if (SHOWN.includes(link.head.type)) return [{ head: link.head, via, links: [link] }];
      if (via.includes(link.head)) return [];
      return next(link.head, graph, [...via, link.head]).map((way) => ({ ...way, links: [link, ...way.links] }));
    });
}

function labelOfWay(paths: readonly string[], said: string | undefined): string | undefined {
  if (paths.length === 0) return said;
  return paths.length > PATHS_MAX ? `${paths.slice(0, PATHS_MAX).join("\n")}\n…` : paths.join("\n");
}

function distinct(edges: readonly PictureEdge[]): readonly PictureEdge[] {
  return [...groupBy(edges, ({ tail, head }) => `${tail} ${head}`).values()].flatMap(([first]) => first ?? []);
}

function describe(environment: string, nodes: readonly Resource[]): string {
  const services = nodes.filter(({ type }) => type === "aws_ecs_service");
  const names = services.map(({ stack, body }) => `${textAt(body, "name")} of ${stack}`);
  return `Clients of the environment ${environment} reach, through load balancers and gateways, the services ${names.join(", ")}.`;
}
