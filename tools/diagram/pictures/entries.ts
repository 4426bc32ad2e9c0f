import type { Link } from "../graph";
import type { PictureNode } from "../picture";
import type { Resource } from "../resource";

/** Where requests come from. */
export const CLIENTS: PictureNode = {
  id: "clients",
  kind: "outside",
  label: { title: "clients", lines: [] },
  frames: [],
  elsewhere: false,
};

/** Where what is in a network goes to. */
export const INTERNET: PictureNode = { ...CLIENTS, id: "internet", label: { title: "internet", lines: [] } };

const APIS = ["aws_apigatewayv2_api", "aws_api_gateway_rest_api"];

/** The nodes that clients send their requests to: a name, or what has none and is open to the internet. */
export function entriesOf(nodes: readonly Resource[], links: readonly Link[]): readonly Resource[] {
  const led = (node: Resource, types: readonly string[]) =>
    links.some(({ tail, head }) => head === node && types.includes(tail.type));
  return nodes.filter((node) => {
    // The name that a gateway calls a load balancer by is not told to clients.
    if (node.type === "aws_route53_record") return !led(node, APIS);
    if (node.type === "aws_lb") return node.body.internal !== true && !led(node, ["aws_route53_record", ...APIS]);
    return APIS.includes(node.type) && !led(node, ["aws_route53_record"]);
  });
}
