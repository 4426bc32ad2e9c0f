import { ROUTE_METHODS, type RouteMethod } from "../modules/aws/api-forms";
import type { Service } from "./service";
import { API_SYSTEM } from "./systems";

/** A route of the environment's API. */
export interface ExposedRoute {
  readonly method: RouteMethod;
  /** As API Gateway writes it: `{name}` for one part, `{name+}` for all that is left. */
  readonly path: string;
  /** What a token has to hold: the service's name, which is the resource server's identifier, a slash and the scope. */
  readonly scope: string;
}

/** Whether a service is reached through the API in place of its system's load balancer. */
export const isExposed = ({ expose }: { readonly expose?: Service["expose"] | undefined }): boolean => expose === "api";

/** Names of the variables by which a task is told whose tokens it takes: all of the first three, or none. */
export const apiVariables = {
  /** URL of whoever signs the tokens: `https://cognito-idp.<region>.amazonaws.com/<pool id>`. */
  issuer: "API_TOKEN_ISSUER",
  /** Ids of the app clients whose tokens are good, separated by commas. */
  clients: "API_TOKEN_CLIENTS",
  /** JSON: the scope that each route needs, such as `{"GET /finance":"service-b-api/read"}`. */
  routeScopes: "API_ROUTE_SCOPES",
  /** URL of the keys that tokens are signed with. Optional: else `.well-known/jwks.json` below the issuer. */
  jwksUrl: "API_TOKEN_JWKS_URL",
} as const;

/** The routes of the API that lead to a service, in the order of its `service.json`; none for one that is not exposed. */
export function exposedRoutes({ name, scopes = {} }: Pick<Service, "name" | "scopes">): readonly ExposedRoute[] {
  return Object.entries(scopes).flatMap(([key, scope]) => {
    const method = ROUTE_METHODS.find((one) => key.startsWith(`${one} `));
    return method ? [{ method, path: key.slice(method.length + 1), scope: `${name}/${scope}` }] : [];
  });
}

/** The scopes of a service, each once, sorted, without the service's name: `["read", "write"]`. */
export function scopesOf({ scopes = {} }: Pick<Service, "scopes">): readonly string[] {
  return [...new Set(Object.values(scopes))].sort();
}

/** These systems, and the API's where it exposes a service of theirs: such a service is behind that one's load balancer. */
export function withApi(
  systems: readonly string[],
  services: readonly Pick<Service, "system" | "expose">[],
): readonly string[] {
  const exposes = services.some((service) => isExposed(service) && systems.includes(service.system));
  return exposes && !systems.includes(API_SYSTEM) ? [...systems, API_SYSTEM] : systems;
}
