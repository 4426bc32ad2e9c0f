import type { Service } from "./service";

/** Whether the number of tasks is always the same: then nothing scales it, and it belongs to Terraform. */
export function isFixed({ min, max }: Service["replicas"]): boolean {
  return min === max;
}
