import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  type ImageTagMutability,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll } from "vitest";
import { Lifetime } from "../../tools/processes/lifetime";
import { startEmulator } from "../cloud/emulator";
import { clientSettings } from "../cloud/variables";
import { digestOf, IMAGE, manifestOf } from "./manifest.fixtures";
import { Registry } from "./registry";

export interface RegistryError {
  readonly code: string;
  readonly message: string;
  readonly detail: unknown;
}

export interface Call {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the docker client sends to a registry. */
export class RegistryClient {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  static async logIn(address: string, ecr: ECRClient): Promise<RegistryClient> {
    const { authorizationData: [data] = [] } = await ecr.send(new GetAuthorizationTokenCommand());
    return new RegistryClient(`http://${address}`, data?.authorizationToken ?? "");
  }

  get headers() {
    return { authorization: `Basic ${this.token}` };
  }

  send(method: string, path: string, { body, headers }: Call = {}): Promise<Response> {
    return fetch(new URL(path, this.url), {
      method,
      headers: { ...this.headers, ...headers },
      ...(body !== undefined && { body }),
    });
  }

  /** Status and first error of a refused request. */
  async refused(method: string, path: string, call: Call = {}): Promise<[number, RegistryError]> {
    const response = await this.send(method, path, call);
    const { errors } = (await response.json()) as { errors: [RegistryError] };
    return [response.status, errors[0]];
  }

  /** The address of a new upload. */
  async startUpload(repository: string): Promise<string> {
    const started = await this.send("POST", `/v2/${repository}/blobs/uploads/`);
    return started.headers.get("location") ?? "";
  }

  /** Pushes a blob as docker does: one part without a length, then the end without a part. */
  async pushBlob(repository: string, content: string, digest: string): Promise<Response> {
    const upload = await this.startUpload(repository);
    const { headers } = await this.send("PATCH", upload, { body: content });
    return this.send("PUT", `${headers.get("location")}?digest=${digest}`);
  }

  async pushManifest(repository: string, reference: string, text: string, mediaType = IMAGE): Promise<Response> {
    return this.send("PUT", `/v2/${repository}/manifests/${reference}`, {
      body: text,
      headers: { "content-type": mediaType },
    });
  }

  /** Pushes an image whose blobs have these contents. Gives its manifest. */
  async pushImage(repository: string, tag: string, ...contents: readonly [string, ...string[]]): Promise<string> {
    for (const content of contents) await this.pushBlob(repository, content, digestOf(content));
    const manifest = manifestOf(...contents);
    const { status } = await this.pushManifest(repository, tag, manifest);
    if (status !== 201) throw new Error(`${repository}:${tag} was refused with ${status}`);
    return manifest;
  }
}

/** A registry, and the emulator whose ECR it is the registry of. */
export class TestRegistry {
  readonly folder = mkdtempSync(join(tmpdir(), "registry-test-"));
  readonly #lifetime = new Lifetime();
  #repositories = 0;
  #started: { readonly client: RegistryClient; readonly cloud: ECRClient } | undefined;

  get client(): RegistryClient {
    return this.#get.client;
  }

  get cloud(): ECRClient {
    return this.#get.cloud;
  }

  get #get() {
    if (!this.#started) throw new Error("the registry is not started yet");
    return this.#started;
  }

  async start(): Promise<void> {
    const registry = await Registry.start(this.#lifetime, this.folder);
    const emulator = await startEmulator(this.#lifetime, {
      root: join(import.meta.dirname, "../.."),
      python: process.env.EMULATOR_PYTHON ?? "",
      log: join(this.folder, "emulator.log"),
      registry: registry.address,
    });
    const settings = clientSettings(emulator.url, "eu-west-1");
    registry.connect(settings);
    const cloud = new ECRClient(settings);
    this.#started = { cloud, client: await RegistryClient.logIn(registry.address, cloud) };
  }

  async end(): Promise<void> {
    this.#started?.cloud.destroy();
    await this.#lifetime.end();
    rmSync(this.folder, { recursive: true });
  }

  /** Gives the name of a new repository. */
  async newRepository(imageTagMutability: ImageTagMutability = "IMMUTABLE"): Promise<string> {
    const repositoryName = `shop/cart-${++this.#repositories}`;
    await this.cloud.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));
    return repositoryName;
  }
}

/** A registry for the tests of a file. */
export function testRegistry(): TestRegistry {
  const tested = new TestRegistry();
  beforeAll(() => tested.start());
  afterAll(() => tested.end());
  return tested;
}
