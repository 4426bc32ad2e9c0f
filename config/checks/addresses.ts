import { hasHostBits, parseCidr } from "../cidr";
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
