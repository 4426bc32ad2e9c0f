import { planSubnets } from "../../modules/network/subnet-plan";
import { blocksOverlap, type CidrBlock, contains, hasHostBits, parseIpv4Cidr } from "../cidr";
import type { EnvironmentFile } from "../environment";
import { type Finding, findDuplicates, members, present, type Salvaged } from "../finding";
import type { JsonPath } from "../json-path";
import {
  AVAILABILITY_ZONES_MIN,
  LOAD_BALANCER_SUBNET_PREFIX_MAX,
  type Range,
  SUBNET_PREFIX_LENGTH,
  VPC_PREFIX_LENGTH,
} from "../limits";
import { checkCidr } from "./addresses";

const CIDR_PATH: JsonPath = ["network", "cidr"];
const ZONES_PATH: JsonPath = ["network", "availabilityZones"];

/** What tasks in private subnets without a NAT gateway need to be started: images, their layers, logs. */
const ENDPOINTS_WITHOUT_NAT = ["ecr.api", "ecr.dkr", "logs"];

/** What AWS would refuse of the network, and what would leave tasks without what they need. */
export function checkNetwork(environment: Salvaged<EnvironmentFile>): readonly Finding[] {
  const { network } = environment;
  if (!network) return [];
  return [
    ...checkZones(environment),
    ...checkCidr(network.cidr, CIDR_PATH),
    ...checkPrefix(network.cidr, CIDR_PATH, VPC_PREFIX_LENGTH, "a VPC"),
    ...(network.subnets ? checkSubnets(network) : checkPlan(network)),
    ...checkEndpoints(network),
  ];
}

type Network = NonNullable<Salvaged<EnvironmentFile>["network"]>;
type Tier = "public" | "private";

function checkZones({ region, network }: Salvaged<EnvironmentFile>): readonly Finding[] {
  const foreign = present(network?.availabilityZones).filter(
    ([, zone]) => region !== undefined && !(zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length))),
  );
  return [
    ...foreign.map(([index]) => ({
      at: [[...ZONES_PATH, index], ["region"]] as const,
      problem: `is not an availability zone of the Region ${region}`,
      allowed: `${region} and a letter`,
      mend: `write for example "${region}a", or change the Region`,
    })),
    ...findDuplicates(network?.availabilityZones, ZONES_PATH, "the zone"),
  ];
}

function checkPrefix(text: string | undefined, at: JsonPath, range: Range, what: string): readonly Finding[] {
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

function checkSubnets(network: Network): readonly Finding[] {
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

function checkEndpoints(network: Network): readonly Finding[] {
  const path = ["network", "interfaceEndpoints"];
  const given = members(network.interfaceEndpoints);
  const form = present(network.interfaceEndpoints)
    .filter(([, service]) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(service))
    .map(([index]) => ({
      at: [[...path, index]] as const,
      problem: "is not the short name of an AWS service",
      allowed: 'what follows com.amazonaws.<region>. in the name of an endpoint, such as "ecr.api" or "logs"',
      mend: 'write for example "ecr.api"',
    }));
  const duplicates = [
    ...findDuplicates(network.gatewayEndpoints, ["network", "gatewayEndpoints"], "the endpoint"),
    ...findDuplicates(network.interfaceEndpoints, path, "the endpoint"),
  ];
  const missing = ENDPOINTS_WITHOUT_NAT.filter((service) => !given.includes(service));
  if (!members(network.gatewayEndpoints).includes("s3")) missing.push("s3 (gateway)");
  if (network.nat !== "none" || missing.length === 0) return [...form, ...duplicates];
  const lonely: Finding = {
    at: [["network", "nat"], path],
    problem: "without a NAT gateway no task can fetch its image or write its log",
    allowed: `"none" only with the interface endpoints ${ENDPOINTS_WITHOUT_NAT.join(", ")} and the gateway endpoint s3`,
    mend: `write "single", or add the endpoints ${missing.join(", ")}`,
  };
  return [...form, ...duplicates, lonely];
}
