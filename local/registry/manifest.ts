import * as z from "zod";
import { isDigest } from "./digest";
import { Refusal } from "./refusal";

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().refine(isDigest, { error: "must be sha256: and 64 hexadecimal digits" }),
  size: z.int().nonnegative(),
  /** A layer that is to be had elsewhere, and is not pushed. */
  urls: z.array(z.string()).optional(),
});

const common = { schemaVersion: z.literal(2), mediaType: z.string().optional() };

const image = z.object({ ...common, config: descriptor, layers: z.array(descriptor) });

/** ECR itself looks whether it has the images of an index. */
const index = z.object({ ...common, manifests: z.array(descriptor) });

/** Source: "Container image manifest format support in Amazon ECR"; schema 1 has no digests of its own to check. */
const FORMS = new Map<string, typeof image | typeof index>([
  ["application/vnd.docker.distribution.manifest.v2+json", image],
  ["application/vnd.docker.distribution.manifest.list.v2+json", index],
  ["application/vnd.oci.image.manifest.v1+json", image],
  ["application/vnd.oci.image.index.v1+json", index],
]);

export interface Manifest {
  readonly text: string;
  readonly mediaType: string;
  /** Digests of the blobs that have to be there before it. */
  readonly blobs: readonly string[];
}

/**
 * Reads a manifest that is pushed.
 *
 * @param contentType header of the push
 * @throws Refusal that says what is wrong with it
 */
export function readManifest(content: Uint8Array, contentType = ""): Manifest {
  const { text, json } = parse(content);
  const own = z.object({ mediaType: z.string() }).safeParse(json).data?.mediaType;
  const mediaType = contentType.split(";")[0]?.trim() || own || "";
  const form = FORMS.get(mediaType);
  if (!form) throw invalid(`its media type is "${mediaType}"; allowed: ${[...FORMS.keys()].join(", ")}`);
  if (own !== undefined && own !== mediaType) throw invalid(`it is pushed as ${mediaType}, but says that it is ${own}`);
  const { data, error } = form.safeParse(json);
  if (!data) throw invalid(z.prettifyError(error));
  const blobs = "layers" in data ? [data.config, ...data.layers.filter(({ urls }) => !urls)] : [];
  return { text, mediaType, blobs: blobs.map(({ digest }) => digest) };
}

function parse(content: Uint8Array): { readonly text: string; readonly json: unknown } {
  try {
    // Its digest is that of its bytes: none of them may be lost.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    return { text, json: JSON.parse(text) };
  } catch {
    throw invalid("it is no JSON");
  }
}

function invalid(reason: string): Refusal {
  return new Refusal("MANIFEST_INVALID", `the manifest is invalid: ${reason}`);
}
