import { type AddressInfo, createServer } from "node:net";
import type { PortMapping } from "@aws-sdk/client-ecs";
import { type Port, StartFault } from "./runtime";

/** The port that can be listened on (for 0: a free one), or `undefined` where none can. */
type Probe = (host: string, port: number) => Promise<number | undefined>;

const ATTEMPTS = 20;

/** The ports that the tasks of this machine have. A task that starts does not listen yet, so asking the system is not enough. */
export class HostPorts {
  readonly #taken = new Set<string>();

  /** @param probe @default asks the system */
  constructor(private readonly probe: Probe = freePort) {}

  /**
   * Host ports for a container: the container port itself where the task has an address of its own (`awsvpc`) or its
   * host's (`host`), the given host port in bridge mode, and a free one where that is 0. A task's own address can have its
   * port taken all the same (it is a loopback address, and macOS has only one): then it is a free one too.
   *
   * @throws StartFault where a given host port is in use
   */
  async take(host: string, networkMode: string | undefined, mappings: readonly PortMapping[] = []): Promise<Port[]> {
    const ports: Port[] = [];
    for (const { containerPort = 0, hostPort = 0 } of mappings) {
      const ownAddress = networkMode === "awsvpc";
      const wanted = ownAddress || networkMode === "host" ? containerPort : hostPort;
      const found = (await this.#take(host, wanted)) ?? (ownAddress ? await this.#take(host, 0) : undefined);
      if (found === undefined) {
        this.free(host, ports);
        throw new StartFault(
          `CannotStartContainerError: Error response from daemon: driver failed programming external connectivity: Bind for ${host}:${wanted} failed: port is already allocated`,
        );
      }
      ports.push({ containerPort, hostPort: found });
    }
    return ports;
  }

  free(host: string, ports: readonly Port[]): void {
    for (const { hostPort } of ports) this.#taken.delete(`${host}:${hostPort}`);
  }

  async #take(host: string, wanted: number): Promise<number | undefined> {
    for (let attempt = 0; attempt < (wanted === 0 ? ATTEMPTS : 1); attempt++) {
      const port = await this.probe(host, wanted);
      if (port === undefined || this.#taken.has(`${host}:${port}`)) continue;
      this.#taken.add(`${host}:${port}`);
      return port;
    }
    return undefined;
  }
}

function freePort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, host, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
