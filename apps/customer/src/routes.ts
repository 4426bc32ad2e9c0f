import type { PublicRoute } from "@express-on-ecs/kit/routes";

/** Everything the load balancer may send here; the router is built from it. */
export const publicRoutes = [
  { path: "/", methods: ["GET"] },
  { path: "/suppliers", methods: ["GET"] },
  { path: "/assets/:file", methods: ["GET"] },
] as const satisfies readonly PublicRoute[];
