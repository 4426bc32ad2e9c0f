import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isReleased, ownTags, provenanceIn, provenanceOf, releaseTags } from "./provenance";

const tag = (key: string, value: string) => ({ key, value });

describe("what a release says of itself", () => {
  it("is read from Jenkins' variables", () => {
    const variables = { BUILD_NUMBER: "12", GIT_COMMIT: "abc", BUILD_URL: "https://ci/12/", HOME: "/root" };
    expect(provenanceOf(variables)).toEqual({ build: "12", commit: "abc", url: "https://ci/12/" });
    expect(provenanceOf({})).toEqual({ build: undefined, commit: undefined, url: undefined });
  });

  it("comes after the revision's own tags, without what is not known", () => {
    expect(releaseTags([tag("team", "shop")], "2-cart", { build: "2", commit: "", url: undefined })).toEqual([
      tag("team", "shop"),
      tag("release:image", "2-cart"),
      tag("release:build", "2"),
    ]);
  });

  it("takes the place of what an earlier release has said", () => {
    const before = releaseTags([tag("team", "shop")], "1-cart", { build: "1", commit: "abc", url: "https://ci/1" });
    expect(releaseTags(before, "2-cart", {})).toEqual([tag("team", "shop"), tag("release:image", "2-cart")]);
  });

  it("is read again from the tags", () => {
    const said = { build: "12", commit: "abc", url: "https://ci/job/cart/12/" };
    expect(provenanceIn(releaseTags([], "2-cart", said))).toEqual(said);
    expect(provenanceIn([])).toEqual({ build: undefined, commit: undefined, url: undefined });
  });

  it("tells its revisions from Terraform's", () => {
    expect(isReleased(releaseTags([], "2-cart", {}))).toBe(true);
    expect(isReleased([tag("team", "shop"), tag("release:build", "1")])).toBe(false);
  });

  it("leaves out AWS's own tags, however they are written", () => {
    const own = [tag("team", ""), tag("awsome", "1"), tag("x:aws:", "2")];
    expect(ownTags([...own, tag("aws:a", "1"), tag("AWS:b", "2"), tag("release:url", "3")])).toEqual(own);
  });

  it.each([
    ["https://ci/job/a%20b/1/?x=1&y=(2)", "https://ci/job/a b/1/_x=1_y=_2_"],
    ["  12  ", "12"],
    ["tête-à-tête 日本 ١", "tête-à-tête 日本 ١"],
    ["a\nb\u0000c", "a_b_c"],
    ["x".repeat(300), "x".repeat(256)],
    ["𝒜".repeat(257), "𝒜".repeat(256)],
    [`${"x".repeat(255)} y`, "x".repeat(255)],
  ])("holds of %j what a tag can hold", (text, value) => {
    expect(releaseTags([], "i", { url: text })[1]).toEqual(tag("release:url", value));
  });

  it("holds what a tag can hold, whatever the text", () => {
    const letters = fc.constantFrom("a", " ", "%20", "?", "\n", "é", "日", "𝒜", "\ud835", "\u0000", "x".repeat(100));
    const any = fc.array(letters, { maxLength: 8 }).map((list) => list.join(""));
    fc.assert(
      fc.property(any, (text) => {
        for (const { value } of releaseTags([], text, {})) {
          expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
          expect(value).toBe(value.trim());
        }
      }),
    );
  });
});
