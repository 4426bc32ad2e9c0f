import { numberAt, textAt, valueAt } from "../documents/body";
import { constructPath, type DocumentResource, type Documents } from "../documents/documents";
import { type Claim, planAddresses, usableAddresses } from "./addresses";
import type { Count, Counter } from "./count";
import { hasInterfaces, type PlannedTasks } from "./planned-tasks";

/**
 * Addresses that a load balancer asks for in each of its subnets; it may take up to 100 in all. Source: "Application Load
 * Balancers", subnets for your load balancer.
 */
const LOAD_BALANCER_ADDRESSES = 8;

/** Counts the addresses that tasks, load balancers, instances and the rest need in each subnet, and network interfaces. */
export const countAddresses: Counter = (documents, { region, planned }) => {
  const claims = findClaims(documents, planned);
  const needed = planAddresses(claims);
  const subnets = documents.ofType("aws_subnet").flatMap((subnet): readonly Count[] => {
    const limit = usableAddresses(textAt(subnet.body, "cidr_block") ?? "");
    const used = needed.get(subnet) ?? 0;
    return limit === undefined ? [] : [{ quota: "addressesPerSubnet", scope: constructPath(subnet), used, limit }];
  });
  // Each address is that of a network interface.
  const interfaces = claims.reduce((sum, { addresses }) => sum + addresses, 0);
  return [...subnets, { quota: "networkInterfacesPerRegion", scope: region, used: interfaces }];
};

type SubnetClaim = Claim<DocumentResource>;

function findClaims(documents: Documents, planned: readonly PlannedTasks[]): readonly SubnetClaim[] {
  const claim = (from: DocumentResource, value: unknown, addresses: (subnets: number) => number) => {
    const subnets = documents.referred(from.stack, value, "aws_subnet");
    return subnets.length === 0 ? [] : [{ subnets, addresses: addresses(subnets.length) }];
  };
  const ofType = (type: string, argument: string, addresses: (subnets: number, from: DocumentResource) => number) =>
    documents.ofType(type).flatMap((one) => claim(one, one.body[argument], (subnets) => addresses(subnets, one)));
  const inEach = (subnets: number) => subnets;
  return [
    ...planned
      .filter(hasInterfaces)
      .flatMap(({ service, peak }) =>
        claim(service, valueAt(service.body, "network_configuration", "subnets"), () => peak),
      ),
    ...ofType("aws_autoscaling_group", "vpc_zone_identifier", (_, { body }) => numberAt(body, "max_size") ?? 0),
    ...ofType("aws_lb", "subnets", (subnets) => subnets * LOAD_BALANCER_ADDRESSES),
    ...ofType("aws_nat_gateway", "subnet_id", inEach),
    ...ofType("aws_vpc_endpoint", "subnet_ids", inEach),
    ...ofType("aws_apigatewayv2_vpc_link", "subnet_ids", inEach),
    ...documents.ofType("aws_db_instance").flatMap((database) => databaseClaims(documents, database, claim)),
  ];
}

/** A database may come up in any of its subnets after a failure, so it needs an address in each. */
function databaseClaims(
  documents: Documents,
  { stack, body }: DocumentResource,
  claim: (from: DocumentResource, value: unknown, addresses: (subnets: number) => number) => readonly SubnetClaim[],
): readonly SubnetClaim[] {
  return documents
    .referred(stack, body.db_subnet_group_name, "aws_db_subnet_group")
    .flatMap((group) => claim(group, group.body.subnet_ids, (subnets) => subnets));
}
