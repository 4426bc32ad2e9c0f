import { join, relative } from "node:path";
import { Failure } from "../../tools/failure";
import { capture } from "../../tools/processes/capture";
import type { Lifetime } from "../../tools/processes/lifetime";

export interface BundleOptions {
  /** The repository's folder. */
  readonly root: string;
  /** Folder of the service. */
  readonly directory: string;
  readonly version: string;
  /** Folder for the bundle. */
  readonly folder: string;
}

/** Bundles a service as its image holds it, `main.cjs` in a folder. @throws Failure with the builder's words */
export async function buildBundle(
  lifetime: Lifetime,
  { root, directory, version, folder }: BundleOptions,
): Promise<void> {
  const builder = join(root, "apps/kit/build.mjs");
  const args = [builder, "--version", version, "--outdir", folder, directory];
  const built = await capture(lifetime, process.execPath, args, { cwd: root, timeoutMs: 60_000 });
  if (built.status === 0) return;
  throw new Failure(
    `${relative(root, directory)} could not be bundled: the builder ${built.reason}\n${built.stderr.trim()}`,
  );
}
