import { blocksOverlap, type CidrBlock, contains, parseCidr } from "../aws/cidr";
import { AVAILABILITY_ZONE } from "../aws/forms";
import { type Range, SUBNET_PREFIX_LENGTH, VPC_PREFIX_LENGTH } from "../aws/limits";
import type { PropCheck } from "../prop-check";
import { planSubnets, type SubnetPlan } from "./subnet-plan";

/** What of a network its zones are made of; `NetworkProps` says more. */
export interface ZonesProps {
  /** Block of the VPC. */
  readonly cidr: string;
  /** Names of the zones. */
  readonly availabilityZones: readonly string[];
  /**
   * Blocks of the subnets.
   * @default - those of `planSubnets`
   */
  readonly subnets?: SubnetPlan;
}

/** An availability zone with the CIDR blocks of its subnets. */
export interface Zone {
  /** Such as `eu-central-1a`. */
  readonly name: string;
  /** Block of its public subnet. */
  readonly publicCidr: string;
  /** Block of its private subnet. */
  readonly privateCidr: string;
}

/** The zones with their subnets, given or planned; refuses what cannot be a network. */
export function zonesOf(check: PropCheck, props: ZonesProps): Zone[] {
  const { cidr, availabilityZones, subnets } = props;
  check.cidr("cidr", cidr);
  checkPrefix(check, "cidr", cidr, VPC_PREFIX_LENGTH);
  check.texts("availabilityZones", availabilityZones, AVAILABILITY_ZONE);
  if (subnets) checkSubnets(check, cidr, subnets);
  const plan = subnets ?? planFor(check, props);
  return availabilityZones.map((name, position) => {
    const publicCidr = plan.public[position];
    const privateCidr = plan.private[position];
    if (publicCidr === undefined || privateCidr === undefined) {
      throw check.error(
        "subnets",
        `has ${plan.public.length} public and ${plan.private.length} private CIDR blocks for ${availabilityZones.length} availability zones`,
        "one of each per zone",
      );
    }
    return { name, publicCidr, privateCidr };
  });
}

function planFor(check: PropCheck, { cidr, availabilityZones }: ZonesProps): SubnetPlan {
  try {
    return planSubnets({ cidr, zones: availabilityZones.length });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw check.error("availabilityZones", `has no plan: ${reason}`, "what the subnet plan has room for");
  }
}

function checkSubnets(check: PropCheck, cidr: string, subnets: SubnetPlan): void {
  const vpc = parseCidr(cidr);
  const earlier: { readonly field: string; readonly block: CidrBlock }[] = [];
  for (const tier of ["public", "private"] as const) {
    check.cidrs(`subnets.${tier}`, subnets[tier], ["IPv4"]);
    subnets[tier].forEach((text, index) => {
      const field = `subnets.${tier}[${index}]`;
      checkPrefix(check, field, text, SUBNET_PREFIX_LENGTH);
      const block = parseCidr(text);
      if (!block || !vpc) return;
      if (!contains(vpc, block)) throw check.error(field, `is "${text}"`, `a block within the VPC's ${cidr}`);
      const other = earlier.find((known) => blocksOverlap(known.block, block));
      if (other)
        throw check.error(field, `is "${text}", which overlaps with "${other.field}"`, "blocks that share no address");
      earlier.push({ field, block });
    });
  }
}

function checkPrefix(check: PropCheck, field: string, text: string, { min, max }: Range): void {
  const length = parseCidr(text)?.prefixLength;
  if (length === undefined || (length >= min && length <= max)) return;
  throw check.error(field, `is "${text}"`, `a block from /${min} (largest) to /${max} (smallest)`);
}
