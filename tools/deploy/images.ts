import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  ImageNotFoundException,
  PutImageCommand,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import { appOf } from "../../config/app";
import { BOOTSTRAP_TAG, RELEASE_TAG } from "../../config/image-tag";
import { serviceNames } from "../../config/names";
import type { Service } from "../../config/service";
import { Failure } from "../failure";
import type { Deployment } from "./deployment";
import { buildImage, pushImage } from "./docker";

/** The services whose repository does not hold the first image, or does not exist. */
export async function servicesWithoutImage(
  client: ECRClient,
  services: readonly Service[],
  environmentName: string,
): Promise<readonly Service[]> {
  const held = await Promise.all(
    services.map((service) => holdsFirstImage(client, serviceNames(service, environmentName).repository)),
  );
  return services.filter((_, index) => !held[index]);
}

async function holdsFirstImage(client: ECRClient, repositoryName: string): Promise<boolean> {
  try {
    await client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: BOOTSTRAP_TAG }] }));
    return true;
  } catch (error) {
    if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) return false;
    throw error;
  }
}

/**
 * Builds and pushes the first image of each service.
 *
 * @param services those whose repository does not hold it: tags are immutable
 * @throws Failure when a repository does not exist, or when docker fails
 */
export async function pushFirstImages(
  deployment: Deployment,
  client: ECRClient,
  services: readonly Service[],
): Promise<void> {
  const { root, lifetime, environment, terminal } = deployment;
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const service of services) {
    const url = await lifetime.until(repositoryUrl(client, service, environment.name));
    const image = `${url}:${BOOTSTRAP_TAG}`;
    terminal.line(`building the first image of ${service.name}: ${image}`);
    await buildImage(deployment, { app: appOf(service), version, image });
    // Asked for after the build, which may take longer than the token has left.
    const token = await lifetime.until(authorizationToken(client));
    await pushImage(deployment, { image, token });
    if (service.deployment.controller === "CODE_DEPLOY")
      await lifetime.until(tagForRelease(client, service, environment.name));
    terminal.done(`first image of ${service.name}`, image);
  }
}

/** The tag that a pipeline follows has to be there before its first run. */
async function tagForRelease(client: ECRClient, service: Service, environmentName: string): Promise<void> {
  const { repository: repositoryName } = serviceNames(service, environmentName);
  const { images = [] } = await client.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: BOOTSTRAP_TAG }] }),
  );
  const { imageManifest, imageManifestMediaType } = images[0] ?? {};
  await client.send(
    new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType, imageTag: RELEASE_TAG }),
  );
}

async function repositoryUrl(client: ECRClient, service: Service, environmentName: string): Promise<string> {
  const { repository } = serviceNames(service, environmentName);
  try {
    const { repositories = [] } = await client.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
    return repositories[0]?.repositoryUri ?? "";
  } catch (error) {
    if (!(error instanceof RepositoryNotFoundException)) throw error;
    throw new Failure(
      `there is no repository ${repository}; deploy the registry stack first: ENVIRONMENT=${environmentName} npx cdktf deploy registry, ` +
        `or everything in its order: npm run deploy -- --env ${environmentName}`,
    );
  }
}

/** User name and password, as a docker configuration holds them. Source: Amazon ECR API, "AuthorizationData". */
async function authorizationToken(client: ECRClient): Promise<string> {
  const { authorizationData = [] } = await client.send(new GetAuthorizationTokenCommand({}));
  return authorizationData[0]?.authorizationToken ?? "";
}
