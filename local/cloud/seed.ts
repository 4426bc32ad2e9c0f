import { createHash } from "node:crypto";
import { DescribeRepositoriesCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { clientSettings } from "./variables";

type ClientSettings = ReturnType<typeof clientSettings>;

/** Makes the hosted zone that the environment takes as given, as a person who owns the domain did on AWS. */
export async function createHostedZone(settings: ClientSettings, name: string): Promise<void> {
  const client = new Route53Client(settings);
  await client.send(new CreateHostedZoneCommand({ Name: name, CallerReference: `local-${name}` }));
  client.destroy();
}

/**
 * Puts an image into every repository: services are deployed only once their image exists. Only the manifest is
 * stored; what runs is the bundle of the same tag.
 */
export async function pushImages(settings: ClientSettings, tag: string): Promise<void> {
  const client = new ECRClient(settings);
  const { repositories = [] } = await client.send(new DescribeRepositoriesCommand({}));
  for (const { repositoryName } of repositories) {
    const imageManifest = JSON.stringify(manifest(`${repositoryName}:${tag}`));
    await client.send(new PutImageCommand({ repositoryName, imageTag: tag, imageManifest }));
  }
  client.destroy();
}

/** Source: Docker, "Image Manifest Version 2, Schema 2". */
function manifest(content: string) {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  return {
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { mediaType: "application/vnd.docker.container.image.v1+json", size: content.length, digest },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", size: content.length, digest }],
  };
}
