import { describe, expect, it } from "vitest";
import { at, costOf, fargateService, linesOf, type Resources, ref, together } from "../cost.fixtures";

/** A load balancer with a service behind a rule of its listener. */
function loadBalancer(members: object): Resources {
  return together(
    fargateService("web", 0, { load_balancer: [{ target_group_arn: ref("aws_lb_target_group.web.arn") }] }),
    {
      aws_lb: { front: { ...at("LoadBalancer/Resource"), load_balancer_type: "application", ...members } },
      aws_lb_listener: { http: { load_balancer_arn: ref("aws_lb.front.arn") } },
      aws_lb_listener_rule: {
        web: {
          listener_arn: ref("aws_lb_listener.http.arn"),
          action: [{ target_group_arn: ref("aws_lb_target_group.web.arn") }],
        },
      },
      aws_lb_target_group: { web: { name_prefix: "web" } },
    },
  );
}

const endpoint = (service: string, zones = 2) => ({
  vpc_endpoint_type: "Interface",
  service_name: `com.amazonaws.us-east-1.${service}`,
  subnet_ids: Array.from({ length: zones }, (_, zone) => `subnet-${zone}`),
});

describe("a load balancer", () => {
  it("costs its hours, an address in each zone, and what each service's requests take", () => {
    expect(linesOf(costOf(loadBalancer({ internal: false, subnets: ["a", "b", "c"] })))).toEqual([
      "-: load balancer: 730 × 0.0225",
      "-: public addresses of the load balancer: 3 × 730 × 0.005",
      "web: LCU of the load balancer: 1 × 1000000 / 90000 × 0.008",
      "web: traffic to the internet: 5 × 0.09",
    ]);
  });

  it("has no addresses, and answers nothing to the internet, where it is internal", () => {
    expect(linesOf(costOf(loadBalancer({ internal: true, subnets: ["a", "b"] })))).toEqual([
      "-: load balancer: 730 × 0.0225",
      "web: LCU of the load balancer: 1 × 1000000 / 90000 × 0.008",
    ]);
  });

  it("takes LCU by GB where these are more than the connections", () => {
    const lines = linesOf(costOf(loadBalancer({ internal: true }), { trafficGb: 100 }));
    expect(lines).toContain("web: LCU of the load balancer: 100 × 0.008");
  });

  it("of another type is listed without a price", () => {
    const { unknown } = costOf({ aws_lb: { front: { load_balancer_type: "network" } } });
    expect(unknown).toEqual([{ type: "aws_lb", detail: "load balancers of type network", count: 1 }]);
  });
});

describe("the way out", () => {
  const services = together(fargateService("web", 0), fargateService("other", 0));
  const gateways = { aws_nat_gateway: { a: {}, b: {} }, aws_eip: { a: {}, b: {} } };

  it("through NAT gateways costs their hours, addresses, and what all services exchange and log", () => {
    expect(linesOf(costOf(together(services, gateways)))).toEqual([
      "-: NAT gateway: 2 × 730 × 0.045",
      "-: public address: 2 × 730 × 0.005",
      "-: traffic through NAT gateways: 2 × 2 / 2 × 2 × 0.045",
    ]);
  });

  it("leads logs through an endpoint of theirs where there is one", () => {
    const endpoints = { aws_vpc_endpoint: { logs: endpoint("logs") } };
    expect(linesOf(costOf(together(services, gateways, endpoints)))).toEqual([
      "-: NAT gateway: 2 × 730 × 0.045",
      "-: interface endpoint: 2 × 730 × 0.01",
      "-: public address: 2 × 730 × 0.005",
      "-: traffic through NAT gateways: 2 × 2 / 2 × 1 × 0.045",
      "-: traffic through interface endpoints: 2 × 1 × 0.01",
    ]);
  });

  it("leads everything through endpoints where there is no gateway", () => {
    const endpoints = { logs: endpoint("logs", 3), one: endpoint("ecr.api", 3), two: endpoint("ecr.dkr", 3) };
    expect(linesOf(costOf(together(services, { aws_vpc_endpoint: endpoints })))).toEqual([
      "-: interface endpoint: 3 × 3 × 730 × 0.01",
      "-: traffic through interface endpoints: 2 × 1 × 0.01",
      "-: traffic through interface endpoints: 2 × 2 / 2 × 1 × 0.01",
    ]);
  });

  it("through a gateway endpoint costs nothing", () => {
    expect(costOf({ aws_vpc_endpoint: { s3: { vpc_endpoint_type: "Gateway" } } }).charges).toEqual([]);
  });
});

describe("an API", () => {
  it("of type HTTP costs the requests and the answers of the services behind it", () => {
    const api = { aws_apigatewayv2_api: { api: { protocol_type: "HTTP" } } };
    expect(linesOf(costOf(together(loadBalancer({ internal: true }), api)))).toEqual([
      "-: load balancer: 730 × 0.0225",
      "web: LCU of the load balancer: 1 × 1000000 / 90000 × 0.008",
      "web: requests of the HTTP API: 1 × 1",
      "web: traffic to the internet: 5 × 0.09",
    ]);
  });

  it("of type REST costs more for them, and its traffic is the load balancer's", () => {
    const api = { aws_api_gateway_rest_api: { api: { name: "api" } } };
    const lines = linesOf(costOf(together(loadBalancer({ internal: false, subnets: ["a"] }), api)));
    expect(lines).toContain("web: requests of the REST API: 1 × 3.5");
    expect(lines.filter((line) => line.includes("traffic"))).toEqual(["web: traffic to the internet: 5 × 0.09"]);
  });
});

describe("a private namespace", () => {
  it("costs its hosted zone", () => {
    expect(linesOf(costOf({ aws_service_discovery_private_dns_namespace: { internal: {} } }))).toEqual([
      "-: hosted zone of the namespace: 0.5",
    ]);
  });
});
