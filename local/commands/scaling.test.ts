import { describe, expect, it } from "vitest";
import type { ScalingPolicy, ServiceScaling } from "../cloud/scaling";
import { rowsOf } from "./scaling";

const SERVICE = { name: "service-a", service: { runningCount: 1, desiredCount: 2 } };

const CPU: ScalingPolicy = {
  name: "service-a-cpu",
  metric: "CPUUtilization",
  target: 75,
  now: 81.2345,
  scalesIn: true,
  alarms: [{ StateValue: "ALARM" }, { StateValue: "OK" }],
};

function scaled(...policies: readonly ScalingPolicy[]): ServiceScaling {
  return { cluster: "jenkins-ecs-local", service: "service-a", min: 1, max: 4, policies, schedules: [] };
}

describe("the table of what scales services", () => {
  it("has a row for each policy: its metric, its target, and the alarms that add tasks and take them away", () => {
    const memory = { ...CPU, metric: "MemoryUtilization", now: undefined };
    expect(rowsOf(SERVICE, scaled(CPU, memory))).toEqual([
      ["service-a", "1/2", "1 to 4", "CPUUtilization", "81.2", "75", "ALARM", "OK"],
      ["", "", "", "MemoryUtilization", "no data", "75", "ALARM", "OK"],
    ]);
  });

  it("says that a policy never takes tasks away", () => {
    const [row] = rowsOf(SERVICE, scaled({ ...CPU, scalesIn: false, alarms: [{ StateValue: "OK" }] }));
    expect(row?.slice(-2)).toEqual(["OK", "never"]);
  });

  it("has a service that no policy scales, and one that nothing scales", () => {
    expect(rowsOf(SERVICE, scaled())).toEqual([["service-a", "1/2", "1 to 4"]]);
    expect(rowsOf(SERVICE, undefined)).toEqual([["service-a", "1/2", "fixed"]]);
  });
});
