import express, { type Express, type RequestHandler, type Router } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import { healthRouter } from "./health";
import { STYLESHEET_HASH } from "./page";
import { createErrorHandler, notFound } from "./problem";
import type { Readiness } from "./readiness";
import { requestContext } from "./request-context";
import type { Site } from "./site";
import type { TokenGuard } from "./token/token-guard";

const BODY_LIMIT_BYTES = 100 * 1024;
const HSTS_SECONDS = 180 * 24 * 3600;
/** One proxy is trusted: the load balancer. More would let clients forge their address. */
const PROXY_HOPS = 1;

// Not helmet's defaults: they have `upgrade-insecure-requests`, which breaks a page behind a plain HTTP listener.
function contentSecurityPolicy({ styleSrc, imgSrc }: Readonly<Record<"styleSrc" | "imgSrc", string[]>>) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc,
      imgSrc,
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  };
}

/** The kit's plain pages: one stylesheet in the page, and nothing to fetch. */
const plainPages = helmet({
  contentSecurityPolicy: contentSecurityPolicy({ styleSrc: [STYLESHEET_HASH], imgSrc: ["data:"] }),
  strictTransportSecurity: false,
  xPoweredBy: false,
});

/** The pages of a {@link Site}: stylesheets and pictures of its own; no script and no style within a page. */
const sitePages = helmet({
  contentSecurityPolicy: contentSecurityPolicy({ styleSrc: ["'self'"], imgSrc: ["'self'", "data:"] }),
  // With helmet's `no-referrer` a browser says `Origin: null` even of the site's own forms (Fetch, "append a request
  // `Origin` header"), and nothing would tell them from foreign ones.
  referrerPolicy: { policy: "same-origin" },
  strictTransportSecurity: false,
  xPoweredBy: false,
});

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
  /** What a service of HTML pages looks like; `api` for one that has none. @default - the kit's plain pages */
  readonly site?: Site | "api";
  /** Lets nobody but those with a token to the router. @default - anybody may ask */
  readonly guard?: TokenGuard;
}

/** An Express app with everything all services share around the routes of one. */
export function createApp({ logger, readiness, router, site, guard }: AppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", PROXY_HOPS);
  app.use(requestContext(logger));
  app.use(site && site !== "api" ? sitePages : plainPages, strictTransportSecurity());
  app.use(healthRouter(readiness));
  const json = express.json({ limit: BODY_LIMIT_BYTES });
  // Before the bodies: of those who may not send one none is read.
  app.use(guard ? guard.before(json) : json);
  app.use(express.urlencoded({ extended: false, limit: BODY_LIMIT_BYTES }));
  app.use(guard ? guard.lock(router) : router, notFound, createErrorHandler(site));
  return app;
}
