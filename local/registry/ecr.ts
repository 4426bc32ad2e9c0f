import { createHash, timingSafeEqual } from "node:crypto";
import * as ecr from "@aws-sdk/client-ecr";
import type { ClientSettings } from "../cloud/variables";
import { isDigest } from "./digest";
import type { Manifest } from "./manifest";
import { Refusal } from "./refusal";

/** An image that a repository has. */
export interface StoredManifest {
  readonly text: string;
  readonly mediaType: string;
  readonly digest: string;
}

/** What the registry asks of ECR: who may come in, which repositories there are, and which images. */
export class Ecr {
  readonly #client: ecr.ECRClient;
  #token = { value: "", expiresAt: 0 };

  constructor(settings: ClientSettings) {
    this.#client = new ecr.ECRClient(settings);
  }

  close(): void {
    this.#client.destroy();
  }

  /** Why somebody must not come in; nothing of the user AWS with the password of GetAuthorizationToken. */
  async faultOf(authorization = ""): Promise<string | undefined> {
    // The token is `USER:PASSWORD` in base64, as the header is.
    const given = /^Basic (\S+)$/i.exec(authorization)?.[1];
    if (given === undefined) return "authentication required";
    if (!this.#isCurrent(given)) await this.#renewToken();
    if (this.#isCurrent(given)) return undefined;
    return "wrong user or password: log in as AWS, with the password that `aws ecr get-login-password` gives";
  }

  /** @throws ECRServiceException where there is no such repository */
  async requireRepository(name: string): Promise<void> {
    await this.#client.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: [name] }));
  }

  /**
   * Gives a repository an image; one that is there already is no fault.
   *
   * @param reference its tag, or its digest where it gets none
   * @throws ECRServiceException with the reason why it is not taken
   */
  async putImage(repositoryName: string, reference: string, { text, mediaType }: Manifest): Promise<void> {
    const name = isDigest(reference) ? { imageDigest: reference } : { imageTag: reference };
    const image = { repositoryName, imageManifest: text, imageManifestMediaType: mediaType, ...name };
    try {
      await this.#client.send(new ecr.PutImageCommand(image));
    } catch (error) {
      if (!(error instanceof ecr.ImageAlreadyExistsException)) throw error;
    }
  }

  /** @param reference tag or digest. @throws Refusal where the repository has no such image */
  async getImage(repositoryName: string, reference: string): Promise<StoredManifest> {
    const imageIds = [isDigest(reference) ? { imageDigest: reference } : { imageTag: reference }];
    const { images: [image] = [] } = await this.#client.send(
      new ecr.BatchGetImageCommand({ repositoryName, imageIds }),
    );
    if (!image) throw new Refusal("MANIFEST_UNKNOWN", "Requested image not found", { name: repositoryName, reference });
    const { imageManifest = "", imageManifestMediaType = "", imageId } = image;
    return { text: imageManifest, mediaType: imageManifestMediaType, digest: imageId?.imageDigest ?? "" };
  }

  /** The tags of a repository, in order. */
  async listTags(repositoryName: string): Promise<readonly string[]> {
    const tags: string[] = [];
    const tagged = { repositoryName, filter: { tagStatus: ecr.TagStatus.TAGGED } };
    for await (const { imageIds = [] } of ecr.paginateListImages({ client: this.#client }, tagged)) {
      tags.push(...imageIds.map(({ imageTag = "" }) => imageTag));
    }
    return tags.sort();
  }

  #isCurrent(given: string): boolean {
    const { value, expiresAt } = this.#token;
    return Date.now() < expiresAt && timingSafeEqual(hash(given), hash(value));
  }

  async #renewToken(): Promise<void> {
    const { authorizationData: [data] = [] } = await this.#client.send(new ecr.GetAuthorizationTokenCommand());
    this.#token = { value: data?.authorizationToken ?? "", expiresAt: data?.expiresAt?.getTime() ?? 0 };
  }
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
