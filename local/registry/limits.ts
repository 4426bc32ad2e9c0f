const MIB = 1024 * 1024;

/** Bytes of a manifest. Source: Amazon ECR API Reference, PutImage, imageManifest. */
export const MANIFEST_MAX_BYTES = 4 * MIB;

/** Bytes of a layer. Source: "Amazon ECR service quotas", maximum layer size. */
export const LAYER_MAX_BYTES = 52_000 * MIB;

/** Tags in one answer. Source: Amazon ECR API Reference, ListImages, maxResults. */
export const TAGS_MAX = 1_000;
