import type { DeploymentGroupInfo, TrafficRoutingConfig } from "@aws-sdk/client-codedeploy";
import { describe, expect, it } from "vitest";
import { waitsOf } from "./waits";

type Configuration = DeploymentGroupInfo["blueGreenDeploymentConfiguration"];

const group = (blueGreenDeploymentConfiguration: Configuration): DeploymentGroupInfo => ({
  blueGreenDeploymentConfiguration,
});

const linear = (linearPercentage: number, linearInterval: number): TrafficRoutingConfig => ({
  type: "TimeBasedLinear",
  timeBasedLinear: { linearPercentage, linearInterval },
});

describe("what a deployment waits for on purpose", () => {
  it("is nothing where traffic moves at once and nothing bakes", () => {
    expect(waitsOf({}, { type: "AllAtOnce" })).toEqual({ seconds: 0, words: [] });
    expect(waitsOf({}, undefined)).toEqual({ seconds: 0, words: [] });
  });

  it("is the bake time, but not where the tasks before stay", () => {
    const bake = (action: "TERMINATE" | "KEEP_ALIVE") =>
      waitsOf(
        group({ terminateBlueInstancesOnDeploymentSuccess: { action, terminationWaitTimeInMinutes: 5 } }),
        undefined,
      );
    expect(bake("TERMINATE")).toEqual({ seconds: 300, words: ["300 s until the tasks before are ended"] });
    expect(bake("KEEP_ALIVE").seconds).toBe(0);
  });

  it("is the wait for a person, but not where the traffic moves by itself", () => {
    const ready = (actionOnTimeout: "STOP_DEPLOYMENT" | "CONTINUE_DEPLOYMENT") =>
      waitsOf(group({ deploymentReadyOption: { actionOnTimeout, waitTimeInMinutes: 10 } }), undefined);
    expect(ready("STOP_DEPLOYMENT").words).toEqual(["600 s for somebody to reroute the traffic"]);
    expect(ready("CONTINUE_DEPLOYMENT").seconds).toBe(0);
  });

  it("is the interval of a canary", () => {
    const canary: TrafficRoutingConfig = {
      type: "TimeBasedCanary",
      timeBasedCanary: { canaryPercentage: 10, canaryInterval: 15 },
    };
    expect(waitsOf({}, canary)).toEqual({ seconds: 900, words: ["900 s while the traffic moves"] });
  });

  it.each([
    [10, 1, 540],
    [50, 3, 180],
    [30, 2, 360],
    [99, 1, 60],
  ])("is the time from the first step to the last: %i % every %i minutes are %i s", (percent, minutes, seconds) => {
    expect(waitsOf({}, linear(percent, minutes)).seconds).toBe(seconds);
  });
});
