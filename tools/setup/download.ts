import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure, messageOf } from "../failure";

export interface Download {
  readonly url: string;
  /** File to write. Left only when the download is complete and right. */
  readonly file: string;
  /** What the file's SHA-256 has to be, in hexadecimal. */
  readonly sha256: string;
  /** Milliseconds without a byte after which the server counts as hanging. @default 30,000 */
  readonly stallMs?: number;
  readonly signal: AbortSignal;
  /** Called with the bytes received so far, and all that are to come where the server says so. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Fetches a file and refuses it when it is not the one that is expected. @throws Failure that names the address */
export async function download({ url, file, sha256, stallMs = 30_000, signal, onProgress }: Download): Promise<void> {
  const stall = new AbortController();
  const hang = () => stall.abort(new Error(`the server sent nothing for ${stallMs / 1000} s`));
  let timer = setTimeout(hang, stallMs);
  const hash = createHash("sha256");
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, stall.signal]) });
    if (!response.ok || !response.body)
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    const length = Number(response.headers.get("content-length"));
    let received = 0;
    await pipeline(
      Readable.fromWeb(response.body),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          clearTimeout(timer);
          timer = setTimeout(hang, stallMs);
          hash.update(chunk);
          received += chunk.length;
          onProgress?.(received, length || undefined);
          yield chunk;
        }
      },
      createWriteStream(file),
    );
    const found = hash.digest("hex");
    if (found !== sha256) throw new Error(`its SHA-256 is ${found}, but has to be ${sha256}`);
  } catch (error) {
    await rm(file, { force: true });
    signal.throwIfAborted();
    throw new Failure(`could not download ${url}: ${reason(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch` says only "fetch failed" or "terminated"; the reason lies below. */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? `${cause.message || messageOf(error)}` : messageOf(error);
}
