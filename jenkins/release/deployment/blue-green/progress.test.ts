import type { DeploymentInfo, ECSTarget } from "@aws-sdk/client-codedeploy";
import { describe, expect, it } from "vitest";
import { eventsOf, isBaking, isStarting, progressOf } from "./progress";

const REVISION = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-cart:7";

const event = (lifecycleEventName: string, status: "Succeeded" | "InProgress" | "Pending" | "Skipped" | "Unknown") => ({
  lifecycleEventName,
  status,
});

describe("the progress of a deployment", () => {
  it("is its status alone before it has tasks", () => {
    expect(progressOf({ status: "Created" }, undefined, REVISION)).toBe("Created");
  });

  it("is tasks and traffic of either side", () => {
    const target: ECSTarget = {
      taskSetsInfo: [
        { taskSetLabel: "Blue", runningCount: 3, desiredCount: 3, trafficWeight: 90 },
        { taskSetLabel: "Green", runningCount: 2, desiredCount: 3, trafficWeight: 10 },
      ],
    };
    expect(progressOf({ status: "InProgress" }, target, REVISION)).toBe(
      "InProgress: 2 of 3 tasks of shop-cart:7 run, 10 % of the traffic; 3 of the revision before, 90 %",
    );
  });

  it("is one side where there is one", () => {
    const taskSetsInfo = [{ taskSetLabel: "Green" as const, runningCount: 2, desiredCount: 2, trafficWeight: 100 }];
    expect(progressOf({ status: "Succeeded" }, { taskSetsInfo }, REVISION)).toBe(
      "Succeeded: 2 of 2 tasks of shop-cart:7 run, 100 % of the traffic",
    );
  });
});

describe("the lifecycle events", () => {
  it("are those that have begun", () => {
    const lifecycleEvents = [
      event("BeforeInstall", "Skipped"),
      event("Install", "InProgress"),
      event("AllowTraffic", "Pending"),
      event("AfterAllowTraffic", "Unknown"),
    ];
    expect(eventsOf({ lifecycleEvents })).toEqual(["BeforeInstall: Skipped", "Install: InProgress"]);
    expect(eventsOf(undefined)).toEqual([]);
  });

  it("tell whether tasks are being started", () => {
    expect(isStarting({ lifecycleEvents: [event("Install", "InProgress")] })).toBe(true);
    expect(isStarting({ lifecycleEvents: [event("Install", "Succeeded")] })).toBe(false);
    expect(isStarting(undefined)).toBe(false);
  });
});

describe("the bake time", () => {
  const moved = (trafficWeight: number, status: "Succeeded" | "InProgress" | "Skipped"): ECSTarget => ({
    taskSetsInfo: [{ taskSetLabel: "Green", trafficWeight }],
    lifecycleEvents: [event("AfterAllowTraffic", status)],
  });

  it.each<[string, DeploymentInfo, ECSTarget | undefined, boolean]>([
    [
      "CodeDeploy says that it waits",
      { status: "InProgress", instanceTerminationWaitTimeStarted: true },
      undefined,
      true,
    ],
    ["all traffic has moved and all events are over", { status: "Baking" }, moved(100, "Succeeded"), true],
    ["the last event was skipped", { status: "InProgress" }, moved(100, "Skipped"), true],
    ["some traffic has not moved", { status: "InProgress" }, moved(90, "Succeeded"), false],
    ["an event goes on", { status: "InProgress" }, moved(100, "InProgress"), false],
    ["it is over", { status: "Succeeded", instanceTerminationWaitTimeStarted: true }, moved(100, "Succeeded"), false],
  ])("is told right where %s", (_, deployment, target, expected) => {
    expect(isBaking(deployment, target)).toBe(expected);
  });
});
