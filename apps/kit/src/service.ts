import type { Router } from "express";
import type { Logger } from "pino";
import { createApp } from "./app";
import { EnvironmentError, type EnvironmentSchema, readEnvironment, type TaskEnvironment } from "./environment";
import { createExpressServer } from "./express-server";
import { setTimeouts } from "./keep-alive";
import { runServer, type ShutdownHook } from "./lifecycle";
import { createLogger } from "./logging";
import type { Readiness } from "./readiness";
import { version } from "./version";

/** What a service consists of besides what all share. */
export interface ServiceParts {
  readonly router: Router;
  /** Run in order after the last request. @default - nothing */
  readonly hooks?: readonly ShutdownHook[];
}

/** A service: its environment, and how it is made from it. */
export interface ServiceDefinition<Values extends TaskEnvironment> {
  readonly environment: EnvironmentSchema<Values>;
  readonly create: (environment: Values, logger: Logger) => ServiceParts;
}

const STATUS_OF_USAGE_FAULT = 2;

function environmentOrExit<Values extends TaskEnvironment>(schema: EnvironmentSchema<Values>): Values {
  try {
    return readEnvironment(schema, process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(STATUS_OF_USAGE_FAULT);
  }
}

/** Runs a service until a signal ends it; the entry point of an app. A wrong environment: all faults on stderr, status 2. */
export function startService<Values extends TaskEnvironment>(definition: ServiceDefinition<Values>): void {
  const environment = environmentOrExit(definition.environment);
  const logger = createLogger(
    { service: environment.SERVICE_NAME, environment: environment.ENVIRONMENT, version },
    environment.LOG_LEVEL,
  );
  const { router, hooks = [] } = definition.create(environment, logger);
  const readiness: Readiness = { state: "starting" };
  const server = createExpressServer(createApp({ logger, readiness, router }));
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
}
