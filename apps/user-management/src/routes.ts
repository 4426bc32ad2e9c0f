import type { PublicRoute } from "@express-on-ecs/kit/routes";

/** Everything the load balancer may send here; the router and the OpenAPI document are built from it. */
export const publicRoutes = [
  { path: "/usermgmt/health-status", methods: ["GET"] },
  { path: "/usermgmt/notification-service-info", methods: ["GET"] },
  { path: "/usermgmt/openapi.json", methods: ["GET"] },
  { path: "/usermgmt/users", methods: ["GET"] },
  { path: "/usermgmt/user", methods: ["POST", "PUT"] },
  { path: "/usermgmt/user/:username", methods: ["GET", "DELETE"] },
] as const satisfies readonly PublicRoute[];
