import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { close, listen } from "../../tools/listen";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";
import { Blobs } from "./blobs";
import { Ecr } from "./ecr";
import { Exchange } from "./exchange";
import { Refusal, refuse } from "./refusal";
import { readRequest } from "./requests";
import { Uploads } from "./uploads";

/**
 * The registry of the emulated ECR: what the docker client pushes to and pulls from, by the part of the OCI Distribution
 * Specification that pushing and pulling need. Layers are files; what repositories, images and passwords there are is ECR's
 * to say. There is no TLS: docker does without for addresses of the machine itself.
 */
export class Registry {
  /** `HOST:PORT`, what the names of its images begin with. */
  readonly address: string;
  #ecr: Ecr | undefined;

  private constructor(
    port: number,
    private readonly blobs: Blobs,
    private readonly uploads: Uploads,
  ) {
    this.address = `127.0.0.1:${port}`;
  }

  /**
   * Listens on a free port of the loopback interface.
   *
   * @param folder for the layers
   */
  static async start(lifetime: Lifetime, folder: string): Promise<Registry> {
    // A layer may take as long as it likes.
    const server = createServer({ requestTimeout: 0 });
    const blobs = new Blobs(join(folder, "blobs"));
    const uploads = new Uploads(join(folder, "uploads"));
    const registry = new Registry(await listen(server, 0), blobs, uploads);
    server.on("request", (request, response) => void registry.#serve(request, response));
    lifetime.onEnd(() => {
      registry.#ecr?.close();
      return close(server);
    });
    return registry;
  }

  /** Tells it which ECR it is the registry of; until then it refuses every request. */
  connect(settings: ClientSettings): void {
    this.#ecr = new Ecr(settings);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("docker-distribution-api-version", "registry/2.0");
    try {
      const ecr = this.#ecr;
      if (!ecr) throw new Refusal("UNAVAILABLE", "the registry is not ready: its ECR has still to start");
      await this.#requireAuthorization(ecr, request);
      const wanted = readRequest(request.method ?? "", request.url ?? "");
      const stores = { ecr, blobs: this.blobs, uploads: this.uploads };
      await new Exchange(stores, wanted, request, response).answer();
    } catch (error) {
      refuse(response, error);
    }
  }

  async #requireAuthorization(ecr: Ecr, { headers }: IncomingMessage): Promise<void> {
    const fault = await ecr.faultOf(headers.authorization);
    if (fault === undefined) return;
    const challenge = `Basic realm="http://${this.address}/",service="ecr.amazonaws.com"`;
    throw new Refusal("UNAUTHORIZED", fault, null, { "www-authenticate": challenge });
  }
}
