import { hostName } from "./headers";

const LOOPBACK = /^(127(\.\d+){3}|localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost)$/;

/**
 * Whether a Host header is one of these names, or one of this machine. Another one has come here by a page's trick: a name of
 * its own that leads to 127.0.0.1 (DNS rebinding).
 */
export function isServedHost(host: string | undefined, names: readonly string[]): boolean {
  const name = hostName(host ?? "");
  return LOOPBACK.test(name) || names.some((one) => one.toLowerCase() === name);
}
