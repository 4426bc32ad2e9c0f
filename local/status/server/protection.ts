import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The header that a page of ours sends its token in: never in an address, which is written to histories and logs. */
export const TOKEN_HEADER = "x-status-token";

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Headers of every answer: nothing from elsewhere, in no frame, kept nowhere. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * Why a request is refused whatever it asks for; `undefined` where it is not. A page of another site can have its own name
 * resolved to 127.0.0.1 (DNS rebinding), and then only the Host header tells that it is not meant for us.
 */
export function refusalOf({ headers }: Pick<IncomingMessage, "headers">, port: number): Refusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (hosts.includes(headers.host ?? "")) return undefined;
  return { status: 421, message: `this server is ${hosts.join(" or ")}, and answers to no other name` };
}

/** Why what runs here is not told; `undefined` where it is. */
export function readingRefusal({ headers }: Pick<IncomingMessage, "headers">): Refusal | undefined {
  return foreignSite(headers["sec-fetch-site"]);
}

/**
 * Why an act is refused, beside `refusalOf`. Any site may send requests to this machine by the browser of whoever sits at it,
 * so each has to show that it comes from our own page.
 *
 * @param token of this run, which only our page is told
 */
export function actingRefusal(
  request: Pick<IncomingMessage, "method" | "headers">,
  token: string,
): Refusal | undefined {
  const { method, headers } = request;
  if (method !== "POST") return { status: 405, message: "acts take POST only" };
  if (headers.origin !== `http://${headers.host}`)
    return { status: 403, message: "the Origin header has to be that of the status page" };
  const foreign = foreignSite(headers["sec-fetch-site"]);
  if (foreign) return foreign;
  if (!isEqual(headers[TOKEN_HEADER]?.toString() ?? "", token))
    return { status: 403, message: `${TOKEN_HEADER} has to be the token of this run: load the page again` };
  if (!/^application\/json(;|$)/i.test(headers["content-type"] ?? ""))
    return { status: 415, message: "the content type has to be application/json" };
  return undefined;
}

/** Browsers say where a request comes from; other programs do not. */
function foreignSite(site: string | string[] | undefined): Refusal | undefined {
  if (site === undefined || site === "same-origin") return undefined;
  return { status: 403, message: `requests from elsewhere (Sec-Fetch-Site: ${site}) are refused` };
}

function isEqual(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
