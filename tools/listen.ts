import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "./failure";

/** Loopback: nothing of this is for the outside. */
const HOST = "127.0.0.1";

/** Opens a server on a port of the loopback interface (0 for a free one) and gives the port. @throws Failure */
export function listen(server: Server, port: number, hint = "choose another one"): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is in use" : `can't be used (${error.message})`;
      reject(new Failure(`port ${port} of ${HOST} ${why}; ${hint}`));
    });
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Finds out before a deployment of minutes whether a port can be had at its end. @throws Failure */
export async function requireFreePort(port: number): Promise<void> {
  const probe = createServer();
  await listen(probe, port, "choose another one with --port");
  await close(probe);
}

/** Closes a server and every connection to it. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
