import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Router } from "express";
import { createApp } from "../src/app";
import { createExpressServer } from "../src/express-server";
import { createLogger } from "../src/logging";
import type { Readiness } from "../src/readiness";
import type { Site } from "../src/site";
import type { TokenGuard } from "../src/token/token-guard";
import type { LogLine } from "./run-service";

/** An app on a free port of loopback, in this process. */
export interface ServedApp {
  readonly url: string;
  readonly server: Server;
  /** What the app logged so far, at level `debug` and above. */
  readonly lines: readonly LogLine[];
  readonly readiness: Readiness;
  close(): Promise<void>;
}

/**
 * Serves a router as a service would, with the log in memory.
 *
 * @param site what its pages look like, or `api`
 * @param guard who may ask. @default - anybody
 */
export async function serveApp(router: Router, site?: Site | "api", guard?: TokenGuard): Promise<ServedApp> {
  const lines: LogLine[] = [];
  const logger = createLogger({ service: "app", environment: "local", version: "1.2.3" }, "debug", {
    write: (text) => lines.push(JSON.parse(text)),
  });
  const readiness: Readiness = { state: "ready" };
  const app = createApp({ logger, readiness, router, ...(site && { site }), ...(guard && { guard }) });
  const server = createExpressServer(app);
  // An idle connection must not be closed in the moment in which a test asks again over it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, server, lines, readiness, close };
}
