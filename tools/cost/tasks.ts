import { valueAt } from "../../stacks/documents/body";
import type { Resource } from "../diagram/resource";
import type { Levels } from "./charge";
import type { Plan } from "./plan";

/** CPU units of a vCPU. */
const UNITS_PER_VCPU = 1024;

const MIB_PER_GIB = 1024;

/** What a task may use. */
export interface TaskSize {
  readonly vcpu: number;
  readonly memoryMiB: number;
  readonly memoryGiB: number;
  readonly arm: boolean;
}

/** Number of tasks of a service: its bounds are those of autoscaling and of its schedules. */
export function taskCounts(service: Resource, plan: Plan): Levels<number> {
  const desired = numberAt(service.body, "desired_count") ?? 0;
  const targets = plan.referredBy(service, "aws_appautoscaling_target");
  const actions = targets.flatMap((target) => plan.referredBy(target, "aws_appautoscaling_scheduled_action"));
  const bounds = [
    ...targets.map(({ body }) => body),
    ...actions.map(({ body }) => valueAt(body, "scalable_target_action")),
  ];
  const ofAll = (name: string) => bounds.flatMap((body) => numberAt(body, name) ?? []);
  return {
    atRest: Math.min(...(targets.length === 0 ? [desired] : ofAll("min_capacity"))),
    desired,
    fullScale: Math.max(...(targets.length === 0 ? [desired] : ofAll("max_capacity"))),
  };
}

/** Size of a service's tasks, by its task definition; undefined where that says none. */
export function taskSize(service: Resource, plan: Plan): TaskSize | undefined {
  const [definition] = plan.refersTo(service, "aws_ecs_task_definition");
  const cpu = numberAt(definition?.body, "cpu");
  const memory = numberAt(definition?.body, "memory");
  if (cpu === undefined || memory === undefined) return undefined;
  return {
    vcpu: cpu / UNITS_PER_VCPU,
    memoryMiB: memory,
    memoryGiB: memory / MIB_PER_GIB,
    arm: valueAt(definition?.body, "runtime_platform", "cpu_architecture") === "ARM64",
  };
}

/** A number below these names, which may stand there as text. */
export function numberAt(value: unknown, ...names: readonly string[]): number | undefined {
  const found = valueAt(value, ...names);
  const number = typeof found === "string" && found.trim() !== "" ? Number(found) : found;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
