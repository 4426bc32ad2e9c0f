import { ROUTE_METHODS } from "../../modules/aws/api-forms";
import { type ApiPathPart, areAmbiguous, liesBelow, parseApiPath } from "../api-path";
import type { EnvironmentFile } from "../environment";
import { either } from "../field";
import { type Finding, members, present, type Salvaged } from "../finding";
import { countWildcards } from "../routes";
import type { Service } from "../service";

/** HEAD and OPTIONS are the gateway's own: it answers preflight requests itself. */
const METHODS: readonly string[] = ROUTE_METHODS;

const SCOPE_NAME_MAX = 31;
const SCOPE_NAME = new RegExp(`^[a-z][a-z0-9-]{0,${SCOPE_NAME_MAX - 1}}$`);

/** A key of `scopes` that is well-formed. */
interface Route {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly parts: readonly ApiPathPart[];
}

/** What API Gateway would refuse of the routes of an exposed service, and routes that nobody would reach or nobody may ask for. */
export function checkScopes(
  service: Salvaged<Service>,
  { api }: Pick<Salvaged<EnvironmentFile>, "api">,
): readonly Finding[] {
  const entries = Object.entries(service.scopes ?? {});
  const routes = entries.flatMap(([key]) => readRoute(key) ?? []);
  return [
    ...(entries.length === 0 ? [NO_SCOPES] : []),
    ...entries.flatMap(([key, scope]) => [...checkKey(key), ...checkScope(key, scope)]),
    ...routes.flatMap((route) => checkReached(route, service)),
    ...present(service.routes?.paths).flatMap(([index, path]) => checkPublicPath(index, path, routes)),
    ...routes.flatMap((later, index) =>
      routes
        .slice(0, index)
        .flatMap((earlier) => [
          ...checkClear(earlier, later),
          ...(api?.type === "rest" ? checkSiblings(earlier, later) : []),
        ]),
    ),
  ];
}

const NO_SCOPES: Finding = {
  at: [["scopes"]],
  problem: 'no route of the API leads to this service, which "expose" says is reached through it only',
  allowed: 'an object of at least one route and its scope, such as {"GET /finance/{id}": "read"}',
  mend: 'add "scopes", or remove "expose"',
};

function readRoute(key: string): Route | undefined {
  const [method = "", path = "", ...more] = key.split(" ");
  const parts = parseApiPath(path);
  return METHODS.includes(method) && parts && more.length === 0 ? { key, method, path, parts } : undefined;
}

function checkKey(key: string): readonly Finding[] {
  if (readRoute(key)) return [];
  const at = [["scopes", key]] as const;
  const given = JSON.stringify(key);
  const [method = "", path, ...more] = key.trim().split(/\s+/);
  if (path === undefined || more.length > 0 || key !== `${method} ${path}`) {
    const allowed = 'a method, a blank, and a path, such as "GET /finance/{id}"';
    return [{ at, problem: `${given} is not a route of an API`, allowed, mend: `write ${allowed}`, given }];
  }
  if (!METHODS.includes(method)) {
    const upper = METHODS.find((known) => known === method.toUpperCase());
    return [
      {
        at,
        problem: `${JSON.stringify(method)} is not a method of a route; what a browser asks first (OPTIONS) is answered by the gateway`,
        allowed: either(METHODS),
        mend: upper ? `write ${JSON.stringify(`${upper} ${path}`)}` : "write one of these",
        given,
      },
    ];
  }
  const meant = toApiPath(path);
  return [
    {
      at,
      problem: `${JSON.stringify(path)} is not a path of an API`,
      allowed:
        'parts after a "/" each: letters, digits and ". _ -", {name} for any one part, {name+} at the end for all that is left; no name twice, no "/" at the end',
      mend: `write ${meant === undefined ? 'for example "GET /finance/{id}"' : JSON.stringify(`${method} ${meant}`)}`,
      given,
    },
  ];
}

