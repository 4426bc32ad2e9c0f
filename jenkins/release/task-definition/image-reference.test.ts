import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusal } from "../testing/task-definitions";
import { formatImage, type ImageReference, imageName, parseImage } from "./image-reference";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const PATHS = 'lower-case letters and digits, joined by "/", ".", "_", "__" or hyphens';
const TAGS = '1 to 128 letters, digits, "_", "." and "-", not beginning with "." or "-"';
const HOSTS = "a host name or an address, and a port after a colon";
const DIGESTS = "an algorithm and a hash, such as sha256: and 64 hexadecimal digits";

describe("an image reference", () => {
  it.each<[string, ImageReference]>([
    ["app", { repository: "app" }],
    ["app:1.2", { repository: "app", tag: "1.2" }],
    ["a_b", { repository: "a_b" }],
    ["a__b/c-d.e/f---g:_1", { repository: "a__b/c-d.e/f---g", tag: "_1" }],
    ["library/app", { repository: "library/app" }],
    ["my_repo/img:1", { repository: "my_repo/img", tag: "1" }],
    ["localhost/app", { registry: "localhost", repository: "app" }],
    ["localhost:5000/app", { registry: "localhost:5000", repository: "app" }],
    ["registry:5000", { repository: "registry", tag: "5000" }],
    ["registry.local:5000/app", { registry: "registry.local:5000", repository: "app" }],
    ["registry.local:5000/a/b/c:v2", { registry: "registry.local:5000", repository: "a/b/c", tag: "v2" }],
    ["Registry/app", { registry: "Registry", repository: "app" }],
    ["127.0.0.1:5000/app", { registry: "127.0.0.1:5000", repository: "app" }],
    ["[::1]/app", { registry: "[::1]", repository: "app" }],
    ["[2001:db8::1]:5000/a/b:1", { registry: "[2001:db8::1]:5000", repository: "a/b", tag: "1" }],
    [`app@${DIGEST}`, { repository: "app", digest: DIGEST }],
    [
      `registry.local:5000/app:v2@${DIGEST}`,
      { registry: "registry.local:5000", repository: "app", tag: "v2", digest: DIGEST },
    ],
    [`app@sha512:${"a".repeat(128)}`, { repository: "app", digest: `sha512:${"a".repeat(128)}` }],
    [`app:${"a".repeat(128)}`, { repository: "app", tag: "a".repeat(128) }],
  ])("reads %s", (text, parts) => {
    expect(parseImage(text)).toEqual(parts);
  });

  it.each([
    ["", "it names no repository", "a path such as shop/cart"],
    [":1", "it names no repository", "a path such as shop/cart"],
    ["registry.local/", "it names no repository", "a path such as shop/cart"],
    ["img:", "its tag is empty", TAGS],
    ["img:-1", 'its tag is "-1"', TAGS],
    ["img:.1", 'its tag is ".1"', TAGS],
    ["img:a:b", 'its tag is "a:b"', TAGS],
    ["img:a b", 'its tag is "a b"', TAGS],
    ["img:1\n", 'its tag is "1\n"', TAGS],
    ["img:$TAG", 'its tag is "$TAG"', TAGS],
    [`img:${"a".repeat(129)}`, `its tag is "${"a".repeat(129)}"`, TAGS],
    ["App", 'its repository is "App", with capital letters', PATHS],
    ["shop/Cart:1", 'its repository is "shop/Cart", with capital letters', PATHS],
    ["/app", 'its repository is "/app"', PATHS],
    ["shop//cart", 'its repository is "shop//cart"', PATHS],
    ["shop/", 'its repository is "shop/"', PATHS],
    ["shop/_cart", 'its repository is "shop/_cart"', PATHS],
    ["a___b", 'its repository is "a___b"', PATHS],
    ["a..b", 'its repository is "a..b"', PATHS],
    ["cart-", 'its repository is "cart-"', PATHS],
    [" cart", 'its repository is " cart"', PATHS],
    ["https://registry.local/app", 'its registry is "https:"', HOSTS],
    ["-registry.local/app", 'its registry is "-registry.local"', HOSTS],
    ["registry_1.local/app", 'its registry is "registry_1.local"', HOSTS],
    ["registry.local:/app", 'its registry is "registry.local:"', HOSTS],
    ["registry.local:port/app", 'its registry is "registry.local:port"', HOSTS],
    ["registry.local:123456/app", 'its registry is "registry.local:123456"', HOSTS],
    ["::1/app", 'its registry is "::1"', HOSTS],
    ["app@", 'its digest is ""', DIGESTS],
    ["app@sha256", 'its digest is "sha256"', DIGESTS],
    ["app@sha256:abc", 'its digest is "sha256:abc"', DIGESTS],
    [`app@sha256:${"g".repeat(64)}`, `its digest is "sha256:${"g".repeat(64)}"`, DIGESTS],
    [`app@${DIGEST.toUpperCase()}`, `its digest is "${DIGEST.toUpperCase()}"`, DIGESTS],
    [`app@sha256:${"A".repeat(64)}`, `its digest is "sha256:${"A".repeat(64)}"`, DIGESTS],
    [`app@sha512:${"a".repeat(64)}`, `its digest is "sha512:${"a".repeat(64)}"`, DIGESTS],
    [`app@${DIGEST}@${DIGEST}`, 'it has more than one "@"', "one digest at most"],
    [`r.local/${"a".repeat(248)}`, "registry and repository are too long", "255 characters together"],
  ])("refuses %j", (text, what, allowed) => {
    expect(refusal(() => parseImage(text))).toEqual({
      message: `"${text}" is no image reference: ${what}; allowed: ${allowed}`,
      status: 2,
    });
  });

  it("takes 255 characters of registry and repository together", () => {
    const name = `r.local/${"a".repeat(247)}`;
    expect(imageName(parseImage(`${name}:1`))).toBe(name);
  });

  it("is written as it was read", () => {
    fc.assert(
      fc.property(references, (reference) => {
        const text = formatImage(reference);
        expect(parseImage(text)).toEqual(reference);
        expect(formatImage(parseImage(text))).toBe(text);
      }),
    );
  });

  it("is read or refused with a reason, whatever the text", () => {
    const pieces = fc.constantFrom("a", "B", "0", "/", ":", "@", ".", "_", "-", "[", "]", " ", "localhost", DIGEST);
    const any = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((list) => list.join("")),
    );
    fc.assert(
      fc.property(any, (text) => {
        const read = attempt(text);
        if (typeof read === "string") expect(read.startsWith(`"${text}" is no image reference: `)).toBe(true);
        else expect(formatImage(read)).toBe(text);
      }),
    );
  });

  // A pattern that goes back and forth over such a text takes longer than a test may.
  it("is refused however long it is", () => {
    const text = `${"a".repeat(200_000)}!`;
    for (const one of [text, `r.local/${text}`, `${text}.local/a`, `a:${text}`, `a@sha256:${text}`]) {
      expect(() => parseImage(one)).toThrow("is no image reference");
    }
  });
});

function attempt(text: string): ImageReference | string {
  try {
    return parseImage(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const part = fc.stringMatching(/^[a-z0-9]{1,4}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const port = fc.option(fc.integer({ min: 0, max: 99_999 }), { nil: undefined });
const host = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,4}[a-zA-Z0-9])?\.[a-z]{2,4}$/),
  fc.ipV4(),
  fc
    .ipV6()
    .filter((address) => !address.includes("."))
    .map((address) => `[${address}]`),
  fc.constant("localhost"),
);
const registry = fc.tuple(host, port).map(([name, number]) => (number === undefined ? name : `${name}:${number}`));

const references: fc.Arbitrary<ImageReference> = fc.record(
  {
    registry,
    repository: fc
      .array(part, { minLength: 1, maxLength: 4 })
      // Without a registry before it, this is one.
      .map((parts) => ["x", ...parts].join("/")),
    tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
    digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
  },
  { requiredKeys: ["repository"] },
);
