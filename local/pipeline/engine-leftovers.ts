import { docker } from "../agent/docker";

/** Names of the images that the engine has of a registry. */
async function imagesOf(registry: string): Promise<readonly string[]> {
  const format = "--format={{.Repository}}:{{.Tag}}";
  const { stdout } = await docker(["image", "ls", format, `--filter=reference=${registry}/*/*`]);
  return stdout.split("\n").filter((name) => name !== "" && !name.endsWith(":<none>"));
}

/**
 * Notes what the engine has of a registry, and gives what removes everything that came since: a build's machine takes its
 * images with it, and tasks pull what was pushed.
 */
export async function engineCleanUp(registry: string): Promise<() => Promise<void>> {
  const before = new Set(await imagesOf(registry));
  return async () => {
    const made = (await imagesOf(registry)).filter((image) => !before.has(image));
    if (made.length > 0) await docker(["image", "rm", ...made]);
  };
}
