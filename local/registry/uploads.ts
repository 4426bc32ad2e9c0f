import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { requireSameDigest } from "./digest";
import { LAYER_MAX_BYTES } from "./limits";
import { Refusal } from "./refusal";

/** A part of a blob: its bytes, and where the sender says that they belong. */
export interface Part {
  readonly body: AsyncIterable<Uint8Array>;
  /** Content-Range: the first and the last byte, counted from 0. */
  readonly range?: string | undefined;
  /** Content-Length. */
  readonly length?: string | undefined;
}

/** A blob on its way in: a file that grows part by part. What has arrived counts, also when the sender breaks off. */
export class Upload {
  readonly id = randomUUID();
  readonly #hash = createHash("sha256");
  #size = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    readonly repository: string,
    private readonly folder: string,
  ) {}

  get file(): string {
    return join(this.folder, this.id);
  }

  /** Address of this upload, and what has arrived. */
  get headers() {
    return {
      location: `/v2/${this.repository}/blobs/uploads/${this.id}`,
      range: `0-${Math.max(this.#size - 1, 0)}`,
      "docker-upload-uuid": this.id,
    };
  }

  /** Parts follow each other: one that comes early waits. @throws Refusal for a part that does not follow */
  append(part: Part): Promise<void> {
    const appended = this.#turn.then(() => this.#append(part));
    this.#turn = appended.catch(() => undefined);
    return appended;
  }

  /** @throws Refusal where the content has another digest */
  async requireDigest(digest: string): Promise<void> {
    await this.#turn;
    requireSameDigest(digest, `sha256:${this.#hash.digest("hex")}`);
  }

  async #append({ body, range, length }: Part): Promise<void> {
    this.#requireNext(range, length);
    this.#requireRoom(Number(length ?? 0));
    const file = await open(this.file, "a");
    try {
      for await (const bytes of body) {
        this.#requireRoom(bytes.length);
        await file.appendFile(bytes);
        this.#hash.update(bytes);
        this.#size += bytes.length;
      }
    } finally {
      await file.close();
    }
  }

  #requireNext(range: string | undefined, length: string | undefined): void {
    if (range === undefined) return;
    const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/\S+)?$/.exec(range) ?? [];
    const fits = length === undefined || Number(length) === Number(last) - Number(first) + 1;
    if (Number(first) === this.#size && fits) return;
    throw new Refusal(
      "BLOB_UPLOAD_INVALID",
      `the Content-Range is "${range}" of ${length ?? "untold"} bytes, but the upload goes on at byte ${this.#size}`,
      { size: this.#size },
      this.headers,
    );
  }

  #requireRoom(bytes: number): void {
    if (this.#size + bytes <= LAYER_MAX_BYTES) return;
    throw new Refusal("SIZE_INVALID", `a layer has ${LAYER_MAX_BYTES} bytes at most`);
  }
}

/** The uploads under way. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  /** @param folder where they are kept */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  start(repository: string): Upload {
    const upload = new Upload(repository, this.folder);
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  /** @throws Refusal where the repository has no such upload */
  find(repository: string, id: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload?.repository === repository) return upload;
    throw new Refusal("BLOB_UPLOAD_UNKNOWN", `there is no upload ${id} to the repository ${repository}`, { id });
  }

  /** Forgets an upload, and removes its file where that was not taken over. */
  async end(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id);
    await rm(upload.file, { force: true });
  }
}
