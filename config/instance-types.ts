/** What an instance has. */
export interface InstanceSize {
  readonly vcpu: number;
  readonly memoryMiB: number;
}

const GIBIBYTE_MIB = 1024;

/** Burstable instances (t3, t3a, t4g): size -> vCPU and GiB. Source: "Amazon EC2 general purpose instance specifications". */
const BURSTABLE: Readonly<Record<string, readonly [vcpu: number, memoryGiB: number]>> = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  "2xlarge": [8, 32],
};

const BURSTABLE_FAMILY = /^(t3|t3a|t4g)$/;

/** GiB for each vCPU in the families of the fifth generation and later. */
const MEMORY_GIB_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/**
 * What an instance of a type has, where this can be told from the type's name: the burstable, compute, general purpose
 * and memory families. Undefined for all others: what is not known is not judged.
 *
 * @param type such as `t3.small`
 */
export function instanceSize(type: string): InstanceSize | undefined {
  const [family = "", size = ""] = type.split(".");
  if (BURSTABLE_FAMILY.test(family)) {
    const [vcpu, memoryGiB] = BURSTABLE[size] ?? [];
    return vcpu && memoryGiB ? { vcpu, memoryMiB: memoryGiB * GIBIBYTE_MIB } : undefined;
  }
  // c5n has its own ratio; names with more letters than these are too young or too rare to rely on.
  const letter = family !== "c5n" && /^([cmr])[5-8](a|ad|i|id|g|gd|d|n|dn|in|idn|gn)?$/.exec(family)?.[1];
  const vcpu = vcpuOf(size);
  const ratio = letter ? MEMORY_GIB_PER_VCPU[letter] : undefined;
  return vcpu && ratio ? { vcpu, memoryMiB: vcpu * ratio * GIBIBYTE_MIB } : undefined;
}

/** The sizes that a family has, where that is known: of the burstable ones. */
export function sizesOf(family: string): readonly string[] | undefined {
  return BURSTABLE_FAMILY.test(family) ? Object.keys(BURSTABLE) : undefined;
}

function vcpuOf(size: string): number | undefined {
  const [, times = "1"] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (size.endsWith("xlarge")) return 4 * Number(times || 1);
  return { medium: 1, large: 2 }[size];
}

/** Whether a type has Arm processors (Graviton): a `g` behind the generation, as in `t4g` and `m7gd`. */
export function isArm(type: string): boolean {
  return /^([a-z]+\d+[a-z]*g[a-z]*|a1|[a-z]+\d+g[a-z]*)\./.test(type);
}
