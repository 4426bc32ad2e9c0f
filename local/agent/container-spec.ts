import type { ContainerDefinition, KeyValuePair, TaskDefinition } from "@aws-sdk/client-ecs";
import type { ViewTask } from "../cloud/view";
import { type ContainerSpec, StartFault } from "./runtime";

const CPU_UNITS_PER_CPU = 1_024;

/** The containers of a task with its overrides applied, in an order in which each follows what it depends on. */
export function containersOf(task: ViewTask, { containerDefinitions = [] }: TaskDefinition): ContainerDefinition[] {
  const { containerOverrides = [] } = task.overrides;
  const containers = containerDefinitions.map((container) => {
    const { name: _, environment = [], ...replaced } = containerOverrides.find((o) => o.name === container.name) ?? {};
    return { ...container, ...replaced, environment: [...(container.environment ?? []), ...environment] };
  });
  return inOrder(containers);
}

/** Limits of a container: its own, else those of its task. */
export function limitsOf(
  task: ViewTask,
  definition: TaskDefinition,
  container: ContainerDefinition,
): Pick<ContainerSpec, "memoryMiB" | "cpus"> {
  const memoryMiB = container.memory || Number(task.overrides.memory ?? definition.memory ?? 0);
  const cpuUnits = Number(task.overrides.cpu ?? definition.cpu ?? 0);
  return {
    ...(memoryMiB > 0 && { memoryMiB }),
    // On EC2, CPU units are a share; the size of a Fargate task is a limit.
    ...(task.launchType === "FARGATE" && cpuUnits > 0 && { cpus: cpuUnits / CPU_UNITS_PER_CPU }),
  };
}

/** Name and value pairs as an object; of the same name, the last one counts. */
export function valuesOf(pairs: readonly KeyValuePair[] = []): Record<string, string> {
  return Object.fromEntries(pairs.map(({ name = "", value = "" }) => [name, value]));
}

function inOrder(containers: readonly ContainerDefinition[]): ContainerDefinition[] {
  const ordered: ContainerDefinition[] = [];
  const waiting = new Set(containers);
  while (waiting.size > 0) {
    const next = [...waiting].find(({ dependsOn = [] }) =>
      dependsOn.every(({ containerName }) => ordered.some(({ name }) => name === containerName)),
    );
    if (!next)
      throw new StartFault("CannotStartContainerError: what its containers depend on (dependsOn) cannot be met");
    waiting.delete(next);
    ordered.push(next);
  }
  return ordered;
}
