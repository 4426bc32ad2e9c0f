import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { ConnectionDrain } from "./drain";
import type { Readiness } from "./readiness";

/** Something to finish or to close after the last request: a queue, a connection pool. */
export interface ShutdownHook {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** What {@link runServer} runs, and how it ends. */
export interface LifecycleOptions {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly readiness: Readiness;
  /** The container's stop timeout: SIGKILL comes this long after SIGTERM. */
  readonly stopTimeoutSeconds: number;
  /** How long to go on serving after readiness went down, so that callers who find tasks by DNS look elsewhere first. */
  readonly delaySeconds: number;
  /** Run in this order after the last request. */
  readonly hooks: readonly ShutdownHook[];
}

const RESERVE_SECONDS = 5;
const LAST_MOMENT_SECONDS = 1;

/** When the parts of a shutdown must have ended, in milliseconds from the signal. */
export interface ShutdownBudget {
  readonly connectionsMilliseconds: number;
  readonly hooksMilliseconds: number;
}

/**
 * Divides the stop timeout: connections get all but 5 s, hooks all but the last second.
 * A stop timeout under 10 s is divided in the same proportion of its half.
 */
export function shutdownBudget(stopTimeoutSeconds: number): ShutdownBudget {
  const reserveSeconds = Math.min(RESERVE_SECONDS, stopTimeoutSeconds / 2);
  const lastSeconds = (LAST_MOMENT_SECONDS / RESERVE_SECONDS) * reserveSeconds;
  return {
    connectionsMilliseconds: (stopTimeoutSeconds - reserveSeconds) * 1000,
    hooksMilliseconds: (stopTimeoutSeconds - lastSeconds) * 1000,
  };
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === "EADDRINUSE") {
    return `port ${port} on ${host} is already in use: stop the process that has it, or set PORT to a free port`;
  }
  if (error.code === "EACCES") {
    return `port ${port} on ${host} is not allowed to this user: set PORT to 1024 or above`;
  }
  return `cannot listen on ${host} port ${port}: ${error.message}`;
}

async function runHooks(hooks: readonly ShutdownHook[], logger: Logger): Promise<boolean> {
  let allWell = true;
  for (const hook of hooks) {
    try {
      await hook.run();
    } catch (error) {
      allWell = false;
      logger.error({ err: error, hook: hook.name }, "shutdown hook failed");
    }
  }
  return allWell;
}

/** Readiness down, delay, connections, hooks; true when everything ended in time and without a fault. */
async function shutDown(options: LifecycleOptions, drain: ConnectionDrain): Promise<boolean> {
  const { logger, readiness, hooks } = options;
  const startedAt = performance.now();
  const budget = shutdownBudget(options.stopTimeoutSeconds);
  const left = (milliseconds: number) => Math.max(0, startedAt + milliseconds - performance.now());

  readiness.state = "draining";
  drain.begin();
  if (options.delaySeconds > 0) await sleep(Math.min(options.delaySeconds * 1000, budget.connectionsMilliseconds));

  const finished = await drain.close(left(budget.connectionsMilliseconds));
  if (!finished) logger.error("requests were still in flight at the deadline: their connections were closed");

  // The timer also keeps the process: with nothing else to wait for, Node would end it with status 0 under a hanging hook.
  const lateness = sleep(left(budget.hooksMilliseconds), "late" as const);
  const ended = await Promise.race([runHooks(hooks, logger), lateness]);
  if (ended === "late") logger.error("shutdown hooks were still running at the deadline");
  return finished && ended === true;
}

/**
 * Listens, and from then on owns the end of the process.
 *
 * SIGTERM or SIGINT: readiness 503, the delay if any, `Connection: close` and a sweep of idle connections, requests in
 * flight finish, hooks in order, log flushed, exit status 0. Status 1 when the deadline came first, when a second signal
 * came, when a hook failed, or when an uncaught fault started the shutdown. A port that can't be had: status 1 at once.
 * Source: Amazon ECS, "Load balancer connection draining"; AWS blog "Graceful shutdowns with ECS".
 */
export function runServer(options: LifecycleOptions): void {
  const { server, host, port, logger, readiness } = options;
  const drain = new ConnectionDrain(server);
  let stopping = false;
  let status = 0;

  const exit = (code: number) => logger.flush(() => process.exit(code));

  const stop = async (reason: string) => {
    stopping = true;
    logger.info({ reason }, "shutting down");
    if (!(await shutDown(options, drain))) status = 1;
    logger.info({ status }, "stopped");
    exit(status);
  };

  const onSignal = (signal: NodeJS.Signals) => {
    if (!stopping) {
      void stop(signal);
      return;
    }
    logger.error({ signal }, "second signal: stopped without waiting");
    exit(1);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);

  const onFault = (kind: string) => (error: unknown) => {
    logger.fatal({ err: error }, kind);
    status = 1;
    if (!stopping) void stop(kind);
  };
  process.on("uncaughtException", onFault("uncaught exception"));
  process.on("unhandledRejection", onFault("unhandled rejection"));

  const onListenFault = (error: NodeJS.ErrnoException) => {
    logger.fatal(listenFault(error, host, port));
    exit(1);
  };
  server.once("error", onListenFault);
  server.listen(port, host, () => {
    server.off("error", onListenFault);
    // A signal may have come before the socket was ready.
    if (!stopping) readiness.state = "ready";
    const { address, port: actualPort } = server.address() as AddressInfo;
    logger.info({ address, port: actualPort }, "listening");
  });
}
