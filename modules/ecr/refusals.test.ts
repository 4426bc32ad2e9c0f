import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import { Repository, type RepositoryProps } from "./repository";

const NAME = "2 to 256 lower-case letters and digits, joined by single . _ - or /";
const TAG = "1 to 128 letters, digits and _ . -, neither . nor - first";
const COUNT = "a whole number from 1 to 2147483647";

const refusal = (props: Partial<RepositoryProps>) =>
  refusalOf((stack) => new Repository(stack, "Repository", { name: "shop/cart", ...props }));

describe("a repository", () => {
  it.each<[string, Partial<RepositoryProps>, string]>([
    ["a name of one letter", { name: "a" }, `"name" is "a"; allowed: ${NAME}`],
    ["a name of 257 characters", { name: "n".repeat(257) }, `"name" is "${"n".repeat(257)}"; allowed: ${NAME}`],
    ["a capital letter in the name", { name: "Shop/cart" }, `"name" is "Shop/cart"; allowed: ${NAME}`],
    ["two slashes in a row", { name: "shop//cart" }, `"name" is "shop//cart"; allowed: ${NAME}`],
    ["a pattern for the protected tag", { protectedTag: "v*" }, `"protectedTag" is "v*"; allowed: ${TAG}`],
    ["no protected tag's text", { protectedTag: "" }, `"protectedTag" is ""; allowed: ${TAG}`],
    ["to keep no image", { keepImages: 0 }, `"keepImages" is 0; allowed: ${COUNT}`],
    ["to keep half an image", { keepImages: 1.5 }, `"keepImages" is 1.5; allowed: ${COUNT}`],
    ["0 days", { untaggedExpiryDays: 0 }, `"untaggedExpiryDays" is 0; allowed: ${COUNT}`],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Repository: ${message}`);
  });

  it("takes both ends of every limit", () => {
    expect(refusal({ name: "ab", protectedTag: "t", keepImages: 1, untaggedExpiryDays: 1 })).toBeUndefined();
    expect(refusal({ name: "n".repeat(256), protectedTag: `_${"t".repeat(127)}` })).toBeUndefined();
  });
});
