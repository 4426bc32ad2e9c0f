import { hasHostBits, parseCidr, parseIpv4Cidr } from "../../modules/aws/cidr";
import type { Range } from "../../modules/aws/limits";
import type { Finding } from "../finding";
import type { JsonPath } from "../json-path";

/**
 * What is wrong with a text that should be a CIDR block. Bits beyond the prefix are refused: AWS cuts them off, and
 * Terraform then finds a difference on every plan.
 *
 * @param versions the IP versions allowed
 */
export function checkCidr(
  text: string | undefined,
  at: JsonPath,
  versions: readonly ("IPv4" | "IPv6")[] = ["IPv4"],
): readonly Finding[] {
  if (text === undefined) return [];
  const allowed = `an ${versions.join(" or ")} CIDR block such as "10.0.0.0/16"`;
  const block = parseCidr(text);
  if (!block) return [{ at: [at], problem: "is not a CIDR block", allowed, mend: `write ${allowed}` }];
  if (!versions.includes(block.version)) {
    return [{ at: [at], problem: `is an ${block.version} block`, allowed, mend: `write ${allowed}` }];
  }
  if (!hasHostBits(text)) return [];
  return [
    {
      at: [at],
      problem: `has bits set beyond its prefix of ${block.prefixLength} bits`,
      allowed: "a block that starts at its first address",
      mend: `write "${block.canonical}"`,
    },
  ];
}

/** What is wrong with the size of a block, such as that of a VPC. */
export function checkPrefix(text: string | undefined, at: JsonPath, range: Range, what: string): readonly Finding[] {
  const length = text === undefined ? undefined : parseIpv4Cidr(text)?.prefixLength;
  if (length === undefined || (length >= range.min && length <= range.max)) return [];
  const nearest = length < range.min ? range.min : range.max;
  return [
    {
      at: [at],
      problem: `/${length} is too ${length < range.min ? "large" : "small"} for ${what}`,
      allowed: `a block from /${range.min} (largest) to /${range.max} (smallest)`,
      mend: `write a /${nearest} block`,
    },
  ];
}
