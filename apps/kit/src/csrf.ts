import cookieParser from "cookie-parser";
import { doubleCsrf } from "csrf-csrf";
import type { Request, RequestHandler, Response } from "express";
import * as z from "zod";
import { derivedKey } from "./derived-key";
import { variable } from "./environment";
import { html, type SafeHtml } from "./html";
import { Problem } from "./problem";

const SECRET_CHARACTERS = 32;
const FIELD = "_csrf";

/** The variable of the secret that tokens and messages are signed with; the same for all tasks of a service. */
export const csrfVariables = {
  CSRF_SECRET: variable(z.string().min(SECRET_CHARACTERS), {
    allowed: `at least ${SECRET_CHARACTERS} random characters`,
    mend: '"generatedSecrets" in service.json; the stack sets it from AWS Secrets Manager',
  }),
};

/** What a browser says of where a request comes from; undefined where it says nothing (none of today's, for a form). */
function comesFromItself(request: Request): boolean | undefined {
  // Sent to HTTPS and to localhost only. `none`: the user's own doing, as a reload.
  const site = request.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = request.get("origin");
  return origin === undefined ? undefined : origin === `${request.protocol}://${request.get("host")}`;
}

/** Protects the forms of a service. */
export interface CsrfProtection {
  /** To be used before the routes: reads the cookies, and refuses a form that is not the service's own (403). */
  readonly middleware: readonly RequestHandler[];
  /** The hidden field that each form needs; sets the cookie that belongs to it. */
  field(request: Request, response: Response): SafeHtml;
}

function protection(secret: string, cookieName: string, secure: boolean) {
  return doubleCsrf({
    getSecret: () => derivedKey(secret, "csrf").toString("hex"),
    // There are no sessions. What a session would add, that a token belongs to one browser, the cookie does.
    getSessionIdentifier: () => "none",
    cookieName,
    cookieOptions: { path: "/", secure, httpOnly: true, sameSite: "strict" },
    getCsrfTokenFromRequest: ({ body }) => (Object.hasOwn(body ?? {}, FIELD) ? body[FIELD] : undefined),
  });
}

// cookie-parser makes objects of values that begin with `j:`, and csrf-csrf (4.0.3) fails at what is no text: a 500.
const textCookies: RequestHandler = (request, _response, next) => {
  const cookies: Record<string, unknown> = request.cookies;
  for (const [name, value] of Object.entries(cookies)) if (typeof value !== "string") delete cookies[name];
  next();
};

/**
 * Protects forms by a signed token that has to come with the form and in a cookie, and by what the browser says of where
 * the form is from. Source: OWASP, "Cross-Site Request Forgery Prevention Cheat Sheet".
 *
 * Over HTTPS the cookie is `Secure` and has the prefix `__Host-`, so that no other host and no plain connection can set it;
 * over plain HTTP browsers would refuse that.
 */
export function csrfProtection(secret: string): CsrfProtection {
  const https = protection(secret, "__Host-csrf", true);
  const http = protection(secret, "csrf", false);
  const of = (request: Request) => (request.secure ? https : http);

  const check: RequestHandler = (request, _response, next) => {
    const reads = request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS";
    if (!reads && (comesFromItself(request) === false || !of(request).validateRequest(request))) {
      throw new Problem(
        403,
        "This form is too old, or did not come from this site. Go back, reload the page, and send it again.",
      );
    }
    next();
  };

  return {
    middleware: [cookieParser(), textCookies, check],
    field: (request, response) =>
      html`<input type="hidden" name="${FIELD}" value="${of(request).generateCsrfToken(request, response)}">`,
  };
}