/** The path of an API that a path as Express writes it stands for; undefined where that is none either. */
function toApiPath(path: string): string | undefined {
  const written = `/${path}`
    .replace(/:(\w+)/g, "{$1}")
    .replace(/\*(\w*)$/, (_, name: string) => `{${name || "path"}+}`)
    .replace(/\/+/g, "/")
    .replace(/(.)\/$/, "$1");
  return parseApiPath(written) ? written : undefined;
}

function checkScope(key: string, scope: string | undefined): readonly Finding[] {
  if (scope === undefined || SCOPE_NAME.test(scope)) return [];
  return [
    {
      at: [["scopes", key]],
      problem: "is not the name of a scope",
      allowed: `up to ${SCOPE_NAME_MAX} lower-case letters, digits and hyphens, a letter first`,
      mend: 'write for example "read"; the service\'s name and a slash are put before it',
    },
  ];
}

/** A request that no rule of the load balancer is for reaches nobody, whatever the gateway lets through. */
function checkReached({ key, path, parts }: Route, { routes }: Salvaged<Service>): readonly Finding[] {
  const paths = members(routes?.paths);
  if (paths.length === 0 || paths.some((publicPath) => liesBelow(parts, publicPath))) return [];
  return [
    {
      at: [["scopes", key]],
      problem: `${JSON.stringify(path)} lies below none of "routes.paths": the load balancer would send it to nobody`,
      allowed: `${either(paths)}, or a path below`,
      mend: 'add its first parts to "routes.paths", or remove the route',
      given: JSON.stringify(key),
    },
  ];
}

/** What the load balancer sends to the service, and the gateway lets nobody ask for. */
function checkPublicPath(index: number, path: string, routes: readonly Route[]): readonly Finding[] {
  const at = [["routes", "paths", index]] as const;
  if (countWildcards([path]) > 0) {
    return [
      {
        at,
        problem: 'holds a wildcard, and the routes of the API are compared with "routes.paths" part by part',
        allowed: 'paths without "*" and "?"; sub-paths belong to a path anyway',
        mend: "write the part before the wildcard",
      },
    ];
  }
  if (routes.length === 0 || routes.some(({ parts }) => liesBelow(parts, path))) return [];
  return [
    {
      at,
      problem: `no route of "scopes" is ${JSON.stringify(path)} or lies below it: nobody could ask for it`,
      allowed: 'paths that a key of "scopes" begins with',
      mend: `add ${JSON.stringify(`GET ${path}`)} with its scope to "scopes", or remove the path`,
    },
  ];
}

/** Two routes for a request, of which neither is the more exact one: which scope it needs would be the gateway's guess. */
function checkClear(earlier: Route, later: Route): readonly Finding[] {
  if (earlier.method !== later.method || !areAmbiguous(earlier.parts, later.parts)) return [];
  return [
    {
      at: [["scopes", later.key]],
      problem: `a request could be for ${JSON.stringify(earlier.key)} as well, and neither is more exact`,
      allowed: "routes that match no request of another one, or are more exact than it",
      mend: "change one of the two, or make them one",
      given: JSON.stringify(later.key),
    },
  ];
}

/**
 * The symptom otherwise: "A sibling ({id}) of this resource already has a variable path part -- only one is allowed", in the
 * middle of a deployment.
 */
function checkSiblings(earlier: Route, later: Route): readonly Finding[] {
  const apart = later.parts.findIndex((part, index) => textOf(part) !== textOf(earlier.parts[index]));
  const [left, right] = [earlier.parts[apart], later.parts[apart]];
  if (!left || !right || left.kind === "text" || right.kind === "text") return [];
  return [
    {
      at: [["scopes", later.key]],
      problem: `a REST API has one variable in a place, and ${JSON.stringify(earlier.key)} has ${textOf(left)} where this has ${textOf(right)}`,
      allowed: 'the same name in the same place, where "api.type" of the environment is "rest"',
      mend: `write ${textOf(left)}, too`,
      given: JSON.stringify(later.key),
    },
  ];
}

function textOf(part: ApiPathPart | undefined): string {
  if (part === undefined) return "";
  return part.kind === "text" ? part.text : `{${part.name}${part.kind === "rest" ? "+" : ""}}`;
}
