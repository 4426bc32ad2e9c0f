import type { PublicRoute } from "@express-on-ecs/kit/routes";

/** Everything the load balancer may send here; the router is built from it. All of it lies at or below /admin. */
export const publicRoutes = [
  { path: "/admin", methods: ["GET"] },
  { path: "/admin/suppliers", methods: ["GET"] },
  { path: "/admin/supplier-add", methods: ["GET", "POST"] },
  { path: "/admin/supplier-update/:id", methods: ["GET", "POST"] },
  { path: "/admin/supplier-remove/:id", methods: ["GET", "POST"] },
  { path: "/admin/assets/:file", methods: ["GET"] },
] as const satisfies readonly PublicRoute[];
