import { capture } from "../../tools/processes/capture";
import type { Lifetime } from "../../tools/processes/lifetime";

/** A release of the Node that the services' images begin with (`FROM node:24-slim`). */
export const IMAGE_NODE = "24.9.0";

/** 50 MB, the first time. */
const DOWNLOAD_MS = 5 * 60_000;

/**
 * Finds the Node that runs services in their images, which is a later one than this repository's commands need: it keeps
 * what V8 makes of a program (`NODE_COMPILE_CACHE`). npm has it as the package `node`, and keeps it in its cache.
 *
 * @returns its executable
 * @throws Error where npm can't have it
 */
export async function imageNode(lifetime: Lifetime): Promise<string> {
  const args = ["exec", "--yes", `--package=node@${IMAGE_NODE}`, "--", "node", "-p", "process.execPath"];
  const { status, stdout, stderr, reason } = await capture(lifetime, "npm", args, { timeoutMs: DOWNLOAD_MS });
  const file = stdout.trim();
  if (status === 0 && file !== "") return file;
  throw new Error(`npm can't have Node ${IMAGE_NODE}, which the services' images have: npm ${reason}\n${stderr}`);
}
