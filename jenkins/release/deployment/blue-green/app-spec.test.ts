import type { Service } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { appSpecOf, taskDefinitionIn, toJson } from "./app-spec";

const ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-cart:7";

const specOf = (service: Service) => appSpecOf({ taskDefinition: ARN, container: "cart", port: 8080, service });

const strategyOf = (service: Service) => specOf(service).Resources[0].TargetService.Properties.CapacityProviderStrategy;

describe("the AppSpec of a service", () => {
  it("names the revision, the container with its port, and the capacity providers", () => {
    const service = { capacityProviderStrategy: [{ capacityProvider: "FARGATE", base: 1, weight: 2 }] };
    const Properties = {
      TaskDefinition: ARN,
      LoadBalancerInfo: { ContainerName: "cart", ContainerPort: 8080 },
      CapacityProviderStrategy: [{ CapacityProvider: "FARGATE", Base: 1, Weight: 2 }],
    };
    expect(specOf(service)).toEqual({ Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties } }] });
  });

  it("has what ECS takes where a strategy leaves base or weight out", () => {
    expect(strategyOf({ capacityProviderStrategy: [{ capacityProvider: "FARGATE" }] })).toEqual([
      { CapacityProvider: "FARGATE", Base: 0, Weight: 0 },
    ]);
  });

  it("takes the capacity providers of the task set that serves where the service tells none", () => {
    const taskSets = [
      { status: "ACTIVE", capacityProviderStrategy: [{ capacityProvider: "other" }] },
      { status: "PRIMARY", capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] },
    ];
    expect(strategyOf({ taskSets })).toEqual([{ CapacityProvider: "FARGATE_SPOT", Base: 0, Weight: 1 }]);
  });

  it("names none where the service has a launch type", () => {
    expect(strategyOf({ launchType: "FARGATE" })).toBeUndefined();
  });

  it("is written with the version that CodeDeploy wants, and tells its revision", () => {
    const text = toJson(specOf({}));
    expect(text).toMatch(/^\{"version":0\.0,"Resources":\[/);
    expect(taskDefinitionIn(text)).toBe(ARN);
  });

  it.each([
    "",
    "version: 0.0",
    "null",
    "{}",
    '{"Resources":[]}',
    '{"Resources":{}}',
    '{"Resources":[{"a":{"Properties":{}}}]}',
    '{"Resources":[{"a":{"Properties":{"TaskDefinition":7}}}]}',
  ])("tells no revision where it is %j", (text) => {
    expect(taskDefinitionIn(text)).toBeUndefined();
  });
});
