import type { RequestHandler, Router } from "express";
import type { Readiness } from "./readiness";
import { routerFor } from "./router";
import { healthPaths, type Method } from "./routes";

type HealthPath = (typeof healthPaths)[number];

function handlers(readiness: Readiness): Record<HealthPath, RequestHandler> {
  return {
    // Asks nothing of a database or another service: a shared dependency that fails must not take out all tasks.
    // While draining it fails too, for a task may be stopped without having been deregistered (StopTask, Spot).
    "/healthcheck": (_request, response) => {
      const draining = readiness.state === "draining";
      response
        .status(draining ? 503 : 200)
        .type("text")
        .send(draining ? "Draining" : "Healthcheck Path !");
    },
    "/health/live": (_request, response) => {
      response.json({ status: "live" });
    },
    "/health/ready": (_request, response) => {
      response.status(readiness.state === "ready" ? 200 : 503).json({ status: readiness.state });
    },
  };
}

/** The health routes; answers are never cached. */
export function healthRouter(readiness: Readiness): Router {
  const answers = handlers(readiness);
  const routes = healthPaths.map((path) => ({ path, methods: ["GET"] as const satisfies readonly Method[] }));
  return routerFor(routes, ({ path }) => (request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    return answers[path](request, response, next);
  });
}
