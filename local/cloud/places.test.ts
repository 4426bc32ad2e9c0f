import { describe, expect, it } from "vitest";
import { placeOfName } from "./places";

describe("the place of something by its name", () => {
  const environments = ["local", "local-prod", "prod"];

  it.each([
    ["a system's", "jenkins-ecs-local", { unit: "jenkins-ecs", environment: "local" }],
    ["a group's", "jenkins-ecs-team-local", { unit: "jenkins-ecs-team", environment: "local" }],
    ["a system's second load balancer", "jenkins-ecs-local-2", { unit: "jenkins-ecs", environment: "local" }],
    ["another environment's", "jenkins-ecs-local-prod", { unit: "jenkins-ecs", environment: "local-prod" }],
    ["nobody's", "default", undefined],
    ["another system's", "shop-local", undefined],
    ["of no environment that there is", "jenkins-ecs-dev", undefined],
  ])("is %s", (_, name, place) => {
    expect(placeOfName(name, environments)).toEqual(place);
  });
});
