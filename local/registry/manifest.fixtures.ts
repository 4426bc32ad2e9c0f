import { createHash } from "node:crypto";

export const IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
export const OCI = "application/vnd.oci.image.manifest.v1+json";
export const INDEX = "application/vnd.oci.image.index.v1+json";

export function digestOf(content: string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** A manifest as the docker client writes it: indented, so that its bytes are not those of another JSON text. */
export function manifestOf(configuration: string, ...layers: readonly string[]): string {
  const described = (mediaType: string) => (content: string) => ({
    mediaType,
    size: content.length,
    digest: digestOf(content),
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: described("application/vnd.docker.container.image.v1+json")(configuration),
    layers: layers.map(described("application/vnd.docker.image.rootfs.diff.tar.gzip")),
  };
  return JSON.stringify(manifest, undefined, 3);
}

export function indexOf(...manifests: readonly string[]): string {
  const described = manifests.map((text) => ({ mediaType: IMAGE, size: text.length, digest: digestOf(text) }));
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: described }, undefined, 3);
}
