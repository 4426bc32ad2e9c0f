import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Place } from "./address-book";

const LOOPBACK = "127.0.0.1";

/**
 * Leads from an address of this machine to ports of its loopback interface: containers have a network of their own, and what
 * listens on loopback is not in it.
 */
export class Forwarders {
  readonly #places = new Map<number, Promise<Place>>();

  /** @param address where containers reach this machine: see `bridgeAddress` */
  constructor(
    private readonly lifetime: Lifetime,
    readonly address: string,
  ) {}

  /** Where a port of the loopback interface is reached from there: a free port, the same each time. */
  to(port: number): Promise<Place> {
    const known = this.#places.get(port) ?? this.#open(port);
    this.#places.set(port, known);
    return known;
  }

  async #open(port: number): Promise<Place> {
    const sockets = new Set<Socket>();
    // Who has said all can still listen.
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const target = connect({ port, host: LOOPBACK, allowHalfOpen: true });
      for (const [from, to] of [
        [client, target],
        [target, client],
      ] as const) {
        sockets.add(from);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    this.lifetime.onEnd(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return listen(server, this.address);
  }
}

function listen(server: Server, address: string): Promise<Place> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, () => resolve({ address, port: (server.address() as AddressInfo).port }));
  });
}
