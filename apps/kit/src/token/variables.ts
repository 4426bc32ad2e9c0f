import * as z from "zod";
import type { Method } from "../routes";
import { type RouteScope, withoutParameterNames } from "./route-scopes";

const METHODS: ReadonlySet<string> = new Set<Method>(["GET", "POST", "PUT", "PATCH", "DELETE"]);
/** Addresses of this machine and of its own network: keys may come from there without TLS. */
const NEAR =
  /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+)$/;
/** Source: Amazon Cognito, `ClientIdType` in the API reference. */
const CLIENT_ID = /^[\w+]{1,128}$/;
const PATH_OF_KEY = /^\/$|^(\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9_-]+\}))*(\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9_-]+\+?\}))$/;
const SCOPE = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/;

function isUrl(text: string, allowed: (url: URL) => boolean): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username === "" && url.password === "" && url.hash === "" && url.search === "" && allowed(url);
}

/** Compared with the tokens' `iss` letter by letter, so it has no `/` at its end. */
export const issuer = z
  .string()
  .refine((text) => isUrl(text, ({ protocol }) => protocol === "https:") && !text.endsWith("/"))
  .optional();

export const jwksUrl = z
  .string()
  .refine((text) =>
    isUrl(text, ({ protocol, hostname }) => protocol === "https:" || (protocol === "http:" && NEAR.test(hostname))),
  )
  .optional();

export const clients = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.string().regex(CLIENT_ID)).min(1))
  .optional();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function routeScopesFrom(value: Readonly<Record<string, string>>): readonly RouteScope[] {
  return Object.entries(value).map(([key, scope]) => {
    const [method = "", path = ""] = key.split(" ");
    return { method: method as Method, path, scope };
  });
}

const key = z.string().refine((text) => {
  const [method = "", path = "", ...rest] = text.split(" ");
  return METHODS.has(method) && PATH_OF_KEY.test(path) && rest.length === 0;
});

export const routeScopes = z
  .string()
  .transform(parseJson)
  .pipe(z.record(key, z.string().regex(SCOPE)))
  .transform(routeScopesFrom)
  .refine((routes) => routes.length > 0 && new Set(routes.map(withoutParameterNames)).size === routes.length)
  .optional();
