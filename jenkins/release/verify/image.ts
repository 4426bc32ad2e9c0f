import { BatchGetImageCommand, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { isObject } from "../../../config/json-path";
import type { Context } from "../context";
import { type ImageReference, imageName, parseImage } from "../task-definition/image-reference";
import type { Container } from "../task-definition/task-definition";
import { type Check, type Finding, good, type Subject, unknown, wrong } from "./check";

/** The media types of manifests that ECS can run. Source: "Container image manifest format support in Amazon ECR". */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

const REGISTRY_BOUND_MS = 10_000;

/** The image is in its repository, and runs on the platform that the task runs on. */
export const checkImage: Check = async (subject) => {
  const { context, input } = subject;
  const { names, aws } = context;
  const container = input.containerDefinitions.find((one) => repositoryOf(one) === names.repository);
  if (!container) return [unknown("image", `no container has an image of ${names.repository}`)];
  const image = parseImage(container.image);
  const { tag: imageTag, digest: imageDigest } = image;
  const answer = await aws.callUnless(["RepositoryNotFoundException"], "ecr:BatchGetImage", () =>
    aws.ecr.send(
      new BatchGetImageCommand({
        repositoryName: names.repository,
        imageIds: [{ ...(imageTag && { imageTag }), ...(imageDigest && { imageDigest }) }],
        acceptedMediaTypes: MANIFESTS,
      }),
    ),
  );
  if (!answer) return [wrong("image", `there is no repository ${names.repository}; ${context.howToDeploy}`)];
  const manifest = answer.images?.[0]?.imageManifest;
  if (manifest === undefined) {
    const what = imageTag === undefined ? `the digest ${imageDigest}` : `the tag "${imageTag}"`;
    return [wrong("image", `repository ${names.repository} has no image with ${what}; push it first`)];
  }
  return [good("image", container.image), await checkPlatform(subject, image, manifest)];
};

async function checkPlatform({ context, input }: Subject, image: ImageReference, manifest: string): Promise<Finding> {
  const wanted = wantedPlatform(input.runtimePlatform);
  const platforms = await platformsOf(context, image, JSON.parse(manifest));
  if (typeof platforms === "string") return unknown("platform", platforms);
  if (platforms.includes(wanted)) return good("platform", wanted);
  return wrong(
    "platform",
    `the image runs on ${platforms.join(", ") || "no platform"}, the tasks on ${wanted}: build it with --platform ${wanted}`,
  );
}

/** The repository of a container's image; none where the image is no reference, which is not for us to judge. */
function repositoryOf({ image }: Container): string | undefined {
  try {
    return parseImage(image).repository;
  } catch {
    return undefined;
  }
}

/** As images name it. Source: ECS API Reference, RuntimePlatform. */
function wantedPlatform(given: unknown): string {
  const { cpuArchitecture = "X86_64", operatingSystemFamily = "LINUX" } = isObject(given) ? given : {};
  const system = String(operatingSystemFamily).startsWith("WINDOWS") ? "windows" : "linux";
  return `${system}/${cpuArchitecture === "ARM64" ? "arm64" : "amd64"}`;
}

/** The platforms of an image, or why they are not known. */
async function platformsOf(
  context: Context,
  image: ImageReference,
  manifest: unknown,
): Promise<readonly string[] | string> {
  if (!isObject(manifest)) return "the manifest is no JSON object";
  if (Array.isArray(manifest.manifests)) {
    return manifest.manifests.flatMap(({ platform }: { platform?: Platform }) =>
      // Attestations are in the index too.
      platform && platform.os !== "unknown" ? [nameOf(platform)] : [],
    );
  }
  const digest = isObject(manifest.config) ? manifest.config.digest : undefined;
  if (typeof digest !== "string") return "the manifest names no configuration";
  return await readConfiguration(context, image, digest);
}

interface Platform {
  readonly os?: string;
  readonly architecture?: string;
}

function nameOf({ os, architecture }: Platform): string {
  return `${os}/${architecture}`;
}

/** Of an image for one platform, the registry alone knows which: in the image's configuration. */
async function readConfiguration(
  { aws, environment }: Context,
  image: ImageReference,
  digest: string,
): Promise<readonly string[] | string> {
  const { registry = "", repository } = image;
  const isLoopback = /^(127\.|localhost)/.test(registry);
  if (environment.emulated && !isLoopback) return `${registry} is no registry of this machine: not asked`;
  const { authorizationData = [] } = await aws.call("ecr:GetAuthorizationToken", () =>
    aws.ecr.send(new GetAuthorizationTokenCommand({})),
  );
  const url = `${isLoopback ? "http" : "https"}://${registry}/v2/${repository}/blobs/${digest}`;
  try {
    const answer = await fetch(url, {
      headers: { authorization: `Basic ${authorizationData[0]?.authorizationToken}` },
      signal: AbortSignal.timeout(REGISTRY_BOUND_MS),
    });
    if (!answer.ok) return `${imageName(image)} does not give its configuration: HTTP ${answer.status}`;
    return [nameOf((await answer.json()) as Platform)];
  } catch {
    return `registry ${registry} does not answer`;
  }
}
