import { textAt, textsAt, valueAt } from "../../../stacks/documents/body";
import type { Resource } from "../../diagram/resource";
import { product, ratio, type Term } from "../arithmetic";
import { byUse, type Context, fixed, type Item, type Pricer } from "../charge";
import { nameOf } from "../plan";

/** New connections a second that an LCU holds. Source: Elastic Load Balancing pricing, "LCU details". */
const LCU_CONNECTIONS_PER_SECOND = 25;

const SECONDS_PER_HOUR = 3_600;
const MILLION = 1_000_000;

/** Logs go through an endpoint of their own where there is one. */
const LOGS = "logs";

/** The load balancer, the addresses of one that is public, and what the requests of the services behind it take. */
export const priceLoadBalancer: Pricer = (loadBalancer, context) => {
  const { plan, prices, assumptions } = context;
  const kind = textAt(loadBalancer.body, "load_balancer_type") ?? "application";
  if (kind !== "application") return [{ noPrice: `load balancers of type ${kind}` }];
  const { hoursPerMonth } = assumptions;
  const isPublic = valueAt(loadBalancer.body, "internal") !== true;
  const zones = textsAt(loadBalancer.body, "subnets").length;
  return [
    fixed("load balancer", product(hoursPerMonth, prices.of.loadBalancerHour)),
    ...(isPublic
      ? [fixed("public addresses of the load balancer", product(zones, hoursPerMonth, prices.of.publicIpv4Hour))]
      : []),
    ...plan
      .servicesBehind(loadBalancer)
      .flatMap((service) => [
        byUse("LCU of the load balancer", product(lcuHours(context), prices.of.lcuHour), nameOf(service)),
        ...(isPublic ? [answersOf(service, context)] : []),
      ]),
  ];
};

/** LCU-hours that a service's requests take: by connections, each request being one, or by GB, whichever are more. */
function lcuHours({ assumptions: { requestsMillions, trafficGb } }: Context): Term {
  const perHour = LCU_CONNECTIONS_PER_SECOND * SECONDS_PER_HOUR;
  const byConnections = (requestsMillions * MILLION) / perHour;
  return byConnections > trafficGb ? product(requestsMillions, ratio(MILLION, perHour)) : trafficGb;
}

/** What a service answers to the internet. */
export function answersOf(service: Resource, { prices, assumptions }: Context): Item {
  return byUse("traffic to the internet", product(assumptions.trafficGb, prices.of.transferOutGb), nameOf(service));
}

export const priceAddress: Pricer = (_, { prices, assumptions }) => [
  fixed("public address", product(assumptions.hoursPerMonth, prices.of.publicIpv4Hour)),
];

/** A NAT gateway takes its part of what all services exchange, but not their logs where these have an endpoint. */
export const priceNat: Pricer = (_, { plan, prices, assumptions }) => {
  const { hoursPerMonth, awsCallsGb, logsGb } = assumptions;
  const hasLogs = interfaceEndpoints(plan.ofType("aws_vpc_endpoint")).some((endpoint) => serviceOf(endpoint) === LOGS);
  const gb = awsCallsGb + (hasLogs ? 0 : logsGb);
  const gateways = plan.ofType("aws_nat_gateway").length;
  return [
    fixed("NAT gateway", product(hoursPerMonth, prices.of.natHour)),
    byUse("traffic through NAT gateways", product(ratio(plan.services.length, gateways), gb, prices.of.natGb)),
  ];
};

/** An interface endpoint is in each of its zones; without NAT gateways, what services exchange goes through endpoints. */
export const priceEndpoint: Pricer = (endpoint, { plan, prices, assumptions }) => {
  const endpoints = interfaceEndpoints(plan.ofType("aws_vpc_endpoint"));
  if (!endpoints.includes(endpoint)) return [];
  const zones = textsAt(endpoint.body, "subnet_ids").length;
  const others = endpoints.filter((other) => serviceOf(other) !== LOGS).length;
  const throughOthers = plan.ofType("aws_nat_gateway").length === 0 ? assumptions.awsCallsGb : 0;
  const services = plan.services.length;
  const gb =
    serviceOf(endpoint) === LOGS
      ? product(services, assumptions.logsGb)
      : product(ratio(services, others), throughOthers);
  return [
    fixed("interface endpoint", product(zones, assumptions.hoursPerMonth, prices.of.endpointHour)),
    byUse("traffic through interface endpoints", product(gb, prices.of.endpointGb)),
  ];
};

function interfaceEndpoints(endpoints: readonly Resource[]): readonly Resource[] {
  return endpoints.filter(({ body }) => textAt(body, "vpc_endpoint_type") === "Interface");
}

/** What follows the Region in the name of an endpoint's service: `logs`. */
function serviceOf({ body }: Resource): string | undefined {
  return textAt(body, "service_name")?.split(".").at(-1);
}

export const priceNamespace: Pricer = (_, { prices }) => [fixed("hosted zone of the namespace", prices.of.hostedZone)];

/** Requests of the services behind a gateway. With a public load balancer behind it, the traffic is counted there. */
export const priceHttpApi: Pricer = (api, context) =>
  behindApi(api, context).flatMap((service) => [
    byUse(
      "requests of the HTTP API",
      product(context.assumptions.requestsMillions, context.prices.of.httpApiMillion),
      nameOf(service),
    ),
    answersOf(service, context),
  ]);

export const priceRestApi: Pricer = (api, context) =>
  behindApi(api, context).map((service) =>
    byUse(
      "requests of the REST API",
      product(context.assumptions.requestsMillions, context.prices.of.restApiMillion),
      nameOf(service),
    ),
  );

/** Services behind the load balancers of the gateway's stack, which are there for it. */
export function behindApi(api: Resource, { plan }: Context): readonly Resource[] {
  const own = plan.ofType("aws_lb").filter(({ stack }) => stack === api.stack);
  return [...new Set(own.flatMap((loadBalancer) => plan.servicesBehind(loadBalancer)))];
}
