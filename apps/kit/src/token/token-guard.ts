import type { Request, RequestHandler, Response, Router } from "express";
import type { Logger } from "pino";
import type { TaskEnvironment } from "../environment";
import { notFound } from "../problem";
import { type AccessToken, InvalidToken } from "./access-token";
import { bearerToken, insufficientScope, invalidToken, missingToken } from "./bearer";
import { KeySet } from "./key-set";
import { type ExposedRoute, RouteScopes } from "./route-scopes";
import { TokenVerifier } from "./token-verifier";

/** What a request was let in for. */
interface Grant {
  readonly route: ExposedRoute;
  readonly token: AccessToken;
}

const GRANT = Symbol("grant");

type Locals = { [GRANT]?: Grant };

function grantOf({ locals }: Response): Grant | undefined {
  return (locals as Locals)[GRANT];
}

/** The token of the request being answered; undefined in a service that is not exposed. */
export function tokenOf(response: Response): AccessToken | undefined {
  return grantOf(response)?.token;
}

/** What {@link TokenGuard} decides by. */
export interface TokenGuardOptions {
  /** The name of what is protected, for `WWW-Authenticate`. */
  readonly realm: string;
  readonly routes: RouteScopes;
  readonly tokens: Pick<TokenVerifier, "remembered" | "verify">;
}

/**
 * Lets nobody by without a token for the route of the API that a request belongs to. There are two locks.
 *
 * The first is in front of the service's router and of all that reads bodies, and sees of a request what the router will see:
 * method and path, as they came. What no route of the API takes, letter by letter, is 404, whatever Express would make of it.
 *
 * The second is at the routes of the service, after Express has chosen one: it has to be one that the API's route names
 * ({@link ExposedRoute.names}). So neither a router that ignores case nor a parameter (`/user/{name}`) opens a route that has
 * another name (`/user/admin`), or none.
 */
export class TokenGuard {
  constructor(private readonly options: TokenGuardOptions) {}

  /** The first lock, in front of a handler: one layer of Express for both, for a layer costs as much as the check. */
  before(handler: RequestHandler): RequestHandler {
    const { realm, routes, tokens } = this.options;
    return (request, response, next) => {
      const route = routes.find(request.method, request.path);
      if (!route) return notFound(request, response, next);
      const text = bearerToken(request, realm);
      if (text === undefined) throw missingToken(realm);
      const enter = (token: AccessToken) => {
        if (!token.scopes.has(route.scope)) throw insufficientScope(realm, route.scope);
        (response.locals as Locals)[GRANT] = { route, token };
        return handler(request, response, next);
      };
      const known = tokens.remembered(text);
      return known ? enter(known) : this.#verified(text).then(enter);
    };
  }

  /** Puts the second lock at every route of a router, and of those within it. @returns the router */
  lock(router: Router): Router {
    for (const layer of router.stack) {
      const { handle, route } = layer;
      if (route) {
        const isNamed = this.#namesOf(route.path);
        layer.handle = (request, response, next) => {
          if (isNamed(request, response)) handle(request, response, next);
          else notFound(request, response, next);
        };
      } else if (isRouter(handle)) this.lock(handle);
    }
    return router;
  }

  /**
   * Whether a request was let in for a route of Express.
   *
   * @param path a regular expression or a list where the types say it is a text: those have no name
   */
  #namesOf(path: unknown): (request: Request, response: Response) => boolean {
    if (typeof path !== "string") return () => false;
    const names = new Set(this.options.routes.all.filter((route) => route.names(path)));
    return ({ baseUrl }, response) => {
      const route = grantOf(response)?.route;
      if (route === undefined) return false;
      return baseUrl === "" ? names.has(route) : route.names(`${baseUrl}${path}`);
    };
  }

  async #verified(text: string): Promise<AccessToken> {
    const { realm, tokens } = this.options;
    try {
      return await tokens.verify(text);
    } catch (error) {
      throw error instanceof InvalidToken ? invalidToken(realm, error.reason) : error;
    }
  }
}

function isRouter(handle: object): handle is Router {
  return "stack" in handle && Array.isArray(handle.stack);
}

/** The guard of a service that is exposed, with the keys being fetched; undefined for one that is not. */
export function tokenGuard(environment: TaskEnvironment, logger: Logger): TokenGuard | undefined {
  const {
    SERVICE_NAME: realm,
    API_TOKEN_ISSUER: issuer,
    API_TOKEN_CLIENTS: clients,
    API_ROUTE_SCOPES: routeScopes,
    API_TOKEN_JWKS_URL: jwksUrl = `${issuer}/.well-known/jwks.json`,
  } = environment;
  if (!issuer || !clients || !routeScopes) return undefined;
  const keys = new KeySet({ url: new URL(jwksUrl), logger }).start();
  return new TokenGuard({
    realm,
    routes: new RouteScopes(routeScopes),
    tokens: new TokenVerifier({ issuer, clients, keys }),
  });
}
