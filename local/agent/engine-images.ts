import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import type { ClientSettings } from "../cloud/variables";
import { docker, wordsOf } from "./docker";
import { StartFault } from "./runtime";

/** The run that an image was built for. */
const IMAGE_LABEL = "express-on-ecs.image-of";

const PULL_BOUND_MS = 10 * 60_000;

export interface ImageSourceOptions {
  /** `HOST:PORT` of the registry. */
  readonly address: string;
  /** How its ECR is reached, which gives the password. */
  readonly settings: ClientSettings;
  /** Folder for what the docker client has to know. */
  readonly folder: string;
}

/** Pulls what was pushed to the registry of the emulated ECR by somebody with another engine. */
export class ImageSource {
  readonly #pulled = new Set<string>();

  constructor(private readonly options: ImageSourceOptions) {}

  has(image: string): boolean {
    return image.startsWith(`${this.options.address}/`);
  }

  /** @throws StartFault with the engine's words */
  async pull(image: string): Promise<void> {
    const { folder } = this.options;
    await this.logIn();
    const pulled = await docker(["--config", folder, ...(await engineOption()), "pull", "--quiet", image], {
      timeoutMs: PULL_BOUND_MS,
    });
    if (pulled.status !== 0) throw new StartFault(`CannotPullContainerError: ${wordsOf(pulled)}`);
    this.#pulled.add(image);
  }

  /** Removes what was pulled: under the name of a registry that ends, it is no use to anybody. */
  async removePulled(): Promise<void> {
    await removeImages([...this.#pulled]);
  }

  /** In a folder of our own: to log in is no reason to write into the user's settings. */
  async logIn(): Promise<void> {
    const { address, settings, folder } = this.options;
    const client = new ECRClient(settings);
    try {
      const { authorizationData: [data] = [] } = await client.send(new GetAuthorizationTokenCommand());
      const auths = { [address]: { auth: data?.authorizationToken } };
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, "config.json");
      // Another pull may be reading it: it sees the old file or the new one, never half of it.
      const written = `${file}.${randomUUID()}`;
      writeFileSync(written, JSON.stringify({ auths }), { mode: 0o600 });
      renameSync(written, file);
    } finally {
      client.destroy();
    }
  }
}

/** The option of `docker build` by which `removeImagesOf` finds an image. */
export function labelOption(run: string): string {
  return `--label=${IMAGE_LABEL}=${run}`;
}

/**
 * Removes the images that were built for runs: their names begin with the address of a registry that is gone.
 *
 * @param isGone whether the run of this name is gone
 */
export async function removeImagesOf(isGone: (run: string) => boolean): Promise<void> {
  const listed = await docker(["images", "--quiet", "--no-trunc", `--filter=label=${IMAGE_LABEL}`]);
  const ids = [...new Set(listed.stdout.split("\n").filter(Boolean))];
  if (ids.length === 0) return;
  const format = `--format={{.Id}} {{index .Config.Labels "${IMAGE_LABEL}"}}`;
  const { stdout } = await docker(["image", "inspect", format, ...ids]);
  const images = stdout.split("\n").map((line) => line.split(" "));
  await removeImages(images.flatMap(([id = "", run]) => (run && isGone(run) ? [id] : [])));
}

/** What they were built on stays: it is the cache of the next build. */
async function removeImages(images: readonly string[]): Promise<void> {
  if (images.length > 0) await docker(["rmi", "--force", "--no-prune", ...images]);
}

/** The engine that the user's settings name: with other settings, `docker` would look for another one. */
async function engineOption(): Promise<readonly string[]> {
  const { status, stdout } = await docker(["context", "inspect", "--format={{.Endpoints.docker.Host}}"]);
  return status === 0 && stdout.trim() ? ["--host", stdout.trim()] : [];
}
