import { describe, expect, it } from "vitest";
import type { Usage } from "../agent/runtime";
import { TaskMeasures } from "./task-measures";

function task(arn: string, cpuSeconds: number | undefined, memoryBytes = 1_000) {
  const usage: Usage | undefined = cpuSeconds === undefined ? undefined : { cpuSeconds, memoryBytes };
  return { view: { arn }, usage: async () => usage };
}

describe("the measures of tasks", () => {
  it("are the processor time since the last ones, and the memory now", async () => {
    const measures = new TaskMeasures();
    await measures.take([task("one", 1)]);
    expect(await measures.take([task("one", 1.5, 2_000)])).toEqual([
      { arn: "one", cpuSeconds: 0.5, memoryBytes: 2_000 },
    ]);
  });

  it("have all of a new task's processor time", async () => {
    const measures = new TaskMeasures();
    expect(await measures.take([task("one", 0.75)])).toEqual([{ arn: "one", cpuSeconds: 0.75, memoryBytes: 1_000 }]);
  });

  it("leave out a task that cannot tell, and have what it missed once it can", async () => {
    const measures = new TaskMeasures();
    await measures.take([task("one", 1), task("two", 1)]);
    expect(await measures.take([task("one", undefined), task("two", 2)])).toMatchObject([{ arn: "two" }]);
    expect(await measures.take([task("one", 4)])).toMatchObject([{ arn: "one", cpuSeconds: 3 }]);
  });

  it("are never negative", async () => {
    const measures = new TaskMeasures();
    await measures.take([task("one", 2)]);
    expect(await measures.take([task("one", 1)])).toMatchObject([{ cpuSeconds: 0 }]);
  });
});
