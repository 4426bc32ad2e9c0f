/** A well-formed `X-Amzn-Trace-Id`. */
export interface TraceId {
  /** The whole header, to be sent on. */
  readonly header: string;
  /** `1-<8 hexadecimal digits: time>-<24: random>`: what finds the request in the load balancer's access log. */
  readonly root: string;
}

const MAXIMUM_CHARACTERS = 512;
const HEADER = /^[A-Za-z0-9_-]+=[^;=\s]+(;[A-Za-z0-9_-]+=[^;=\s]+)*;?$/;
const ROOT = /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/i;

/**
 * Reads the trace id the load balancer sets; undefined when it is absent or not well-formed, since it ends up in logs and
 * in outgoing calls. Source: Elastic Load Balancing, "Request tracing for your Application Load Balancer".
 */
export function parseTraceId(header: string | undefined): TraceId | undefined {
  if (header === undefined || header.length > MAXIMUM_CHARACTERS || !HEADER.test(header)) return undefined;
  const root = ROOT.exec(header)?.[1];
  return root === undefined ? undefined : { header, root };
}
