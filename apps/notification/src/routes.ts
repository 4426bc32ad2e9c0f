import type { PublicRoute } from "@express-on-ecs/kit/routes";

/** Everything the load balancer may send here, whoever asks; the router is built from it. */
export const publicRoutes = [
  { path: "/notification/info", methods: ["GET"] },
  { path: "/notification/health-status", methods: ["GET"] },
] as const satisfies readonly PublicRoute[];

/**
 * What only services of the same system may ask: who can reach it sends mail in the system's name. The load balancer leads
 * to it under a condition on the caller's address, or not at all.
 */
export const internalRoutes = [
  { path: "/notification/send", methods: ["POST"] },
] as const satisfies readonly PublicRoute[];
