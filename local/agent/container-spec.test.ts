import { describe, expect, it } from "vitest";
import { viewTask } from "./agent.fixtures";
import { containersOf, limitsOf, valuesOf } from "./container-spec";

describe("the containers of a task", () => {
  it("come after what they depend on", () => {
    const waiting = (name: string, ...others: string[]) => ({
      name,
      dependsOn: others.map((containerName) => ({ containerName, condition: "START" as const })),
    });
    const containerDefinitions = [waiting("c", "b"), waiting("a"), waiting("b", "a")];
    const ordered = containersOf(viewTask("1"), { containerDefinitions });
    expect(ordered.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  it("are refused where each waits for the other", () => {
    const dependsOn = (containerName: string) => [{ containerName, condition: "START" as const }];
    const containerDefinitions = [
      { name: "a", dependsOn: dependsOn("b") },
      { name: "b", dependsOn: dependsOn("a") },
    ];
    expect(() => containersOf(viewTask("1"), { containerDefinitions })).toThrow(
      "CannotStartContainerError: what its containers depend on (dependsOn) cannot be met",
    );
  });

  it("have their own memory limit, else that of the task, and a CPU limit on Fargate only", () => {
    const definition = { cpu: "512", memory: "1024" };
    expect(limitsOf(viewTask("1"), definition, { memory: 256 })).toEqual({ memoryMiB: 256, cpus: 0.5 });
    expect(limitsOf(viewTask("1"), definition, {})).toEqual({ memoryMiB: 1024, cpus: 0.5 });
    expect(limitsOf(viewTask("1", { overrides: { cpu: "256", memory: "512" } }), definition, {})).toEqual({
      memoryMiB: 512,
      cpus: 0.25,
    });
    expect(limitsOf(viewTask("1", { launchType: "EC2" }), definition, {})).toEqual({ memoryMiB: 1024 });
    expect(limitsOf(viewTask("1", { launchType: "EC2" }), {}, { cpu: 128 })).toEqual({});
  });

  it("have the last of two values of the same name", () => {
    const pairs = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
      { name: "A", value: "3" },
    ];
    expect(valuesOf(pairs)).toEqual({ A: "3", B: "2" });
  });
});
