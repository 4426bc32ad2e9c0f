import { FARGATE_SIZES } from "../../modules/aws/limits";
import type { Finding, Salvaged } from "../finding";
import type { Service } from "../service";

/** A task on Fargate has one of the sizes that AWS sells. */
export function checkTaskSize(service: Salvaged<Service>): readonly Finding[] {
  const { launchType, cpu, memory } = service;
  if (launchType !== "FARGATE" || cpu === undefined) return [];
  const memories = FARGATE_SIZES.get(cpu);
  if (!memories) {
    const cpus = [...FARGATE_SIZES.keys()];
    return [
      {
        at: [["cpu"], ["launchType"]],
        problem: `Fargate has no task of ${cpu} CPU units`,
        allowed: cpus.join(", "),
        mend: `write ${cpus.find((size) => size >= cpu) ?? cpus.at(-1)}, the nearest size`,
      },
    ];
  }
  if (memory === undefined || memories.includes(memory)) return [];
  return [
    {
      at: [["memory"], ["cpu"]],
      problem: `Fargate has no task of ${cpu} CPU units with ${memory} MiB`,
      allowed: `for ${cpu} CPU units: ${memories.join(", ")}`,
      mend: mendMemory(cpu, memory, memories),
    },
  ];
}

function mendMemory(cpu: number, memory: number, memories: readonly number[]): string {
  const nearest = memories.find((size) => size >= memory) ?? memories.at(-1);
  const otherCpu = [...FARGATE_SIZES].find(([other, sizes]) => other !== cpu && sizes.includes(memory))?.[0];
  return `write ${nearest}, the nearest size${otherCpu === undefined ? "" : `, or give the task ${otherCpu} CPU units`}`;
}
