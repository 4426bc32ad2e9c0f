import type { Environment } from "../config/environment";
import type { Service } from "../config/service";

const HTTPS = 443;
const HTTP = 80;

/**
 * Ports that the tasks of these services may call on any address: HTTPS for the APIs of AWS, and HTTP where they call each
 * other through the public addresses of a load balancer without TLS.
 */
export function egressPorts(
  { discovery, dns }: Environment,
  services: readonly Pick<Service, "calls">[],
): readonly number[] {
  const callsInPlain = discovery === "load-balancer" && !dns?.tls && services.some(({ calls }) => calls.length > 0);
  return callsInPlain ? [HTTPS, HTTP] : [HTTPS];
}
