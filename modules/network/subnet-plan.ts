import ipaddr from "ipaddr.js";

/**
 * The smallest public subnet. AWS allows a /28, but a load balancer asks for a /27 with 8 free addresses to scale.
 * @see Elastic Load Balancing User Guide, "Application Load Balancers", section "Subnets for your load balancer"
 */
const LONGEST_PUBLIC_PREFIX = 27;

/** A VPC is cut into 8 blocks: one for all public subnets, seven for the private subnet of one zone each. */
const BLOCK_BITS = 3;

/** Seven zones: one more than the largest region (us-east-1) has. */
const MOST_ZONES = 2 ** BLOCK_BITS - 1;

/** The public block is cut into 8 again where that leaves subnets large enough. */
const PUBLIC_BITS = 3;

/** An IPv4 CIDR block: its first address as an unsigned number, and its prefix length in bits. */
export interface Cidr {
  /** Its first address, as an unsigned number. */
  readonly address: number;
  /** In bits. */
  readonly prefixLength: number;
}

/** What `planSubnets` needs. */
export interface SubnetPlanProps {
  /** The VPC's CIDR block, such as `10.0.0.0/16`. */
  readonly cidr: string;
  /** The number of availability zones. */
  readonly zones: number;
}

/** One CIDR block per zone and tier, in the order of the zones. */
export interface SubnetPlan {
  /** Blocks of the public subnets. */
  readonly public: readonly string[];
  /** Blocks of the private subnets. */
  readonly private: readonly string[];
}

/**
 * Plans one public and one private subnet per availability zone.
 *
 * The VPC is cut into 8 equal blocks. Block 0 holds the public subnets, cut into 8 again (but never below
 * /27, so that a load balancer fits); block 1 is the private subnet of the first zone, block 2 of the second, and
 * so on. Private subnets are the bigger ones because the tasks live there; a public subnet holds little more
 * than a load balancer and a NAT gateway.
 *
 * The place of a subnet depends on the VPC and on its own zone's number only, so adding a zone moves nothing.
 *
 * | VPC | public | private | zones |
 * |---|---|---|---|
 * | 10.0.0.0/16 | 10.0.0.0/22, 10.0.4.0/22, ... | 10.0.32.0/19, 10.0.64.0/19, ... | up to 7 |
 * | 10.0.0.0/21 | 10.0.0.0/27, 10.0.0.32/27, ... | 10.0.1.0/24, 10.0.2.0/24, ... | up to 7 |
 * | 10.0.0.0/22 | /27 | /25 | up to 4 |
 * | 10.0.0.0/23 | /27 | /26 | up to 2 |
 *
 * @throws Error when the CIDR block is not one, or has no room for that many zones.
 * @see Amazon VPC User Guide, "Subnet CIDR blocks"
 */
export function planSubnets({ cidr, zones }: SubnetPlanProps): SubnetPlan {
  const vpc = parseCidr(cidr);
  if (!Number.isInteger(zones) || zones < 1) {
    throw new Error(`"zones" is ${zones}: a network needs a whole number of availability zones, at least 1`);
  }
  if (zones > MOST_ZONES) {
    throw new Error(
      `${zones} availability zones are more than a subnet plan holds (${MOST_ZONES}): name fewer zones, or give the subnets yourself`,
    );
  }
  const privatePrefix = vpc.prefixLength + BLOCK_BITS;
  const publicPrefix = Math.min(privatePrefix + PUBLIC_BITS, LONGEST_PUBLIC_PREFIX);
  if (2 ** (publicPrefix - privatePrefix) < zones) {
    const needed = LONGEST_PUBLIC_PREFIX - BLOCK_BITS - Math.ceil(Math.log2(zones));
    throw new Error(
      `CIDR block ${cidr} is too small for ${zones} availability zones: the plan needs a /${needed} or larger, ` +
        `so that no public subnet is smaller than /${LONGEST_PUBLIC_PREFIX}; give a larger block, name fewer zones, or give the subnets yourself`,
    );
  }
  return {
    public: Array.from({ length: zones }, (_, zone) => nth(vpc, publicPrefix, zone)),
    private: Array.from({ length: zones }, (_, zone) => nth(vpc, privatePrefix, zone + 1)),
  };
}

/**
 * Parses an IPv4 CIDR block written as `a.b.c.d/n`.
 *
 * @throws Error when it is not one, or when its address is not the first of the block (`10.0.0.1/16`): AWS would
 *   silently change such an address, and Terraform would then want to replace the VPC.
 */
export function parseCidr(text: string): Cidr {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) {
    throw new Error(`"${text}" is not an IPv4 CIDR block: write it as 10.0.0.0/16`);
  }
  const [ip, prefixLength] = ipaddr.IPv4.parseCIDR(text);
  const address = ip.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = address - (address % size(prefixLength));
  if (address !== first) {
    throw new Error(
      `"${text}" does not start at its block's first address: write ${formatCidr({ address: first, prefixLength })}`,
    );
  }
  return { address, prefixLength };
}

/** Writes a CIDR block as `a.b.c.d/n`. */
export function formatCidr({ address, prefixLength }: Cidr): string {
  const octets = [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256);
  return `${octets.join(".")}/${prefixLength}`;
}

/** The `index`-th block of a prefix length within a larger block. */
function nth(within: Cidr, prefixLength: number, index: number): string {
  return formatCidr({ address: within.address + index * size(prefixLength), prefixLength });
}

/** How many addresses a block of this prefix length has. */
function size(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}
