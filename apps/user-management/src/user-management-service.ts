import { healthStatus } from "@express-on-ecs/kit/health";
import type { Statements, Transactions } from "@express-on-ecs/kit/mysql";
import type { Peer } from "@express-on-ecs/kit/peer";
import type { Readiness } from "@express-on-ecs/kit/readiness";
import { routerFor } from "@express-on-ecs/kit/router";
import type { Method } from "@express-on-ecs/kit/routes";
import type { ServiceParts } from "@express-on-ecs/kit/service";
import type { RequestHandler } from "express";
import { notificationInfo } from "./notification-info";
import { openApiDocument } from "./openapi/document";
import { publicRoutes } from "./routes";
import { changing, creating, listing, removing, showing } from "./user-handlers";

/** What the service is made of. */
export interface UserManagementParts {
  readonly database: Statements & Transactions;
  readonly notification: Pick<Peer, "request">;
  readonly readiness: Readiness;
  /** A message is in the outbox. */
  readonly nudge: () => void;
}

type Route = (typeof publicRoutes)[number];
/** A handler for each method of a path. */
type Handlers = { readonly [Path in Route["path"]]: { readonly [M in MethodOf<Path>]: RequestHandler } };
type MethodOf<Path> = Extract<Route, { readonly path: Path }>["methods"][number];

/** The service without its pool and its worker. */
export function userManagementService({ readiness, notification, ...desk }: UserManagementParts): ServiceParts {
  const document = openApiDocument();
  const handlers: Handlers = {
    "/usermgmt/health-status": { GET: healthStatus(readiness, "User Management Service UP and RUNNING") },
    "/usermgmt/notification-service-info": { GET: notificationInfo(notification) },
    "/usermgmt/openapi.json": { GET: (_request, response) => void response.json(document) },
    "/usermgmt/users": { GET: listing(desk) },
    "/usermgmt/user": { POST: creating(desk), PUT: changing(desk) },
    "/usermgmt/user/:username": { GET: showing(desk), DELETE: removing(desk) },
  };
  const handlerFor = ({ path }: Route, method: Method) =>
    (handlers[path] as Readonly<Record<Method, RequestHandler>>)[method];
  return { router: routerFor(publicRoutes, handlerFor), site: "api" };
}
