/** A method an app may answer; HEAD comes with GET, OPTIONS with any. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * A route as data. An app exports its list as `publicRoutes` and builds its router from it, so what a test compares with
 * the load balancer's listener rules is what the app serves. This file imports nothing: reading the list is cheap.
 */
export interface PublicRoute {
  /** The path as the client asks for it; parameters as in Express (`/users/:id`). */
  readonly path: string;
  readonly methods: readonly Method[];
}

/**
 * Paths for the load balancer and the scheduler. They are not public: no listener rule leads to them.
 * `/healthcheck` is the health-check path of the target groups.
 */
export const healthPaths = ["/healthcheck", "/health/live", "/health/ready"] as const;
