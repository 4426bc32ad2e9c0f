import { describe, expect, it } from "vitest";
import { FARGATE_SIZES } from "../modules/aws/limits";
import { checkTaskSize } from "./checks/task-size";

/** The table of "Amazon ECS task definition differences for Fargate", in GB as AWS prints it. */
const TABLE: readonly (readonly [cpu: number, memoryGB: readonly number[]])[] = [
  [256, [0.5, 1, 2]],
  [512, [1, 2, 3, 4]],
  [1024, [2, 3, 4, 5, 6, 7, 8]],
  [2048, [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]],
  [4096, [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]],
  [8192, [16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60]],
  [16384, [32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120]],
];

describe("the sizes of Fargate", () => {
  it("offers the CPU units of the table and no others", () => {
    expect([...FARGATE_SIZES.keys()]).toEqual(TABLE.map(([cpu]) => cpu));
  });

  it.each(TABLE)("offers exactly the table's memories for %i CPU units", (cpu, memoryGB) => {
    expect(FARGATE_SIZES.get(cpu)).toEqual(memoryGB.map((size) => size * 1024));
  });

  const cells = TABLE.flatMap(([cpu, memoryGB]) => memoryGB.map((size) => [cpu, size * 1024] as const));

  it("has 74 cells", () => {
    expect(cells).toHaveLength(74);
  });

  it.each(cells)("takes a task of %i CPU units with %i MiB", (cpu, memory) => {
    expect(checkTaskSize({ launchType: "FARGATE", cpu, memory })).toEqual([]);
  });

  it.each(TABLE)("refuses a step below and above the table for %i CPU units", (cpu) => {
    const memories = FARGATE_SIZES.get(cpu) ?? [];
    const outside = [Math.min(...memories) / 2, Math.max(...memories) + 1024];
    const findings = outside.flatMap((memory) => checkTaskSize({ launchType: "FARGATE", cpu, memory }));
    expect(findings.map((finding) => finding.at[0])).toEqual([["memory"], ["memory"]]);
  });
});
