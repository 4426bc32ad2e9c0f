import { blocksOverlap, type CidrBlock, contains, hasHostBits, parseIpv4Cidr } from "../../modules/aws/cidr";
import {
  AVAILABILITY_ZONES_MIN,
  LOAD_BALANCER_SUBNET_PREFIX_MAX,
  SUBNET_PREFIX_LENGTH,
  VPC_PREFIX_LENGTH,
} from "../../modules/aws/limits";
import { planSubnets } from "../../modules/network/subnet-plan";
import type { EnvironmentFile } from "../environment";
import { type Finding, present, type Salvaged } from "../finding";
import type { JsonPath } from "../json-path";
import { checkCidr, checkPrefix } from "./addresses";

const CIDR_PATH: JsonPath = ["network", "cidr"];
const ZONES_PATH: JsonPath = ["network", "availabilityZones"];

type Network = NonNullable<Salvaged<EnvironmentFile>["network"]>;
type Tier = "public" | "private";

/** The subnets of a network, given or planned: one of each tier in every availability zone. */
export function checkSubnets(network: Network): readonly Finding[] {
  return network.subnets ? checkGiven(network) : checkPlan(network);
}

/** Subnets that are not given are planned; the plan needs room. */
function checkPlan({ cidr, availabilityZones }: Network): readonly Finding[] {
  const block = cidr === undefined ? undefined : parseIpv4Cidr(cidr);
  if (cidr === undefined || !block || hasHostBits(cidr) || !availabilityZones) return [];
  if (availabilityZones.length < AVAILABILITY_ZONES_MIN) return [];
  if (block.prefixLength < VPC_PREFIX_LENGTH.min || block.prefixLength > VPC_PREFIX_LENGTH.max) return [];
  try {
    planSubnets({ cidr, zones: availabilityZones.length });
    return [];
  } catch (error) {
    return [
      {
        at: [CIDR_PATH, ZONES_PATH],
        problem: error instanceof Error ? error.message : String(error),
        allowed: "a block with room for a public and a private subnet in each zone",
        mend: 'give a larger block such as a /16, name fewer zones, or write the subnets into "network.subnets"',
      },
    ];
  }
}

function checkGiven(network: Network): readonly Finding[] {
  const tiers: readonly Tier[] = ["public", "private"];
  return [
    ...tiers.flatMap((tier) => checkCount(network, tier)),
    ...tiers.flatMap((tier) =>
      present(network.subnets?.[tier]).flatMap(([index, text]) => checkSubnet(network, tier, index, text)),
    ),
    ...checkSubnetsOverlap(tiers.flatMap((tier) => blocksOf(network, tier))),
  ];
}

function checkCount({ subnets, availabilityZones }: Network, tier: Tier): readonly Finding[] {
  const count = subnets?.[tier]?.length;
  const zones = availabilityZones?.length;
  if (count === undefined || zones === undefined || count === zones) return [];
  return [
    {
      at: [["network", "subnets", tier], ZONES_PATH],
      problem: `${count} ${tier} ${count === 1 ? "subnet" : "subnets"} for ${zones} availability zones`,
      allowed: "one subnet per availability zone",
      mend: count < zones ? `add ${zones - count}` : `remove ${count - zones}, or name more zones`,
    },
  ];
}

function checkSubnet({ cidr }: Network, tier: Tier, index: number, text: string): readonly Finding[] {
  const at = ["network", "subnets", tier, index];
  const vpc = cidr === undefined ? undefined : parseIpv4Cidr(cidr);
  const block = parseIpv4Cidr(text);
  const smallest = tier === "public" ? LOAD_BALANCER_SUBNET_PREFIX_MAX : SUBNET_PREFIX_LENGTH.max;
  const what = tier === "public" ? "a subnet of a load balancer" : "a subnet";
  const findings = [
    ...checkCidr(text, at),
    ...checkPrefix(text, at, { min: SUBNET_PREFIX_LENGTH.min, max: smallest }, what),
  ];
  if (!vpc || !block || contains(vpc, block)) return findings;
  return [
    ...findings,
    {
      at: [at, CIDR_PATH],
      problem: `does not lie within the VPC's ${cidr}`,
      allowed: `a block within ${cidr}`,
      mend: "move the subnet into the VPC's block, or enlarge that",
    },
  ];
}

interface PlacedBlock {
  readonly at: JsonPath;
  readonly text: string;
  readonly block: CidrBlock;
}

function blocksOf({ subnets }: Network, tier: Tier): readonly PlacedBlock[] {
  return present(subnets?.[tier]).flatMap(([index, text]) => {
    const block = parseIpv4Cidr(text);
    return block ? [{ at: ["network", "subnets", tier, index], text, block }] : [];
  });
}

function checkSubnetsOverlap(subnets: readonly PlacedBlock[]): readonly Finding[] {
  return subnets.flatMap((later, index) =>
    subnets
      .slice(0, index)
      .filter((earlier) => blocksOverlap(earlier.block, later.block))
      .map((earlier) => ({
        at: [later.at, earlier.at] as const,
        problem: `overlaps with the ${earlier.at[2]} subnet ${earlier.text}`,
        allowed: "subnets that share no address",
        mend: "move one of the two",
      })),
  );
}
