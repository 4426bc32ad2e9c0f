import { textAt, textsAt } from "../../../stacks/documents/body";
import type { ResourceGraph } from "../graph";
import { tierOf } from "../labels/network";
import { PIPELINE_ACTION, type Resource } from "../resource";

/** Titles of the frames around a node in the picture of its own stack, from the outermost one. */
export function framesOf(node: Resource, graph: ResourceGraph): readonly string[] {
  if (node.type === PIPELINE_ACTION) return [pipelineTitle(node)];
  if (node.type === "aws_subnet") return [vpcTitle(graph), `zone ${textAt(node.body, "availability_zone")}`];
  const subnets = graph.refersTo(node, "aws_subnet");
  const [subnet] = subnets;
  if (node.type === "aws_nat_gateway" && subnet) return framesOf(subnet, graph);
  if (subnet) return [vpcTitle(graph), tierTitle(subnets, subnet, graph), ...clusterTitles(node, graph)];
  const [nearest] = near(node, graph);
  if (nearest) return framesOf(nearest, graph);
  return IN_VPC.includes(node.type) ? [vpcTitle(graph)] : [];
}

/** Types that are in the VPC, in none of its subnets. */
const IN_VPC = [
  "aws_internet_gateway",
  "aws_vpc_endpoint",
  "aws_flow_log",
  "aws_lb_target_group",
  "aws_lb_listener_rule",
];

/** Types of whose nodes another is drawn beside, where it is in no subnet itself. */
const BESIDE: Readonly<Record<string, string>> = {
  aws_lb_listener: "aws_lb",
  // A task that has its instance's addresses.
  aws_ecs_service: "aws_ecs_capacity_provider",
};

function near(node: Resource, graph: ResourceGraph): readonly Resource[] {
  // A one-off task runs where the services of the stack do.
  if (node.type === "aws_ecs_task_definition") {
    return graph.nodes.filter(({ type, stack }) => type === "aws_ecs_service" && stack === node.stack);
  }
  if (node.type === "aws_lb_listener_rule") {
    const listeners = graph.refersTo(node, "aws_lb_listener");
    return listeners.filter(({ stack }) => stack === node.stack);
  }
  const type = BESIDE[node.type];
  return type === undefined ? [] : graph.refersTo(node, type);
}

function vpcTitle(graph: ResourceGraph): string {
  const vpcs = graph.stacks.flatMap(({ resources }) => resources.filter(({ type }) => type === "aws_vpc"));
  return `VPC ${vpcs.map(({ body }) => textAt(body, "cidr_block")).join(", ")}`;
}

function tierTitle(subnets: readonly Resource[], first: Resource, graph: ResourceGraph): string {
  const zones = new Set(subnets.map(({ body }) => textAt(body, "availability_zone")));
  return `${tierOf(first, graph)} subnets: ${[...zones].join(", ")}`;
}

/** The cluster that a service, or the instances of a capacity provider, belong to. */
function clusterTitles(node: Resource, graph: ResourceGraph): readonly string[] {
  if (node.type !== "aws_ecs_service" && node.type !== "aws_ecs_capacity_provider") return [];
  const cluster = graph.first(node.stack, "aws_ecs_cluster");
  const providers = textsAt(
    graph.first(node.stack, "aws_ecs_cluster_capacity_providers")?.body,
    "capacity_providers",
  ).map((provider) => (provider.includes("${") ? "EC2" : provider));
  return [`ECS cluster ${textAt(cluster?.body, "name")}: ${providers.join(", ")}`];
}

/** Name of an action's pipeline. */
export function pipelineTitle(action: Resource): string {
  return `pipeline ${textAt(action.body, "pipelineName")}`;
}
