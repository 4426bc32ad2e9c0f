import { createHash } from "node:crypto";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeImagesCommand,
  ECRClient,
  ImageAlreadyExistsException,
  ImageNotFoundException,
  PutImageCommand,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import { appOf } from "../../config/app";
import { BOOTSTRAP_TAG, RELEASE_TAG } from "../../config/image-tag";
import { serviceNames } from "../../config/names";
import type { Service } from "../../config/service";
import { Failure } from "../../tools/failure";
import { capture } from "../../tools/processes/capture";
import type { Lifetime } from "../../tools/processes/lifetime";
import { labelOption } from "../agent/engine-images";
import type { ClientSettings } from "../cloud/variables";
import { buildBundle } from "./bundles";

const DOCKER_BUILD_BOUND_MS = 15 * 60_000;

/** An image in the repository of a service. */
export interface Image {
  readonly service: Pick<Service, "name" | "app" | "system" | "deployment">;
  readonly environmentName: string;
  readonly tag: string;
  readonly settings: ClientSettings;
}

export interface ImageBuild extends Image {
  readonly root: string;
  /** Version that the application tells. */
  readonly version: string;
  /** `HOST:PORT` of the registry that the image is named by. @default - no image: a bundle for the process runtime */
  readonly registry?: string | undefined;
  /** Folder for the bundle. */
  readonly bundle: string;
  /** The run that it is built for. */
  readonly run: string;
}

/**
 * Builds what a tag stands for: a bundle for the process runtime, an image in the engine for docker, by the name that it
 * will have in its repository, which may still have to be made.
 *
 * @throws Failure with the builder's words
 */
export async function buildImage(lifetime: Lifetime, options: ImageBuild): Promise<void> {
  await build(lifetime, options, []);
}

/**
 * Builds images of one version, each application once: those services that run the same one get what was built for the first
 * of them, each by the name in its own repository.
 *
 * @throws Failure with the builder's words
 */
export async function buildImages(lifetime: Lifetime, images: readonly ImageBuild[]): Promise<void> {
  for (const app of new Set(images.map(({ service }) => appOf(service)))) {
    const [image, ...others] = images.filter(({ service }) => appOf(service) === app);
    if (image) await build(lifetime, image, others);
  }
}

/** @param others images of the same application and version */
async function build(lifetime: Lifetime, options: ImageBuild, others: readonly ImageBuild[]): Promise<void> {
  const { root, service, version, registry, bundle, run } = options;
  const application = `apps/${appOf(service)}`;
  if (registry === undefined) {
    if (!isBuilt(bundle))
      await buildBundle(lifetime, { directory: `${root}/${application}`, root, version, folder: bundle });
    for (const other of others) if (!isBuilt(other.bundle)) cpSync(bundle, other.bundle, { recursive: true });
    return;
  }
  const names = [options, ...others].flatMap((image) => ["-t", `${registry}/${repositoryOf(image)}:${image.tag}`]);
  const file = `${application}/Dockerfile`;
  const args = ["build", "-f", file, "--build-arg", `VERSION=${version}`, labelOption(run), ...names, "."];
  const built = await capture(lifetime, "docker", args, { cwd: root, timeoutMs: DOCKER_BUILD_BOUND_MS });
  if (built.status === 0) return;
  const words = (built.stderr.trim() || built.stdout.trim()).split("\n").slice(-15).join("\n");
  throw new Failure(`${file} could not be built: docker build ${built.reason}\n${words}`);
}

/** A tag stands for one bundle, in whichever environment: another one may run it already. */
function isBuilt(bundle: string): boolean {
  return existsSync(join(bundle, "main.cjs"));
}

/**
 * Puts an image into its repository. Only a manifest is stored, for what runs is what was built for the tag: to push each
 * image at each start would take longer than everything else. So the registry has nothing of it to be pulled; what a
 * pipeline pushes by `docker push` is there whole.
 */
export async function pushImage(lifetime: Lifetime, options: Image): Promise<void> {
  const repositoryName = repositoryOf(options);
  const imageManifest = JSON.stringify(bundleManifest(`${repositoryName}:${options.tag}`));
  // The tag that a pipeline follows has to be there before its first run.
  const follows = options.tag === BOOTSTRAP_TAG && options.service.deployment.controller === "CODE_DEPLOY";
  for (const imageTag of [options.tag, ...(follows ? [RELEASE_TAG] : [])]) {
    const command = new PutImageCommand({ repositoryName, imageTag, imageManifest });
    const put = withClient(options, (client) => client.send(command));
    await lifetime.until(put).catch((error: unknown) => {
      // The very same one: a deployment that was interrupted has pushed it.
      if (!(error instanceof ImageAlreadyExistsException)) throw error;
    });
  }
}

/** @throws Failure where the repository has the tag: it may be immutable, and what runs may be of it */
export async function requireNewTag(lifetime: Lifetime, options: Image): Promise<void> {
  const repositoryName = repositoryOf(options);
  const command = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: options.tag }] });
  try {
    await lifetime.until(withClient(options, (client) => client.send(command)));
  } catch (error) {
    if (error instanceof ImageNotFoundException) return;
    if (!(error instanceof RepositoryNotFoundException)) throw error;
    throw new Failure(`there is no repository ${repositoryName}: the registry stack makes it`);
  }
  throw new Failure(
    `the repository ${repositoryName} has the tag ${options.tag}, which stands for what was pushed: choose another one`,
  );
}

function repositoryOf({ service, environmentName }: Image): string {
  return serviceNames(service, environmentName).repository;
}

async function withClient<T>({ settings }: Image, work: (client: ECRClient) => Promise<T>): Promise<T> {
  const client = new ECRClient(settings);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/**
 * The manifest of an image that only its name, or the hash of its bundle, tells from others.
 *
 * Source: Docker, "Image Manifest Version 2, Schema 2".
 */
export function bundleManifest(content: string) {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  return {
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { mediaType: "application/vnd.docker.container.image.v1+json", size: content.length, digest },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", size: content.length, digest }],
  };
}
