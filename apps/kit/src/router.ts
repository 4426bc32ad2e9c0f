import { type RequestHandler, Router } from "express";
import { Problem } from "./problem";
import type { Method, PublicRoute } from "./routes";

function allowHeader(methods: readonly Method[]): string {
  const withHead = methods.includes("GET") ? ["GET", "HEAD", ...methods.filter((method) => method !== "GET")] : methods;
  return [...withHead, "OPTIONS"].join(", ");
}

function otherMethods(methods: readonly Method[]): RequestHandler {
  const allow = allowHeader(methods);
  return (request, response) => {
    response.setHeader("Allow", allow);
    if (request.method !== "OPTIONS") {
      throw new Problem(405, `${request.method} is not allowed here; allowed: ${allow}`);
    }
    response.status(204).end();
  };
}

/**
 * Builds a router from routes as data: each route gets its handlers, other methods are answered 405 with `Allow`.
 * Paths are case-sensitive, as the load balancer's path patterns are.
 */
export function routerFor<Route extends PublicRoute>(
  routes: readonly Route[],
  handlerFor: (route: Route, method: Method) => RequestHandler,
): Router {
  const router = Router({ caseSensitive: true });
  for (const route of routes) {
    const target = router.route(route.path);
    for (const method of route.methods) {
      target[method.toLowerCase() as Lowercase<Method>](handlerFor(route, method));
    }
    target.all(otherMethods(route.methods));
  }
  return router;
}
