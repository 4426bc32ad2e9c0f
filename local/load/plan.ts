import type { Range } from "../../modules/aws/limits";
import { Failure, USAGE_STATUS } from "../../tools/failure";

/** This machine makes the load and serves it: more than this, or for longer, would only show how busy it is. */
export const LOAD_LIMITS = {
  /** Clients that each have one request under way. */
  clients: { min: 1, max: 256 },
  /** Requests a second. */
  rate: { min: 1, max: 2_000 },
  seconds: { min: 1, max: 600 },
} as const satisfies Readonly<Record<string, Range>>;

/** `clients` that each ask again as soon as they are answered, or a `rate` of requests a second, whatever the answers. */
export type LoadShape = { readonly clients: number } | { readonly rate: number };

export interface LoadPlan {
  /** See {@link loopbackUrl}. */
  readonly url: URL;
  /** The Host header. @default - that of the URL */
  readonly host?: string | undefined;
  readonly shape: LoadShape;
  readonly seconds: number;
}

/** A URL that load may be sent to: of this machine, without TLS. @throws Failure with status 2 */
export function loopbackUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" && isLoopback(url.hostname)) return url;
  throw new Failure(
    `load cannot be sent to "${text}": allowed are http URLs of this machine, such as http://127.0.0.1:8080/medical`,
    USAGE_STATUS,
  );
}

/** As `URL` writes addresses: `0x7f.1` is `127.0.0.1` there. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
