import { describe, expect, it } from "vitest";
import { type Kind as ApiKind, stacksOf } from "../../stacks/public-api.fixtures";
import { allStacks } from "../../stacks/stacks.fixtures";
import { by, MODES, type Mode } from "../../stacks/user-notifications.fixtures";
import { graphOf, graphOfStacks, linksOf, nameOf } from "./diagram.fixtures";
import type { ResourceGraph } from "./graph";
import { labelOf } from "./labels/labels";

const api = (type: ApiKind) => graphOfStacks({ "public-api": stacksOf("prod", type).publicApi });
const node = (graph: ResourceGraph, name: string) => {
  const found = graph.nodes.find((one) => nameOf(one) === name);
  if (!found) throw new Error(`no ${name} among ${graph.nodes.map(nameOf).join(", ")}`);
  return found;
};

describe("a request", () => {
  const { jenkinsEcs, network } = allStacks("prod");
  const graph = graphOfStacks({ "jenkins-ecs": jenkinsEcs, network });

  it("goes from the name to the service, over load balancer, listener, rule and target group", () => {
    expect(linksOf(graph, "jenkins-ecs")).toEqual(
      expect.arrayContaining([
        "route53_record Platform/Record/A -> lb Platform/LoadBalancer",
        "lb Platform/LoadBalancer -> lb_listener Platform/LoadBalancer/Https",
        "lb_listener Platform/LoadBalancer/Https -> lb_listener_rule service-a/Rule0",
        "lb_listener_rule service-a/Rule0 -> lb_target_group service-a/TargetGroup",
        "lb_target_group service-a/TargetGroup -> ecs_service service-a/Service",
        "ecs_service service-a/Service -> ecs_capacity_provider Platform/Ec2Capacity/CapacityProvider (runs on)",
      ]),
    );
  });

  it("finds at each node what a person asks of it", () => {
    expect(labelOf(node(graph, "ecs_service service-a/Service"), graph)).toEqual({
      title: "service-a",
      lines: ["EC2, port 5000", "256 CPU, 512 MiB", "3 tasks, 2 to 6", "scales: CPU 75 %, memory 75 %", "rolling"],
    });
    expect(labelOf(node(graph, "lb_listener_rule service-a/Rule0"), graph)).toEqual({
      title: "rule 100",
      lines: ["/medical, /medical/*", "/security, /security/*"],
    });
    expect(labelOf(node(graph, "lb_listener Platform/LoadBalancer/Redirect"), graph).lines).toEqual([
      "redirects to 443",
    ]);
  });

  it("has the IPv6 record of a name in the node of the other", () => {
    expect(graph.nodes.filter(({ type }) => type === "aws_route53_record")).toHaveLength(1);
  });
});

describe("a call from service to service", () => {
  const WAYS: Readonly<Record<Mode, readonly string[]>> = {
    "load-balancer": ["ecs_service user-management/Service -> route53_record Platform/Record/A (calls)"],
    "cloud-map": [
      "ecs_service user-management/Service -> service_discovery_service Discovery/Registry-notification (calls)",
      "service_discovery_service Discovery/Registry-notification -> ecs_service notification/Service",
    ],
    "service-connect": ["ecs_service user-management/Service -> ecs_service notification/Service (calls)"],
  };

  it.each(MODES)("by %s goes where the caller's variables say", (mode) => {
    const links = linksOf(graphOfStacks({ "user-notifications": by(mode) }), "user-notifications");
    expect(links.filter((link) => /\(calls\)|^service_discovery/.test(link))).toEqual(WAYS[mode]);
  });
});

describe("an API", () => {
  it("leads over its routes and the VPC link to the load balancer, and checks tokens of the pool", () => {
    const links = linksOf(api("http"), "public-api");
    expect(links).toEqual(
      expect.arrayContaining([
        "route53_record Api/Domain/A -> apigatewayv2_api Api",
        "apigatewayv2_api Api -> cognito_user_pool Api/Users (checks tokens of)",
        "apigatewayv2_vpc_link Api/VpcLink -> lb Api/LoadBalancer",
      ]),
    );
    expect(links.filter((link) => link.endsWith("-> apigatewayv2_vpc_link Api/VpcLink")).length).toBe(7);
  });

  it("of type REST calls the load balancer by a name of its own", () => {
    const links = linksOf(api("rest"), "public-api");
    expect(links.some((link) => /^api_gateway_rest_api .* -> cognito_user_pool/.test(link))).toBe(true);
    expect(links.some((link) => /^api_gateway_rest_api .* -> route53_record/.test(link))).toBe(true);
  });
});

describe("a release", () => {
  it("goes from source over the stages to the service", async () => {
    const graph = await graphOf("dev");
    const pipeline = linksOf(graph, "user-notifications-pipelines").filter((link) => link.includes("notification/"));
    const actions = graph.nodes.filter(
      ({ type, path }) => type === "codepipeline_action" && path === "notification/Pipeline/Resource",
    );
    expect(actions.map((action) => labelOf(action, graph).title)).toEqual([
      "Source",
      "Build",
      "Deploy",
      "Check",
      "Approve",
      "Deploy",
    ]);
    expect(pipeline).toEqual(
      expect.arrayContaining([
        "codecommit_repository Source -> codepipeline_action notification/Pipeline",
        "codepipeline_action notification/Pipeline -> ecs_service notification/Service (releases)",
        "codepipeline_action notification/Pipeline -> ecs_service notification/Service (checks)",
        "codepipeline_action notification/Pipeline -> sns_topic Approvals (asks)",
      ]),
    );
  });

  it("runs the migration, not the tasks whose roles it may pass on", async () => {
    const links = linksOf(await graphOf("prod"), "coffee-suppliers");
    expect(links.filter((link) => link.includes("(runs)"))).toEqual([
      "codepipeline_action employee/Release/Pipeline -> ecs_task_definition employee/DatabaseTasks/Migrate (runs)",
    ]);
  });

  it("by blue/green has the second target group lead to the service too", async () => {
    expect(linksOf(await graphOf("prod"), "coffee-suppliers")).toEqual(
      expect.arrayContaining([
        "lb_target_group customer/TargetGroups/Blue -> ecs_service customer/Service",
        "lb_target_group customer/TargetGroups/Green -> ecs_service customer/Service (next)",
        "codedeploy_deployment_group customer/Release/Group -> ecs_service customer/Service (releases)",
        "ecr_repository customer -> ecs_service customer/Service (image)",
      ]),
    );
  });
});

describe("the network", () => {
  it("has private subnets go out by a NAT gateway each, and public ones by the internet gateway", () => {
    const links = linksOf(graphOfStacks({ network: allStacks("prod").network }), "network");
    const to = (type: string) => links.filter((link) => link.startsWith("subnet") && link.includes(`-> ${type}`));
    expect(to("nat_gateway")).toHaveLength(3);
    expect(to("internet_gateway").every((link) => link.includes("Public"))).toBe(true);
    expect(to("internet_gateway")).toHaveLength(3);
  });
});
