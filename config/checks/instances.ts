import { INSTANCE_TYPE } from "../../modules/aws/forms";
import type { EnvironmentFile } from "../environment";
import { type Finding, findDuplicates, present, type Salvaged } from "../finding";
import { instanceSize, isArm, sizesOf } from "../instance-types";
import type { JsonPath } from "../json-path";
import type { Service } from "../service";

const TYPES_PATH: JsonPath = ["ec2", "instanceTypes"];
const CPU_UNITS_PER_VCPU = 1024;

/** Instances for services of launch type EC2. */
export function checkInstances({ ec2 }: Salvaged<EnvironmentFile>): readonly Finding[] {
  const types = present(ec2?.instanceTypes);
  const misshapen = types.filter(([, type]) => !INSTANCE_TYPE.fits(type));
  return [
    ...misshapen.map(([index]) => ({
      at: [[...TYPES_PATH, index]] as const,
      problem: "is not an instance type",
      allowed: "family, dot and size, in lower case",
      mend: 'write for example "t3.small"',
    })),
    ...checkSizes(types.filter(([, type]) => INSTANCE_TYPE.fits(type))),
    ...findDuplicates(ec2?.instanceTypes, TYPES_PATH, "the instance type"),
    ...checkProcessors(types),
    ...checkOnDemandBase(ec2?.spot?.onDemandBase, ec2?.maxInstances),
  ];
}

/** Sizes that a family does not have, where its sizes are known. */
function checkSizes(types: readonly (readonly [number, string])[]): readonly Finding[] {
  return types.flatMap(([index, type]) => {
    const [family = "", size = ""] = type.split(".");
    const sizes = sizesOf(family);
    if (!sizes || sizes.includes(size)) return [];
    return [
      {
        at: [[...TYPES_PATH, index]] as const,
        problem: `the family ${family} has no size ${size}`,
        allowed: sizes.map((known) => `${family}.${known}`).join(", "),
        mend: `write for example "${family}.small", or another family`,
      },
    ];
  });
}

/** The images of the services are built for x86 (`linux/amd64`), and tasks of them would not start on Arm. */
function checkProcessors(types: readonly (readonly [number, string])[]): readonly Finding[] {
  return types
    .filter(([, type]) => isArm(type))
    .map(([index]) => ({
      at: [[...TYPES_PATH, index]] as const,
      problem: "has Arm processors, but images are built for x86",
      allowed: "types with x86 processors, such as the families t3, t3a, m6i, m6a, c6i",
      mend: 'write for example "t3.small"',
    }));
}

function checkOnDemandBase(base: number | undefined, max: number | undefined): readonly Finding[] {
  if (base === undefined || max === undefined || base <= max) return [];
  return [
    {
      at: [
        ["ec2", "spot", "onDemandBase"],
        ["ec2", "maxInstances"],
      ],
      problem: `${base} instances are on-demand before any is spot, but only ${max} may run`,
      allowed: '"onDemandBase" up to "maxInstances"',
      mend: `lower it to ${max}, or remove "spot"`,
    },
  ];
}

/** A task on EC2 has to fit on every type of instance that may be started for it, or it waits for ever. */
export function checkTaskFits(service: Salvaged<Service>, types: readonly string[]): readonly Finding[] {
  if (service.launchType !== "EC2") return [];
  const { cpu = 0, memory = 0 } = service;
  return types.flatMap((type) => {
    const size = instanceSize(type);
    if (!size) return [];
    const cpuMax = size.vcpu * CPU_UNITS_PER_VCPU;
    // The kernel and the ECS agent keep some memory, so a task never gets all of it.
    const tooMuchMemory =
      memory >= size.memoryMiB && tooBig("memory", `${memory} MiB`, type, `less than ${size.memoryMiB} MiB`);
    const tooMuchCpu = cpu > cpuMax && tooBig("cpu", `${cpu} CPU units`, type, `up to ${cpuMax} CPU units`);
    return [tooMuchCpu, tooMuchMemory].filter((finding) => finding !== false);
  });
}

function tooBig(field: "cpu" | "memory", given: string, type: string, allowed: string): Finding {
  return {
    at: [[field]],
    problem: `a task of ${given} does not fit on the environment's instance type ${type}`,
    allowed,
    mend: `lower "${field}", or name larger types in "ec2.instanceTypes" of the environment`,
  };
}
