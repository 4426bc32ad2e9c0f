import { type RequestHandler, Router } from "express";
import { routerFor } from "../src/router";
import { tokenOf } from "../src/token/token-guard";

/** The routes of the API, and the scope that each needs. The router has more. */
export const exposedScopes = {
  "GET /finance": "shop/read",
  "POST /finance": "shop/write",
  "GET /users/{name}": "shop/read",
  "DELETE /users/{name}": "shop/write",
  "GET /users/me": "shop/self",
  "GET /files/{path+}": "shop/read",
  "GET /lenient/{name}": "shop/read",
} as const;

/**
 * A router of all kinds: paths in letters and with parameters, routes that no scope names, routers within routers, one that
 * ignores case, and middleware. Every handler answers with what it was reached as.
 *
 * @param reached is told of every request that reaches the router, and by which route
 */
export function exposedRouter(reached: (route: string) => void = () => undefined): Router {
  const answer =
    (route: string): RequestHandler =>
    (request, response) => {
      reached(route);
      const token = tokenOf(response);
      response.json({
        route,
        body: request.body,
        token: token && { ...token, scopes: [...token.scopes] },
      });
    };
  const router = Router();
  router.use((_request, _response, next) => {
    reached("middleware");
    next();
  });
  router.use(
    routerFor(
      [
        { path: "/finance", methods: ["GET", "POST", "PUT"] },
        { path: "/users/admin", methods: ["GET"] },
        { path: "/users/:name", methods: ["GET", "DELETE"] },
        { path: "/files/secret", methods: ["GET"] },
        { path: "/internal", methods: ["GET", "POST"] },
      ],
      ({ path }) => answer(path),
    ),
  );
  const lenient = Router();
  lenient.get("/admin", answer("/lenient/admin"));
  lenient.get("/:name", answer("/lenient/:name"));
  router.use("/lenient", lenient);
  router.get(/^\/users\/.*x$/, answer("an expression"));
  router.get("/", answer("/"));
  return router;
}
