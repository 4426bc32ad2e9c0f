import { randomInt } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";

/** Where a task listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";

const ATTEMPTS = 5;

/**
 * An address for a task of this network mode. In awsvpc mode each task has an interface of its own and listens on its
 * container port: here that is an address of its own in 127.0.0.0/8. Where the system has only 127.0.0.1 (macOS), and in
 * bridge mode, where the host's port is a dynamic one anyway, it is a free port.
 *
 * @param probe the port that can be listened on. @default asks the system
 */
export async function addressFor(networkMode: string, containerPort: number, probe = portOf): Promise<Address> {
  for (let attempt = 0; networkMode === "awsvpc" && attempt < ATTEMPTS; attempt++) {
    const host = `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(1, 255)}`;
    if (await probe(host, containerPort)) return { host, port: containerPort };
  }
  return { host: LOOPBACK, port: (await probe(LOOPBACK, 0)) ?? containerPort };
}

/** The port that can be listened on (for 0: a free one), or `undefined` where none can. */
function portOf(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, host, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
