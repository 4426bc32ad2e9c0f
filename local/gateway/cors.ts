import type { IncomingMessage } from "node:http";
import type { ViewCors } from "../cloud/view";

/**
 * Headers for a page of another origin, names and values in turn; none where its origin is not allowed.
 *
 * Source: "Configure CORS for HTTP APIs in API Gateway".
 */
export function corsHeaders(cors: ViewCors, { headers }: IncomingMessage): string[] {
  const origin = allowedOrigin(cors.allowOrigins, headers.origin);
  if (origin === undefined) return [];
  return present([
    ["access-control-allow-origin", origin],
    ["access-control-allow-credentials", cors.allowCredentials ? "true" : ""],
    ["access-control-expose-headers", cors.exposeHeaders.join(",")],
    // What is answered differs by origin: nobody on the way may give one's answer to another.
    ["vary", origin === "*" ? "" : "Origin"],
  ]);
}

/** The same for the answer to a preflight, which the gateway gives itself. */
export function preflightHeaders(cors: ViewCors, request: IncomingMessage): string[] {
  const headers = corsHeaders(cors, request);
  if (headers.length === 0) return [];
  return [
    ...headers,
    ...present([
      ["access-control-allow-methods", cors.allowMethods.join(",")],
      ["access-control-allow-headers", cors.allowHeaders.join(",")],
      ["access-control-max-age", cors.maxAge === undefined ? "" : String(cors.maxAge)],
    ]),
  ];
}

/** An API with CORS answers OPTIONS itself, whether it has a route for it or not. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === "OPTIONS" && headers.origin !== undefined;
}

/** Whether a header of the answer of what is behind is dropped: an API with CORS says these itself. */
export function isCorsHeader(name: string): boolean {
  return name.toLowerCase().startsWith("access-control-");
}

/** `*` is any origin, `https://*` any of that scheme. */
function allowedOrigin(allowed: readonly string[], origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (allowed.includes("*")) return "*";
  const isAllowed = allowed.some((one) =>
    /^https?:\/\/\*$/.test(one) ? origin.startsWith(one.slice(0, -1)) : one === origin,
  );
  return isAllowed ? origin : undefined;
}

function present(headers: readonly (readonly [string, string])[]): string[] {
  return headers.filter(([, value]) => value !== "").flat();
}
