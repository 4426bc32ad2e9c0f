import type { RequestHandler, Router } from "express";
import type { Readiness } from "./readiness";
import { currentRequest } from "./request-context";
import { routerFor } from "./router";
import { healthPaths, type Method } from "./routes";

type HealthPath = (typeof healthPaths)[number];

/** Answers are never cached, and don't fill the log. */
function healthCheck(answer: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const context = currentRequest();
    if (context) context.healthCheck = true;
    response.setHeader("Cache-Control", "no-store");
    return answer(request, response, next);
  };
}

/**
 * A health check for the load balancer: 200 and a text, 503 while draining, for a task may be stopped without having been
 * deregistered (StopTask, Spot). It asks nothing of a database or another service: a shared dependency that fails must not
 * take out all tasks.
 */
export function healthStatus(readiness: Readiness, text: string): RequestHandler {
  return healthCheck((_request, response) => {
    const draining = readiness.state === "draining";
    response
      .status(draining ? 503 : 200)
      .type("text")
      .send(draining ? "Draining" : text);
  });
}

function handlers(readiness: Readiness): Record<HealthPath, RequestHandler> {
  return {
    "/healthcheck": healthStatus(readiness, "Healthcheck Path !"),
    "/health/live": healthCheck((_request, response) => {
      response.json({ status: "live" });
    }),
    "/health/ready": healthCheck((_request, response) => {
      response.status(readiness.state === "ready" ? 200 : 503).json({ status: readiness.state });
    }),
  };
}

/** The health routes. */
export function healthRouter(readiness: Readiness): Router {
  const answers = handlers(readiness);
  const routes = healthPaths.map((path) => ({ path, methods: ["GET"] as const satisfies readonly Method[] }));
  return routerFor(routes, ({ path }) => answers[path]);
}
