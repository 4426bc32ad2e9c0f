/**
 * Network interfaces that an instance of a type may have. Source: "Maximum IP addresses per network interface" (Amazon EC2
 * User Guide).
 */

/** Burstable types, which differ within a size. */
const BURSTABLE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  t3: { nano: 2, micro: 2, small: 3, medium: 3, large: 3, xlarge: 4, "2xlarge": 4 },
  t3a: { nano: 2, micro: 2, small: 2, medium: 3, large: 3, xlarge: 4, "2xlarge": 4 },
  t4g: { nano: 2, micro: 2, small: 3, medium: 3, large: 3, xlarge: 4, "2xlarge": 4 },
};

/** Compute, general purpose and memory types of the fifth generation and later, without those with more network. */
const FAMILY = /^[cmr][5-8](a|ad|i|id|g|gd|d)?$/;

const BY_SIZE: Readonly<Record<string, number>> = {
  medium: 2,
  large: 3,
  xlarge: 4,
  "2xlarge": 4,
  "4xlarge": 8,
  "8xlarge": 8,
  "9xlarge": 8,
  "12xlarge": 8,
  "16xlarge": 15,
  "18xlarge": 15,
  "24xlarge": 15,
};

/**
 * How many network interfaces an instance may have, its own first one among them. Undefined where the type's name does not
 * tell: what is not known is not judged.
 *
 * @param type such as `t3.small`
 */
export function networkInterfacesOf(type: string): number | undefined {
  const [family = "", size = ""] = type.split(".");
  return BURSTABLE[family]?.[size] ?? (FAMILY.test(family) ? BY_SIZE[size] : undefined);
}
