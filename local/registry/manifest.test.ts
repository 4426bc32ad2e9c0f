import { describe, expect, it } from "vitest";
import { readManifest } from "./manifest";
import { digestOf, IMAGE, INDEX, indexOf, manifestOf, OCI } from "./manifest.fixtures";

function read(text: string, contentType?: string) {
  return readManifest(Buffer.from(text), contentType);
}

describe("a manifest", () => {
  it("names the blobs of an image, and keeps its bytes", () => {
    const text = manifestOf("configuration", "one", "two");
    expect(read(text, IMAGE)).toEqual({
      text,
      mediaType: IMAGE,
      blobs: [digestOf("configuration"), digestOf("one"), digestOf("two")],
    });
  });

  it("names no blobs of an index: its images have them", () => {
    expect(read(indexOf(manifestOf("one")), INDEX)).toMatchObject({ mediaType: INDEX, blobs: [] });
  });

  it("names no layer that is to be had elsewhere", () => {
    const manifest = JSON.parse(manifestOf("configuration", "one", "two"));
    manifest.layers[0].urls = ["https://example.com/layer"];
    expect(read(JSON.stringify(manifest), IMAGE).blobs).toEqual([digestOf("configuration"), digestOf("two")]);
  });

  it("has the media type that it is pushed with, else its own", () => {
    const { mediaType: _, ...without } = JSON.parse(manifestOf("configuration"));
    expect(read(JSON.stringify(without), `${OCI}; charset=utf-8`).mediaType).toBe(OCI);
    expect(read(manifestOf("configuration")).mediaType).toBe(IMAGE);
  });

  it.each([
    ["no JSON", "{", IMAGE, /: it is no JSON$/],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), IMAGE, /: it is no JSON$/],
    ["without a media type", "{}", undefined, /: its media type is ""; allowed: application\/vnd\.docker\.\S+, /],
    [
      "of schema 1",
      "{}",
      "application/vnd.docker.distribution.manifest.v1+prettyjws",
      /: its media type is "\S+\.v1\+prettyjws"; allowed: /,
    ],
    [
      "of another type than it says",
      manifestOf("x"),
      OCI,
      /: it is pushed as \S+oci\S+, but says that it is \S+docker/,
    ],
    ["without layers", `{"schemaVersion":2,"mediaType":"${IMAGE}"}`, IMAGE, /layers/],
    ["of another schema", manifestOf("x").replace(`"schemaVersion": 2`, `"schemaVersion": 1`), IMAGE, /schemaVersion/],
    ["with a digest of another form", manifestOf("x").replace(/sha256:\w{8}/, "md5:"), IMAGE, /must be sha256: and 64/],
  ])("is refused: %s", (_, content, contentType, message) => {
    const refused = expect(() => readManifest(Buffer.from(content), contentType));
    refused.toThrow(expect.objectContaining({ code: "MANIFEST_INVALID", status: 400 }));
    refused.toThrow(message);
  });
});
