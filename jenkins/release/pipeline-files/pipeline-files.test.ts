import { describe, expect, it } from "vitest";
import { appSpecOf } from "../deployment/blue-green/app-spec";
import { describedOf, EVERYTHING, REPOSITORY } from "../testing/task-definitions";
import { appSpecFile, meanTheSame, TASK_DEFINITION_PLACEHOLDER, taskDefinitionFile } from "./pipeline-files";

const CART = { container: "cart", environment: { LEVEL: "debug" } };

describe("appspec.yaml", () => {
  it("is what CodePipeline has CodeDeploy release by: with the placeholder of the revision", () => {
    const service = { capacityProviderStrategy: [{ capacityProvider: "FARGATE", base: 0, weight: 1 }] };
    const spec = appSpecOf({ taskDefinition: TASK_DEFINITION_PLACEHOLDER, container: "cart", port: 8080, service });
    expect(appSpecFile(spec)).toBe(
      [
        "version: 0.0",
        "Resources:",
        "  - TargetService:",
        "      Type: AWS::ECS::Service",
        "      Properties:",
        "        TaskDefinition: <TASK_DEFINITION>",
        "        LoadBalancerInfo:",
        "          ContainerName: cart",
        "          ContainerPort: 8080",
        "        CapacityProviderStrategy:",
        "          - CapacityProvider: FARGATE",
        "            Base: 0",
        "            Weight: 1",
        "",
      ].join("\n"),
    );
  });

  it("has no capacity providers where the service has none", () => {
    const spec = appSpecOf({ taskDefinition: "<T>", container: "cart", port: 1, service: {} });
    expect(appSpecFile(spec)).not.toContain("Capacity");
  });
});

describe("taskdef.json", () => {
  const file = taskDefinitionFile(EVERYTHING, CART);
  const written = JSON.parse(file);

  it("is the input of RegisterTaskDefinition, with the placeholder of the image in the service's container alone", () => {
    const [cart, mirror] = written.containerDefinitions;
    expect([cart.image, mirror.image]).toEqual(["<IMAGE1_NAME>", `mirror.${REPOSITORY}:1-cart`]);
    expect(written).not.toHaveProperty("revision");
    expect(written.keyOfNextYear).toEqual({ nested: [{ deep: [] }, null, "", 0, false] });
  });

  it("has the values of service.json", () => {
    expect(written.containerDefinitions[0].environment).toContainEqual({ name: "LEVEL", value: "debug" });
  });

  it("has the tags of its own, and none of a release or of AWS", () => {
    expect(written.tags).toEqual([{ key: "team", value: "" }]);
    expect(JSON.parse(taskDefinitionFile(describedOf([{ name: "cart", image: "a" }]), CART))).not.toHaveProperty(
      "tags",
    );
  });

  it("is the same text for the same revision, in whatever order AWS gives its keys", () => {
    const { taskDefinition, tags } = EVERYTHING;
    const entries = Object.entries(taskDefinition).reverse();
    const { family, containerDefinitions } = taskDefinition;
    const turned = { ...Object.fromEntries(entries), family, containerDefinitions };
    expect(taskDefinitionFile({ taskDefinition: turned, tags }, CART)).toBe(file);
  });

  it("means the same in whatever order AWS gives its lists, and another thing with another value", () => {
    const change = (alter: (container: { environment: { value: string }[] }) => void) => {
      const copy = JSON.parse(file);
      alter(copy.containerDefinitions[0]);
      return JSON.stringify(copy);
    };
    expect(
      meanTheSame(
        file,
        change(({ environment }) => environment.reverse()),
      ),
    ).toBe(true);
    expect(
      meanTheSame(
        file,
        change(({ environment: [first] }) => first && Object.assign(first, { value: "x" })),
      ),
    ).toBe(false);
    expect(meanTheSame(file, "no JSON")).toBe(false);
    expect(meanTheSame("version: 0.0\n", "version: 0.0\n")).toBe(true);
  });
});
