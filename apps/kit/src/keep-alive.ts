import type { Server } from "node:http";

/**
 * How much longer the service keeps an idle connection than the load balancer does.
 *
 * "Configure the idle timeout of your application to be larger than the idle timeout configured for the load balancer":
 * otherwise the load balancer sends a request into a connection that is just being closed and answers 502.
 * Source: Elastic Load Balancing, "Edit attributes for your Application Load Balancer".
 */
const KEEP_ALIVE_MARGIN_SECONDS = 10;
/** Time for the headers beyond that: Node counted idle time towards `headersTimeout` in the past, so it must be larger. */
const HEADERS_MARGIN_SECONDS = 5;
/** Time for a whole request beyond its headers. */
const REQUEST_MARGIN_SECONDS = 30;

/** The three timeouts of an HTTP server, in milliseconds. */
export interface ServerTimeouts {
  readonly keepAliveTimeout: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
}

/** Derives the timeouts of the server from the idle timeout of the load balancer, in seconds. */
export function serverTimeouts(loadBalancerIdleTimeoutSeconds: number): ServerTimeouts {
  const keepAliveSeconds = loadBalancerIdleTimeoutSeconds + KEEP_ALIVE_MARGIN_SECONDS;
  const headersSeconds = keepAliveSeconds + HEADERS_MARGIN_SECONDS;
  return {
    keepAliveTimeout: keepAliveSeconds * 1000,
    headersTimeout: headersSeconds * 1000,
    requestTimeout: (headersSeconds + REQUEST_MARGIN_SECONDS) * 1000,
  };
}

/** Sets all three on a server: Node's own default for idle connections (5 s up to Node 25) is shorter than the load balancer's. */
export function setTimeouts(server: Server, loadBalancerIdleTimeoutSeconds: number): void {
  Object.assign(server, serverTimeouts(loadBalancerIdleTimeoutSeconds));
}
