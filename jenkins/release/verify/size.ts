import { EC2_TASK_CPU, FARGATE_SIZES } from "../../../modules/aws/limits";
import { canonicalOf } from "../task-definition/canonical";
import { type Check, good, wrong } from "./check";

/** The task's size is one that AWS offers. Source: "Amazon ECS task definition parameters", task size. */
export const checkSize: Check = ({ input }) => {
  const { cpu, memory, requiresCompatibilities } = canonicalOf({ taskDefinition: input, tags: [] });
  const shown = `${cpu ?? "no"} CPU units, ${memory ?? "no"} MiB`;
  const onFargate = Array.isArray(requiresCompatibilities) && requiresCompatibilities.includes("FARGATE");
  if (onFargate) {
    const memories = FARGATE_SIZES.get(Number(cpu));
    const cpus = [...FARGATE_SIZES.keys()].join(", ");
    if (!memories) return [wrong("size", `${shown}: Fargate offers ${cpus} CPU units; correct cpu in service.json`)];
    if (memories.includes(Number(memory))) return [good("size", shown)];
    return [
      wrong("size", `${shown}: with these, Fargate offers ${memories.join(", ")} MiB; correct memory in service.json`),
    ];
  }
  const { min, max } = EC2_TASK_CPU;
  if (cpu === undefined || (Number(cpu) >= min && Number(cpu) <= max)) return [good("size", shown)];
  return [wrong("size", `${shown}: ECS takes ${min} to ${max} CPU units; correct cpu in service.json`)];
};
