import type { Method } from "../routes";

/** What a route of the API asks of a token. */
export interface RouteScope {
  readonly method: Method;
  /** As API Gateway writes it: `{name}` for one part, `{name+}` for all that is left. */
  readonly path: string;
  /** The resource server's identifier, a slash, and the scope: `service-b-api/read`. */
  readonly scope: string;
}

const PARAMETER = /^\{[A-Za-z0-9_-]+\}$/;
const GREEDY_PARAMETER = /^\{[A-Za-z0-9_-]+\+\}$/;
/** The same two as Express writes them. */
const EXPRESS_PARAMETER = /^:[A-Za-z_$][\w$]*$/;
const EXPRESS_WILDCARD = /^\*[A-Za-z_$][\w$]*$/;

type Kind = "literal" | "parameter" | "greedy";

interface Part {
  readonly kind: Kind;
  readonly text: string;
}

function partOf(text: string): Part {
  const kind = GREEDY_PARAMETER.test(text) ? "greedy" : PARAMETER.test(text) ? "parameter" : "literal";
  return { kind, text };
}

/** `/` has no parts. */
const split = (path: string): readonly string[] => (path === "/" ? [] : path.slice(1).split("/"));

/** A route of the API: the requests that it takes, and what they need. */
export class ExposedRoute implements RouteScope {
  readonly method: Method;
  readonly path: string;
  readonly scope: string;
  readonly parts: readonly Part[];

  constructor({ method, path, scope }: RouteScope) {
    this.method = method;
    this.path = path;
    this.scope = scope;
    this.parts = split(path).map(partOf);
  }

  get literal(): boolean {
    return this.parts.every(({ kind }) => kind === "literal");
  }

  /** Whether a path is one of this route: letter by letter, and with no part empty, so without a `/` at the end. */
  takes(path: readonly string[]): boolean {
    const last = this.parts.at(-1);
    if (path.includes("") || path.length < this.parts.length) return false;
    if (path.length > this.parts.length && last?.kind !== "greedy") return false;
    return this.parts.every(({ kind, text }, index) => kind !== "literal" || text === path[index]);
  }

  /**
   * Whether this is the name of a route of Express. What is fixed in the route has to be fixed in the name: a parameter stands
   * for a parameter, never for `/user/admin`, which is a route of its own and needs a name of its own. A greedy parameter
   * stands for all that is below. What else Express has (groups, regular expressions) has no name.
   */
  names(route: string): boolean {
    const theirs = route.split("/").filter((part) => part !== "");
    for (const [index, { kind, text }] of this.parts.entries()) {
      const part = theirs[index];
      if (part === undefined) return false;
      if (kind === "greedy" || EXPRESS_WILDCARD.test(part)) return true;
      if (!EXPRESS_PARAMETER.test(part) && (kind === "parameter" || text !== part)) return false;
    }
    return theirs.length === this.parts.length;
  }
}

const PRECEDENCE: Readonly<Record<Kind, number>> = { literal: 0, parameter: 1, greedy: 2 };

/** From the most specific route to the least: the first part that differs in kind says it. */
function bySpecificity(one: ExposedRoute, other: ExposedRoute): number {
  for (const [index, { kind }] of one.parts.entries()) {
    const theirs = other.parts[index];
    if (theirs && theirs.kind !== kind) return PRECEDENCE[kind] - PRECEDENCE[theirs.kind];
  }
  return other.parts.length - one.parts.length;
}

/** Finds the route of a request, as API Gateway does. Source: Amazon API Gateway, "Routing API requests" of HTTP APIs. */
export class RouteScopes {
  readonly all: readonly ExposedRoute[];
  readonly #literal: ReadonlyMap<string, ExposedRoute>;
  readonly #others: readonly ExposedRoute[];

  constructor(routes: readonly RouteScope[]) {
    this.all = routes.map((route) => new ExposedRoute(route));
    const literal = this.all.filter((route) => route.literal);
    this.#literal = new Map(literal.map((route) => [`${route.method} ${route.path}`, route]));
    this.#others = this.all.filter((route) => !route.literal).sort(bySpecificity);
  }

  /**
   * The most specific route that takes a request.
   *
   * @param method HEAD is GET
   * @param path without the query, as Express matches it: not decoded
   */
  find(method: string, path: string): ExposedRoute | undefined {
    const asked = method === "HEAD" ? "GET" : method;
    const found = this.#literal.get(`${asked} ${path}`);
    if (found || this.#others.length === 0 || !path.startsWith("/")) return found;
    const parts = split(path);
    return this.#others.find((route) => route.method === asked && route.takes(parts));
  }
}

/** What two keys have in common that take the same requests: `GET /user/{}`. */
export function withoutParameterNames({ method, path }: Pick<RouteScope, "method" | "path">): string {
  return `${method} ${path.replace(/\{[^/}+]*(\+?)\}/g, "{$1}")}`;
}
