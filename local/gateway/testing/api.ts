import type { ViewApi, ViewLoadBalancer, ViewRoute } from "../../cloud/view";
import { CLIENT, ISSUER } from "./tokens";

export const AUTHORIZER = "authorizer-1";

/** An API without routes, with an authoriser. */
export function apiOf(changes: Partial<ViewApi> = {}): ViewApi {
  const id = changes.id ?? "api-1";
  return {
    id,
    name: "public-api",
    kind: "HTTP",
    hosts: [`${id}.execute-api.us-east-1.amazonaws.com`],
    stage: "$default",
    routes: [],
    authorizers: [{ id: AUTHORIZER, issuer: ISSUER, audience: [CLIENT] }],
    ...changes,
  };
}

/** A route to the listener `listener`, open to anybody. @param key `GET /finance` */
export function routeOf(key: string, changes: Partial<ViewRoute> = {}): ViewRoute {
  const [method = "", path = ""] = key.split(" ");
  return { method, path, scopes: [], target: { listener: "listener" }, ...changes };
}

/** A load balancer with one listener for port 80. */
export const LOAD_BALANCER: ViewLoadBalancer = {
  arn: "balancer",
  name: "balancer",
  dnsName: "internal-1.us-east-1.elb.amazonaws.com",
  aliases: ["balancer.example.test"],
  attributes: {},
  internal: true,
  listeners: [{ arn: "listener", port: 80, protocol: "HTTP", rules: [] }],
};
