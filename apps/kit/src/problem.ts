import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import { html } from "./html";
import { facts, page } from "./page";
import { currentRequest } from "./request-context";
import type { ErrorFacts, Site } from "./site";

/** An answer other than success that the client may read about. */
export class Problem extends Error {
  override readonly name = "Problem";

  /**
   * @param status HTTP status code
   * @param detail what went wrong, for the client: no internals
   * @param headers of the answer, such as `Retry-After`
   * @param members more members of the problem details, such as `errors`
   */
  constructor(
    readonly status: number,
    readonly detail?: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail ?? STATUS_CODES[status] ?? "");
  }
}

/** Express and its body parsers raise errors with a status; `expose` says whether the message is for the client. */
interface HttpError extends Error {
  readonly status?: unknown;
  readonly expose?: unknown;
  readonly type?: unknown;
}

/** body-parser's error about a body that is no JSON quotes it, and has all of it as a property: it would be in the log. */
function withoutBody(error: unknown): unknown {
  const { type } = error instanceof Error ? (error as HttpError) : {};
  return type === "entity.parse.failed" ? new Problem(400, "the body is not valid JSON") : error;
}

/** What the client may know of an error: its own faults in words, of ours no more than that there was one. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status, expose, message } = error instanceof Error ? (error as HttpError) : {};
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new Problem(status, expose === true ? message : undefined);
  }
  return new Problem(500, "the service could not answer; the fault is in its log under the request id");
}

const PROBLEM_JSON = "application/problem+json";

function wantsJson(request: Request): boolean {
  const preferred = request.accepts(["html", "json", PROBLEM_JSON]);
  return preferred === "json" || preferred === PROBLEM_JSON;
}

function plainErrorPage({ status, title, detail, requestId }: ErrorFacts): string {
  const text = detail ? html`<p>${detail}</p>` : undefined;
  return page(`${status} ${title}`, html`${text}${facts([["Request id", requestId]])}`);
}

/**
 * Answers an error: problem details (RFC 9457) to a client that asks for JSON, an HTML page to others. What happened goes
 * to the log, never a stack trace to the client.
 *
 * @param site whose page it is; `api`: problem details for all. @default a page without a look of its own
 */
export function createErrorHandler(site?: Site | "api"): ErrorRequestHandler {
  const { errorPage } = site === undefined || site === "api" ? { errorPage: plainErrorPage } : site;
  return (raised, request, response, next) => {
    const error = withoutBody(raised);
    const context = currentRequest();
    if (context) context.fault = error instanceof Error ? error : new Error(String(error));
    // Half an answer is out: Express ends the connection, so that the client sees it was cut.
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, detail, headers, members } = problemOf(error);
    const about = { status, title: STATUS_CODES[status] ?? "Error", detail, requestId: context?.requestId ?? "" };
    response.status(status).set(headers).setHeader("Cache-Control", "no-store");
    if (site !== "api") response.vary("Accept");
    if (site === "api" || wantsJson(request)) {
      const instance = request.originalUrl.split("?")[0];
      response.type(PROBLEM_JSON).send(JSON.stringify({ type: "about:blank", ...about, instance, ...members }));
      return;
    }
    response.type("html").send(errorPage(about));
  };
}

/** Ends the chain of routes: nothing of this service has the path. */
export const notFound: RequestHandler = (request) => {
  throw new Problem(404, `this service has no page ${request.path}`);
};
