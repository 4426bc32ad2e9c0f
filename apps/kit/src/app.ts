import express, { type Express, type RequestHandler, type Router } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import { healthRouter } from "./health";
import { STYLESHEET_HASH } from "./page";
import { errorHandler, notFound } from "./problem";
import type { Readiness } from "./readiness";
import { requestContext } from "./request-context";

const BODY_LIMIT_BYTES = 100 * 1024;
const HSTS_SECONDS = 180 * 24 * 3600;
/** One proxy is trusted: the load balancer. More would let clients forge their address. */
const PROXY_HOPS = 1;

// Not helmet's defaults: they have `upgrade-insecure-requests`, which breaks a page behind a plain HTTP listener.
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: [STYLESHEET_HASH],
    imgSrc: ["data:"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** Only over HTTPS (the load balancer's `X-Forwarded-Proto`): browsers ignore it elsewhere, and there may be no HTTPS at all. */
function strictTransportSecurity(): RequestHandler {
  const set = helmet.strictTransportSecurity({ maxAge: HSTS_SECONDS, includeSubDomains: false });
  return (request, response, next) => (request.secure ? set(request, response, next) : next());
}

/** What {@link createApp} puts together. */
export interface AppParts {
  readonly logger: Logger;
  readonly readiness: Readiness;
  /** The service's own routes. */
  readonly router: Router;
}

/** An Express app with everything all services share around the routes of one. */
export function createApp({ logger, readiness, router }: AppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", PROXY_HOPS);
  app.use(requestContext(logger));
  app.use(
    helmet({ contentSecurityPolicy, strictTransportSecurity: false, xPoweredBy: false }),
    strictTransportSecurity(),
  );
  app.use(healthRouter(readiness));
  app.use(express.json({ limit: BODY_LIMIT_BYTES }));
  app.use(express.urlencoded({ extended: false, limit: BODY_LIMIT_BYTES }));
  app.use(router, notFound, errorHandler);
  return app;
}
