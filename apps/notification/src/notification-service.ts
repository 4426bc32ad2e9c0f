import { healthStatus } from "@express-on-ecs/kit/health";
import { Problem } from "@express-on-ecs/kit/problem";
import type { Readiness } from "@express-on-ecs/kit/readiness";
import { currentRequest } from "@express-on-ecs/kit/request-context";
import { routerFor } from "@express-on-ecs/kit/router";
import type { ServiceParts } from "@express-on-ecs/kit/service";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import type { Delivery } from "./delivery";
import { readIdempotencyKey } from "./idempotency-key";
import { readMessage } from "./message";
import { internalRoutes, publicRoutes } from "./routes";
import { whereText } from "./where";

const routes = [...publicRoutes, ...internalRoutes];

type Path = (typeof routes)[number]["path"];

/** What the service's handlers need. */
export interface NotificationParts {
  readonly delivery: Pick<Delivery, "send">;
  readonly readiness: Readiness;
  /** What the service listens on. */
  readonly host: string;
  readonly logger: Logger;
}

function sending({ delivery, logger }: NotificationParts): RequestHandler {
  return async (request, response) => {
    // What is no JSON was not parsed.
    if (!request.is("application/json")) {
      throw new Problem(
        415,
        'the body is not JSON; allowed: a JSON object, with the header "Content-Type: application/json"',
      );
    }
    const message = readMessage(request.body);
    const key = readIdempotencyKey(request.get("idempotency-key"));
    response.setHeader("Cache-Control", "no-store");
    response.json(await delivery.send(message, key, currentRequest()?.logger ?? logger));
  };
}

/** The service without its database and without SES. */
export function notificationService(parts: NotificationParts): Pick<ServiceParts, "router" | "site"> {
  const where = whereText(parts.host);
  const handlers: Readonly<Record<Path, RequestHandler>> = {
    "/notification/health-status": healthStatus(parts.readiness, "Notification Service is Up and Running"),
    "/notification/info": (_request, response) => {
      response.type("text").setHeader("Cache-Control", "no-store").send(where);
    },
    "/notification/send": sending(parts),
  };
  return { router: routerFor(routes, ({ path }) => handlers[path]), site: "api" };
}
