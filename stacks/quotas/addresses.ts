import { parseIpv4Cidr } from "../../modules/aws/cidr";

/** The first four addresses of a subnet and its last one are AWS's. Source: "Subnet sizing for subnet CIDR blocks". */
const RESERVED_ADDRESSES = 5;

/** What takes addresses, spread evenly over its subnets as ECS spreads tasks over zones. */
export interface Claim<Subnet> {
  /** Each of them once. */
  readonly subnets: readonly Subnet[];
  /** Addresses in all subnets together. */
  readonly addresses: number;
}

/**
 * How many addresses each subnet has to have free, so that every claim is met at one time: of a claim that does not divide by
 * its subnets, each of them takes the larger part, for nobody knows which one it will be.
 */
export function planAddresses<Subnet>(claims: readonly Claim<Subnet>[]): ReadonlyMap<Subnet, number> {
  const needed = new Map<Subnet, number>();
  for (const { subnets, addresses } of claims) {
    const each = Math.ceil(addresses / subnets.length);
    for (const subnet of subnets) needed.set(subnet, (needed.get(subnet) ?? 0) + each);
  }
  return needed;
}

/** Addresses of a subnet that can be used; undefined where its block is known at apply only. */
export function usableAddresses(cidr: string): number | undefined {
  const block = parseIpv4Cidr(cidr);
  return block && 2 ** (32 - block.prefixLength) - RESERVED_ADDRESSES;
}
