import { join } from "node:path";
import type { Service } from "../../config/service";
import { Failure } from "../failure";
import { capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";

export interface BundleOptions {
  readonly root: string;
  readonly service: Pick<Service, "name">;
  readonly version: string;
  /** Folder for the bundle. */
  readonly folder: string;
}

/** Bundles a service as its image holds it, and gives the program's file. @throws Failure with the builder's words */
export async function buildBundle(
  lifetime: Lifetime,
  { root, service, version, folder }: BundleOptions,
): Promise<string> {
  const builder = join(root, "apps/kit/build.mjs");
  const cwd = join(root, "apps", service.name);
  const built = await capture(lifetime, process.execPath, [builder, "--version", version, "--outdir", folder], {
    cwd,
    timeoutMs: 60_000,
  });
  if (built.status === 0) return join(folder, "main.cjs");
  throw new Failure(`apps/${service.name} could not be bundled: the builder ${built.reason}\n${built.stderr.trim()}`);
}
