import { listAt, textAt, textsAt } from "../../../stacks/documents/body";
import type { Resource } from "../resource";
import { type Labeller, label, plain } from "./label";

/** `public` where a route of it leads to the internet gateway. */
export function tierOf(subnet: Resource, graph: Parameters<Labeller>[1]): string {
  return graph.refersTo(subnet, "aws_internet_gateway").length > 0 ? "public" : "private";
}

/** The patterns of paths, each without that for all below it. */
function withoutBelow(patterns: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => !pattern.endsWith("/*") || !patterns.includes(pattern.slice(0, -2)));
}

/** A path and all below it, which are two patterns, on one line. */
function pathLines(patterns: readonly string[]): readonly string[] {
  return withoutBelow(patterns).map((pattern) =>
    patterns.includes(`${pattern}/*`) ? `${pattern}, ${pattern}/*` : pattern,
  );
}

/** The paths of a rule that others begin with. */
export function rulePaths(rule: Resource): readonly string[] {
  const patterns = listAt(rule.body, "condition").flatMap((condition) => textsAt(condition, "path_pattern", "values"));
  return withoutBelow(patterns);
}

function defaultAction(listener: Resource): string | undefined {
  const [action] = listAt(listener.body, "default_action");
  const status = textAt(action, "fixed_response", "status_code");
  if (status !== undefined) return `else ${status}`;
  const port = textAt(action, "redirect", "port");
  return port === undefined ? undefined : `redirects to ${port}`;
}

/** Whose target group it is, and which of two: `customer, blue`. The name is AWS's own, with a random end. */
function ownerOf({ path }: Resource): string {
  const words = path.split("/").filter((part) => !/^(TargetGroups?|Resource)$/.test(part));
  return words.join(", ").toLowerCase();
}

/** Labels of the network and of the way in. */
export const NETWORK_LABELS: Readonly<Record<string, Labeller>> = {
  aws_subnet: (node, graph) =>
    label(`${tierOf(node, graph)} subnet`, textAt(node.body, "cidr_block"), textAt(node.body, "availability_zone")),
  aws_internet_gateway: () => label("internet gateway"),
  aws_nat_gateway: (node, graph) =>
    label("NAT gateway", ...graph.refersTo(node, "aws_subnet").map(({ body }) => textAt(body, "availability_zone"))),
  aws_vpc_endpoint: (node) =>
    label(`${textAt(node.body, "service_name")?.split(".").at(-1)} endpoint`, textAt(node.body, "vpc_endpoint_type")),
  aws_flow_log: (node) => label("flow log", `${textAt(node.body, "traffic_type")?.toLowerCase()} traffic`),
  aws_route53_record: (node) => label("Route 53", plain(textAt(node.body, "name"))),
  aws_lb: (node) =>
    label(
      "load balancer",
      textAt(node.body, "name"),
      node.body.internal === true ? "private addresses" : "open to the internet",
    ),
  aws_lb_listener: (node) =>
    label(`${textAt(node.body, "protocol")} ${textAt(node.body, "port")}`, defaultAction(node)),
  aws_lb_listener_rule: (node) => {
    const conditions = listAt(node.body, "condition");
    const sources = conditions.flatMap((condition) => textsAt(condition, "source_ip", "values"));
    return label(
      `rule ${textAt(node.body, "priority")}`,
      ...conditions.flatMap((condition) => pathLines(textsAt(condition, "path_pattern", "values"))),
      ...sources.map((source) => `from ${plain(source)}`),
    );
  },
  aws_lb_target_group: (node) =>
    label(
      "target group",
      ownerOf(node),
      `${textAt(node.body, "protocol")} ${textAt(node.body, "port")}, ${textAt(node.body, "target_type")}`,
      `healthy: ${textAt(node.body, "health_check", "path")}`,
    ),
  aws_apigatewayv2_vpc_link: (node) => label("VPC link", textAt(node.body, "name")),
  aws_service_discovery_service: (node, graph) => {
    const [namespace] = graph.refersTo(node, "aws_service_discovery_private_dns_namespace");
    return label(
      "Cloud Map",
      `${textAt(node.body, "name")}.${textAt(namespace?.body, "name")}`,
      `${textAt(node.body, "dns_config", "dns_records", "type")}, ${textAt(node.body, "dns_config", "dns_records", "ttl")} s`,
    );
  },
};
