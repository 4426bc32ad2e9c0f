import ipaddr from "ipaddr.js";

/** A range of addresses that begins and ends where a prefix allows. */
export interface CidrBlock {
  /** Version of the Internet Protocol. */
  readonly version: "IPv4" | "IPv6";
  /** Its first address, as a number. */
  readonly first: bigint;
  /** Its last address, as a number. */
  readonly last: bigint;
  /** Bits that all addresses of the block share. */
  readonly prefixLength: number;
  /** The block as AWS writes it: no bit set beyond the prefix. */
  readonly canonical: string;
}

/** Reads a CIDR block, also one with bits set beyond its prefix; undefined when the text is none. */
export function parseCidr(text: string): CidrBlock | undefined {
  const [, address = "", length = ""] = /^([0-9a-fA-F:.]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const isIpv4 = ipaddr.IPv4.isValidFourPartDecimal(address);
  const bits = isIpv4 ? 32 : 128;
  const prefixLength = Number(length);
  if (length === "" || prefixLength > bits || !(isIpv4 || ipaddr.IPv6.isValid(address))) return undefined;
  const value = toNumber((isIpv4 ? ipaddr.IPv4 : ipaddr.IPv6).parse(address).toByteArray());
  const hostBits = BigInt(bits - prefixLength);
  const first = (value >> hostBits) << hostBits;
  const last = first + (1n << hostBits) - 1n;
  const canonical = `${ipaddr.fromByteArray(toBytes(first, bits / 8)).toString()}/${prefixLength}`;
  return { version: isIpv4 ? "IPv4" : "IPv6", first, last, prefixLength, canonical };
}

/** Reads a CIDR block of IPv4; undefined when the text is none. */
export function parseIpv4Cidr(text: string): CidrBlock | undefined {
  const block = parseCidr(text);
  return block?.version === "IPv4" ? block : undefined;
}

/** Whether an address has bits set beyond its prefix: `10.0.0.1/16`. */
export function hasHostBits(text: string): boolean {
  const block = parseCidr(text);
  const address = block && parseCidr(text.replace(/\/.*/, block.version === "IPv4" ? "/32" : "/128"));
  return block !== undefined && block.first !== address?.first;
}

/** Whether any address belongs to both blocks. */
export function blocksOverlap(first: CidrBlock, second: CidrBlock): boolean {
  return first.version === second.version && first.first <= second.last && second.first <= first.last;
}

/** Whether every address of the inner block belongs to the outer one. */
export function contains(outer: CidrBlock, inner: CidrBlock): boolean {
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;
}

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function toBytes(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((value >> BigInt(8 * (count - 1 - index))) & 255n));
}
