import type { Router } from "express";
import type { Logger } from "pino";
import { createApp } from "./app";
import { type EnvironmentSchema, environmentOrExit, type TaskEnvironment } from "./environment";
import { createExpressServer } from "./express-server";
import { setTimeouts } from "./keep-alive";
import { runServer, type ShutdownHook } from "./lifecycle";
import { createLogger } from "./logging";
import type { Readiness } from "./readiness";
import type { Site } from "./site";
import { tokenGuard } from "./token/token-guard";
import { version } from "./version";
import { type WarmUp, warmUp } from "./warm-up";

/** What a service consists of besides what all share. */
export interface ServiceParts {
  readonly router: Router;
  /** What a service of HTML pages looks like; `api` for one that has none. @default - the kit's plain pages */
  readonly site?: Site | "api";
  /** Run in order once the service listens: loads what listening does not need, and the first request does. @default - nothing */
  readonly warmUps?: readonly WarmUp[];
  /** Run in order after the last request. @default - nothing */
  readonly hooks?: readonly ShutdownHook[];
}

/** A service: its environment, and how it is made from it. */
export interface ServiceDefinition<Values extends TaskEnvironment> {
  readonly environment: EnvironmentSchema<Values>;
  /** @param readiness for a health check of the service's own ({@link healthStatus}) */
  readonly create: (environment: Values, logger: Logger, readiness: Readiness) => ServiceParts;
}

/** Runs a service until a signal ends it; the entry point of an app. A wrong environment: all faults on stderr, status 2. */
export function startService<Values extends TaskEnvironment>(definition: ServiceDefinition<Values>): void {
  const environment = environmentOrExit(definition.environment);
  const logger = createLogger(
    { service: environment.SERVICE_NAME, environment: environment.ENVIRONMENT, version },
    environment.LOG_LEVEL,
  );
  const readiness: Readiness = { state: "starting" };
  const { router, site, warmUps = [], hooks = [] } = definition.create(environment, logger, readiness);
  const guard = tokenGuard(environment, logger);
  const app = createApp({ logger, readiness, router, ...(site && { site }), ...(guard && { guard }) });
  const server = createExpressServer(app);
  setTimeouts(server, environment.LOAD_BALANCER_IDLE_TIMEOUT_SECONDS);
  runServer({
    server,
    host: environment.HOST,
    port: environment.PORT,
    logger,
    readiness,
    stopTimeoutSeconds: environment.STOP_TIMEOUT_SECONDS,
    delaySeconds: environment.SHUTDOWN_DELAY_SECONDS,
    hooks,
  });
  // After the server's own listener: the log tells that it listens, and then that it is warm.
  server.once("listening", () => void warmUp(warmUps, logger));
}
