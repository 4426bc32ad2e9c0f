import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder";
import { testServer } from "../testing/test-server";
import { download } from "./download";

const CONTENT = "x".repeat(100_000);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

async function downloadFrom(content: string, signal = new AbortController().signal) {
  const port = await testServer((_, response) => response.end(content));
  const file = join(temporaryFolder(), "file");
  const progress: (readonly [number, number | undefined])[] = [];
  const onProgress = (received: number, total: number | undefined) => progress.push([received, total]);
  const url = `http://127.0.0.1:${port}/file`;
  return { file, progress, done: download({ url, file, sha256: SHA256, signal, onProgress }) };
}

describe("a download", () => {
  it("is the file, and tells how far it is", async () => {
    const { file, progress, done } = await downloadFrom(CONTENT);
    await done;
    expect(readFileSync(file, "utf8")).toBe(CONTENT);
    expect(progress.at(-1)).toEqual([100_000, 100_000]);
  });

  it("leaves no file that is not the expected one", async () => {
    const { file, done } = await downloadFrom(`${CONTENT}y`);
    await expect(done).rejects.toThrow(`, but has to be ${SHA256}`);
    expect(existsSync(file)).toBe(false);
  });

  it("is given up without a message of its own when the command is interrupted", async () => {
    const { file, done } = await downloadFrom(CONTENT, AbortSignal.abort(new Error("interrupted")));
    await expect(done).rejects.toThrow(/^interrupted$/);
    expect(existsSync(file)).toBe(false);
  });
});
