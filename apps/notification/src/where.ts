import { hostname, type NetworkInterfaceInfo, networkInterfaces } from "node:os";

const ANY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);
const LOOPBACK = "127.0.0.1";

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The address of the task: the one that it listens on, else the first of the machine that others can reach.
 *
 * @param host what the service listens on
 * @param interfaces for tests. @default those of the machine
 */
export function ownAddress(host: string, interfaces: Interfaces = networkInterfaces()): string {
  if (!ANY_ADDRESS.has(host)) return host;
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? LOOPBACK;
}

/** Says which task answers. */
export function whereText(host: string): string {
  return `Notification Service IP Address: ${ownAddress(host)}\nHostname: ${hostname()}`;
}
