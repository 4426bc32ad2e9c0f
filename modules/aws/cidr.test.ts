import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOverlap, contains, hasHostBits, parseCidr, parseIpv4Cidr } from "./cidr";

const cidr = fc
  .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
  .filter(([address]) => /^\d+\.\d+\.\d+\.\d+$/.test(address) && !/\b0\d/.test(address))
  .map(([address, length]) => `${address}/${length}`);

describe("parseCidr", () => {
  it("reads IPv4", () => {
    expect(parseCidr("10.0.0.0/16")).toEqual({
      version: "IPv4",
      first: 0x0a000000n,
      last: 0x0a00ffffn,
      prefixLength: 16,
      canonical: "10.0.0.0/16",
    });
  });

  it("reads IPv6", () => {
    expect(parseCidr("2001:db8::1/32")).toMatchObject({
      version: "IPv6",
      prefixLength: 32,
      canonical: "2001:db8::/32",
    });
  });

  it.each([
    "10.0.0.0",
    "10.0.0/16",
    "10.0.0.0/33",
    "10.0.0.0/016",
    "256.0.0.0/8",
    "010.0.0.0/8",
    "::/129",
    "10.0.0.0/-1",
    "a/8",
    "",
  ])("does not read %j", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it("makes a block that contains its own address and has no bits beyond the prefix", () => {
    fc.assert(
      fc.property(cidr, (text) => {
        const block = parseCidr(text);
        const address = parseCidr(text.replace(/\/.*/, "/32"));
        expect(block && address && contains(block, address)).toBe(true);
        expect(hasHostBits(block?.canonical ?? "")).toBe(false);
      }),
    );
  });
});

describe("blocks", () => {
  const both = (first: string, second: string) => {
    const [left, right] = [parseCidr(first), parseCidr(second)];
    if (!left || !right) throw new Error("not a block");
    return { overlap: blocksOverlap(left, right), inside: contains(left, right) };
  };

  it.each([
    ["10.0.0.0/16", "10.0.1.0/24", { overlap: true, inside: true }],
    ["10.0.1.0/24", "10.0.0.0/16", { overlap: true, inside: false }],
    ["10.0.0.0/24", "10.0.1.0/24", { overlap: false, inside: false }],
    ["0.0.0.0/0", "::/0", { overlap: false, inside: false }],
  ])("compares %s with %s", (first, second, expected) => {
    expect(both(first, second)).toEqual(expected);
  });
});

describe("hasHostBits", () => {
  it("tells an address with bits beyond its prefix", () => {
    expect(["10.0.0.1/16", "10.0.0.0/16", "2001:db8::1/32", "::1/128", "nonsense"].map(hasHostBits)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });
});

describe("parseIpv4Cidr", () => {
  it("does not read IPv6", () => {
    expect(["10.0.0.0/8", "::/0"].map((text) => parseIpv4Cidr(text)?.version)).toEqual(["IPv4", undefined]);
  });
});
