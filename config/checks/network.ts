import { ENDPOINT_SERVICE } from "../../modules/aws/forms";
import { VPC_PREFIX_LENGTH } from "../../modules/aws/limits";
import type { EnvironmentFile } from "../environment";
import { type Finding, findDuplicates, members, present, type Salvaged } from "../finding";
import type { JsonPath } from "../json-path";
import { checkCidr, checkPrefix } from "./addresses";
import { checkSubnets } from "./subnets";

const CIDR_PATH: JsonPath = ["network", "cidr"];
const ZONES_PATH: JsonPath = ["network", "availabilityZones"];

/** What tasks in private subnets without a NAT gateway need to be started: images, their layers, logs. */
const ENDPOINTS_WITHOUT_NAT = ["ecr.api", "ecr.dkr", "logs"];

/** What AWS would refuse of the network, and what would leave tasks without what they need. */
export function checkNetwork(environment: Salvaged<EnvironmentFile>): readonly Finding[] {
  const { network, testListenerCidrs } = environment;
  const path = ["testListenerCidrs"];
  const testers = [
    ...present(testListenerCidrs).flatMap(([index, cidr]) => checkCidr(cidr, [...path, index])),
    ...findDuplicates(testListenerCidrs, path, "the block"),
  ];
  if (!network) return testers;
  const egress = ["network", "egressCidrs"];
  return [
    ...testers,
    ...present(network.egressCidrs).flatMap(([index, cidr]) => checkCidr(cidr, [...egress, index])),
    ...findDuplicates(network.egressCidrs, egress, "the block"),
    ...checkZones(environment),
    ...checkCidr(network.cidr, CIDR_PATH),
    ...checkPrefix(network.cidr, CIDR_PATH, VPC_PREFIX_LENGTH, "a VPC"),
    ...checkSubnets(network),
    ...checkEndpoints(network),
  ];
}

type Network = NonNullable<Salvaged<EnvironmentFile>["network"]>;

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

function checkEndpoints(network: Network): readonly Finding[] {
  const path = ["network", "interfaceEndpoints"];
  const given = members(network.interfaceEndpoints);
  const form = present(network.interfaceEndpoints)
    .filter(([, service]) => !ENDPOINT_SERVICE.fits(service))
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
