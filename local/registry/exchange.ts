import { createReadStream } from "node:fs";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { IMAGE_TAG } from "../../modules/aws/forms";
import type { Blobs } from "./blobs";
import { digestOf, isDigest, requireDigest, requireSameDigest } from "./digest";
import type { Ecr } from "./ecr";
import { MANIFEST_MAX_BYTES, TAGS_MAX } from "./limits";
import { readManifest } from "./manifest";
import { Refusal } from "./refusal";
import type { RegistryRequest } from "./requests";
import type { Part, Upload, Uploads } from "./uploads";

export interface Stores {
  readonly ecr: Ecr;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
}

/** One request of the registry's API, and its answer. */
export class Exchange {
  constructor(
    private readonly stores: Stores,
    private readonly wanted: RegistryRequest,
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {}

  /** @throws Refusal, or the SDK's exception where ECR refuses */
  async answer(): Promise<void> {
    const { action, method, repository } = this.wanted;
    if (action === "base") return this.#send(200, {}, "{}");
    await this.stores.ecr.requireRepository(repository);
    switch (action) {
      case "start upload":
        return this.#startUpload();
      case "upload":
        return this.#continueUpload();
      case "blob":
        return this.#sendBlob();
      case "manifest":
        return method === "PUT" ? this.#takeManifest() : this.#sendManifest();
      case "tags":
        return this.#sendTags();
    }
  }

  /** Begins an upload, unless another repository has the blob already, or it comes with this very request. */
  async #startUpload(): Promise<void> {
    const { blobs, uploads } = this.stores;
    const { repository, query } = this.wanted;
    const [mounted, from] = [query.get("mount"), query.get("from")];
    if (mounted !== null && from !== null && (await blobs.mount(from, repository, requireDigest(mounted)))) {
      return this.#sendStored(mounted);
    }
    const digest = query.get("digest");
    if (digest !== null) requireDigest(digest);
    const upload = uploads.start(repository);
    if (digest !== null) return this.#finish(upload, digest).finally(() => uploads.end(upload));
    this.#send(202, upload.headers);
  }

  async #continueUpload(): Promise<void> {
    const { uploads } = this.stores;
    const { method, repository, subject, query } = this.wanted;
    const upload = uploads.find(repository, subject);
    if (method === "PUT") return this.#finish(upload, requireDigest(query.get("digest")));
    if (method === "DELETE") await uploads.end(upload);
    if (method === "PATCH") await upload.append(this.#part());
    this.#send(method === "PATCH" ? 202 : 204, upload.headers);
  }

  /** The last part may come with the request that ends the upload. */
  async #finish(upload: Upload, digest: string): Promise<void> {
    const { blobs, uploads } = this.stores;
    await upload.append(this.#part());
    try {
      await upload.requireDigest(digest);
      await blobs.add(upload.repository, digest, upload.file);
    } finally {
      await uploads.end(upload);
    }
    this.#sendStored(digest);
  }

  #part(): Part {
    const { headers } = this.request;
    return { body: this.request, range: headers["content-range"], length: headers["content-length"] };
  }

  async #sendBlob(): Promise<void> {
    const { blobs } = this.stores;
    const { method, repository, subject } = this.wanted;
    const digest = requireDigest(subject);
    const size = await blobs.size(repository, digest);
    if (size === undefined) throw unknownBlobs("BLOB_UNKNOWN", repository, [digest]);
    const headers = { "content-type": "application/octet-stream", "content-length": size };
    this.response.writeHead(200, { ...headers, ...identity(digest) });
    if (method === "HEAD") this.response.end();
    else await pipeline(createReadStream(blobs.path(repository, digest)), this.response);
  }

  async #takeManifest(): Promise<void> {
    const { ecr, blobs } = this.stores;
    const { repository, subject } = this.wanted;
    requireReference(subject);
    const content = await this.#manifestBytes();
    const digest = digestOf(content);
    if (isDigest(subject)) requireSameDigest(subject, digest);
    const manifest = readManifest(content, this.request.headers["content-type"]);
    const sizes = await Promise.all(manifest.blobs.map((blob) => blobs.size(repository, blob)));
    const missing = manifest.blobs.filter((_, index) => sizes[index] === undefined);
    if (missing.length > 0) throw unknownBlobs("MANIFEST_BLOB_UNKNOWN", repository, missing);
    await ecr.putImage(repository, subject, manifest);
    this.#send(201, { location: `/v2/${repository}/manifests/${digest}`, ...identity(digest) });
  }

  async #manifestBytes(): Promise<Buffer> {
    const tooMuch = new Refusal("SIZE_INVALID", `a manifest has ${MANIFEST_MAX_BYTES} bytes at most`);
    if (Number(this.request.headers["content-length"]) > MANIFEST_MAX_BYTES) throw tooMuch;
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of this.request) {
      size += part.length;
      if (size > MANIFEST_MAX_BYTES) throw tooMuch;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  async #sendManifest(): Promise<void> {
    const { repository, subject } = this.wanted;
    requireReference(subject);
    const { text, mediaType, digest } = await this.stores.ecr.getImage(repository, subject);
    this.#send(200, { "content-type": mediaType, ...identity(digest) }, text);
  }

  async #sendTags(): Promise<void> {
    const { repository, query } = this.wanted;
    const given = query.get("n") ?? String(TAGS_MAX);
    if (!/^\d+$/.test(given)) throw new Refusal("UNSUPPORTED", `n is "${given}"; it has to be a whole number`);
    const count = Math.min(Number(given), TAGS_MAX);
    const last = query.get("last") ?? "";
    const tags = (await this.stores.ecr.listTags(repository)).filter((tag) => tag > last);
    const page = tags.slice(0, count);
    const next = new URLSearchParams({ n: String(count), last: page.at(-1) ?? last });
    const link = tags.length > count && { link: `</v2/${repository}/tags/list?${next}>; rel="next"` };
    this.#send(200, { ...link }, JSON.stringify({ name: repository, tags: page }));
  }

  #sendStored(digest: string): void {
    this.#send(201, { location: `/v2/${this.wanted.repository}/blobs/${digest}`, ...identity(digest) });
  }

  #send(status: number, headers: OutgoingHttpHeaders, text = ""): void {
    const body = Buffer.from(text);
    // An answer of status 204 has no length to tell.
    const length = status !== 204 && { "content-length": body.length };
    const type = body.length > 0 && { "content-type": "application/json" };
    this.response.writeHead(status, { ...length, ...type, ...headers });
    this.response.end(body);
  }
}

function identity(digest: string): OutgoingHttpHeaders {
  return { "docker-content-digest": digest, etag: `"${digest}"` };
}

/** @throws Refusal where a text is neither a digest nor a tag */
function requireReference(text: string): void {
  if (text.includes(":")) requireDigest(text);
  else if (!IMAGE_TAG.fits(text)) {
    throw new Refusal("TAG_INVALID", `the tag is "${text}"; allowed: ${IMAGE_TAG.allowed}`);
  }
}

function unknownBlobs(code: "BLOB_UNKNOWN" | "MANIFEST_BLOB_UNKNOWN", repository: string, digests: readonly string[]) {
  return new Refusal(code, `the repository ${repository} does not have ${digests.join(", ")}`, digests);
}
