import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { loadProject, type Project } from "../config/load";
import type { Service } from "../config/service";
import { parseStack, testingApp } from "../modules/testing/synth";
import { MailStack } from "./mail";
import { NetworkStack } from "./network";
import { PublicApiGroupStack, PublicApiStack } from "./public-api";
import { PublicApiPipelinesStack } from "./public-api-pipelines";
import { RegistryStack } from "./registry";
import { UserNotificationsPipelinesStack } from "./user-notifications-pipelines";

const inGroup = (services: readonly Service[]) => services.map((service) => ({ ...service, group: "team" }));

/** A project with these services alone, all of a group. */
function project(environment: string, ...names: readonly string[]): Project {
  const { environment: made, services } = loadProject({ root: process.cwd(), environment });
  const recordNames = { ...made.dns?.recordNames, "user-notifications-team": "team" };
  return {
    environment: { ...made, ...(made.dns && { dns: { ...made.dns, recordNames } }) },
    services: inGroup(services.filter(({ name }) => names.includes(name))),
  };
}

describe("a group of the API's system", () => {
  const { environment, services } = project("local", "service-b-api");
  const app = testingApp();
  const common = {
    environment,
    network: new NetworkStack(app, { environment }),
    registry: new RegistryStack(app, { environment, services }),
    mail: new MailStack(app, { environment }),
  };
  const api = new PublicApiStack(app, { ...common, services: [], exposed: services });
  const group = new PublicApiGroupStack(app, { ...common, group: "team", services, api: api.api });
  const [ofGroup, ofApi] = [parseStack(Testing.synth(group)), parseStack(Testing.synth(api))];

  it("has its services on a cluster of its own, behind the load balancer of the API", () => {
    expect(group.stackName).toBe("public-api-team");
    expect(ofGroup.counts()).toMatchObject({ aws_ecs_cluster: 1, aws_ecs_service: 1 });
    expect(ofGroup.resources(Lb)).toEqual([]);
    expect(ofGroup.resource(LbListenerRule).listener_arn).toMatch(/^\$\{aws_lb_listener\.Api_LoadBalancer_/);
  });

  it("leaves the API and its load balancer in the system's stack, which has no service then", () => {
    expect(ofApi.counts()).toMatchObject({ aws_lb: 1, aws_apigatewayv2_api: 1, aws_cognito_resource_server: 1 });
    expect(ofApi.counts().aws_ecs_service).toBeUndefined();
  });
});

describe("the pipelines of services of a group", () => {
  it("from GitHub lead to the group's cluster", () => {
    const { environment, services } = project("local", "service-b-api");
    const github = environment.pipelines?.github;
    if (!github) throw new Error("there are no pipelines from GitHub");
    const json = Testing.synth(new PublicApiPipelinesStack(testingApp(), { environment, github, services }));
    expect(
      parseStack(json)
        .resources(Codepipeline)
        .map(({ name }) => name),
    ).toEqual(["public-api-team-local-service-b-api-github", "public-api-team-local-service-b-api-pr"]);
    expect(json).toContain('"ClusterName": "public-api-team-local"');
  });

  it("from source ask the group's own name whether a service serves", () => {
    const [here, production] = [project("local", "notification"), project("local-prod", "notification")];
    const stack = new UserNotificationsPipelinesStack(testingApp(), { ...here, production });
    const synthesised = parseStack(Testing.synth(stack));
    const smoke = synthesised.resources(CodebuildProject).find(({ name }) => String(name).endsWith("-smoke"));
    expect(JSON.stringify(smoke)).toContain("user-notifications-team-local-notification");
    expect(JSON.stringify(synthesised.resource(Codepipeline))).toContain("http://team.example.test");
  });
});
