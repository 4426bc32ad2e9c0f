import { API_PATH, ROUTE_METHODS, type RouteMethod, TOKEN_SCOPE } from "../aws/api-forms";
import type { PropCheck } from "../prop-check";

/** One way through an API, and what a token needs to take it. */
export interface ApiRoute {
  /** Method of HTTP. */
  readonly method: RouteMethod;
  /**
   * Parts after a `/` each: letters, digits and `. _ -`; or a name in braces for any one part, such as `{id}`; the last
   * one may stand for the rest of the path, such as `{path+}`.
   */
  readonly path: string;
  /** Scope that the token has to have, such as `cart/read`. */
  readonly scope: string;
}

/** `GET /carts/{id}`. */
export const routeKey = ({ method, path }: ApiRoute): string => `${method} ${path}`;

/**
 * A path without the names of its parameters, `/carts/{}`: what tells routes apart. Construct ids are made of it, so that
 * a parameter gets another name in place: with the old one still there, API Gateway refuses the new one.
 */
export const matchedPath = (path: string): string => path.replace(/\{[^}]*?(\+?)\}/g, "{$1}");

/** The parts of a path: `["carts", "{id}"]`. */
export const partsOf = (path: string): string[] => path.split("/").filter((part) => part !== "");

/** The name of a part that stands for others, without braces; undefined of one that stands for itself. */
export const parameterOf = (part: string): string | undefined => /^\{(.+?)\+?\}$/.exec(part)?.[1];

/** Refuses routes that API Gateway does not take, or of which it would be chance which one a request takes. */
export function checkRoutes(check: PropCheck, routes: readonly ApiRoute[]): void {
  check.atLeast("routes", routes, 1, "one route or more");
  check.atMost("routes", routes, check.quota("routesPerApi"));
  const taken = new Map<string, string>();
  routes.forEach((route, index) => {
    checkRoute(check, `routes[${index}]`, route);
    const matched = `${route.method} ${matchedPath(route.path)}`;
    const twin = taken.get(matched);
    if (twin !== undefined) {
      throw check.error(
        `routes[${index}]`,
        `is ${JSON.stringify(routeKey(route))}, which matches the same requests as ${JSON.stringify(twin)}`,
        "one route for a method and path",
      );
    }
    taken.set(matched, routeKey(route));
  });
}

function checkRoute(check: PropCheck, field: string, { method, path, scope }: ApiRoute): void {
  if (!ROUTE_METHODS.includes(method)) {
    throw check.error(`${field}.method`, `is ${JSON.stringify(method)}`, ROUTE_METHODS.join(", "));
  }
  check.text(`${field}.path`, path, API_PATH);
  check.different(
    `${field}.path`,
    partsOf(path).flatMap((part) => parameterOf(part) ?? []),
  );
  check.text(`${field}.scope`, scope, TOKEN_SCOPE);
}
