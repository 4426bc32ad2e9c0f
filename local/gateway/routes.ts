import type { ViewRoute } from "../cloud/view";
import { normalPath } from "../http/normal-path";

/** The route that a request takes, and what its path says for the route's parameters, as it was sent. */
export interface Selected {
  readonly route: ViewRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The more specific, the earlier. */
const KINDS = ["exact", "parameter", "greedy", "default"] as const;

interface Part {
  readonly kind: (typeof KINDS)[number];
  /** What the segment of the path has to be, or the parameter's name. */
  readonly text: string;
}

interface Compiled {
  readonly route: ViewRoute;
  readonly parts: readonly Part[];
  /** In the order of the alphabet: the more specific path first, and its method before ANY. */
  readonly rank: string;
}

/**
 * The routes of an API. Of those that match a request's path and method, it takes the one whose path is the most specific,
 * from left to right: text, a parameter, a greedy parameter, `$default`; for one path, the method before ANY.
 *
 * Paths are compared without dot segments and needless encodings: what is behind resolves these, and a request must not
 * be checked by one route's scopes and answered by what lies behind another.
 *
 * Source: "Create routes for HTTP APIs in API Gateway", routing API requests.
 */
export class RouteTable {
  readonly #routes: readonly Compiled[];

  constructor(routes: readonly ViewRoute[]) {
    this.#routes = routes.map(compile).sort((one, other) => (one.rank < other.rank ? -1 : 1));
  }

  /** @param path without stage and query */
  select(method: string, path: string): Selected | undefined {
    const segments = normalPath(path).split("/").slice(1);
    for (const { route, parts } of this.#routes) {
      if (route.method !== "ANY" && route.method !== method) continue;
      const parameters = match(parts, segments);
      if (parameters) return { route, parameters };
    }
    return undefined;
  }
}

function compile(route: ViewRoute): Compiled {
  const parts = route.path === "$default" ? [{ kind: "default", text: "" } as const] : partsOf(route.path);
  const rank = parts.map(({ kind }) => KINDS.indexOf(kind)).join("") + (route.method === "ANY" ? "b" : "a");
  return { route, parts, rank };
}

function partsOf(path: string): readonly Part[] {
  return path
    .split("/")
    .slice(1)
    .map((segment) => {
      const [, name, plus] = /^\{(.+?)(\+)?\}$/.exec(segment) ?? [];
      if (name === undefined) return { kind: "exact", text: segment };
      return { kind: plus ? "greedy" : "parameter", text: name };
    });
}

/** The values of the parameters; `undefined` where the path is another. */
function match(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  const values: [string, string][] = [];
  for (const [index, { kind, text }] of parts.entries()) {
    const segment = segments[index];
    if (kind === "default") return {};
    if (segment === undefined || (kind === "exact" ? segment !== text : segment === "")) return undefined;
    if (kind === "greedy") return Object.fromEntries([...values, [text, segments.slice(index).join("/")]]);
    if (kind === "parameter") values.push([text, segment]);
  }
  return segments.length === parts.length ? Object.fromEntries(values) : undefined;
}

/** A route as API Gateway writes its key: `GET /finance`. */
export function routeKey({ method, path }: ViewRoute): string {
  return path === "$default" ? path : `${method} ${path}`;
}
