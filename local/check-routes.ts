import { request } from "node:http";
import type { FixedResponseActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { messageOf } from "../tools/failure";
import { type Route, type ServedListener, urlOf } from "./routes";

/** A path that belongs to nobody. */
const UNKNOWN_PATH = "/no-such-path";

const ANSWER_BOUND_MS = 10_000;

const METHOD_NOT_ALLOWED = 405;

export interface Check {
  readonly url: string;
  readonly expected: string;
  /** What came instead, or `undefined` where it was right. */
  readonly fault: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly server: string | undefined;
  readonly body: string;
}

/** A path that a service is known to answer well: that of its health checks. */
export type PageOf = (service: string) => string | undefined;

/** Asks every route of a listener, a path below each, and a path that belongs to nobody. Only GET requests. */
export async function checkRoutes(
  served: ServedListener,
  routes: readonly Route[],
  pageOf: PageOf = () => undefined,
): Promise<readonly Check[]> {
  return Promise.all([...routes.flatMap((route) => checksOf(route, pageOf)), checkUnknownPath(served)]);
}

function checksOf(route: Route, pageOf: PageOf): readonly Promise<Check>[] {
  return [checkService(route, pageOf), ...(route.hasSubPaths ? [checkSubPath(route)] : [])];
}

/**
 * A labelled route shows its label; of any other route it is only known that the service itself answers well: where it has a
 * page below, that one, for a route need not be a page itself.
 */
function checkService({ url, host, path, service }: Route, pageOf: PageOf): Promise<Check> {
  const variables = service.taskDefinition.containerDefinitions?.flatMap(({ environment = [] }) => environment) ?? [];
  const label = variables.find(({ name }) => name === labelVariable(path))?.value;
  if (label === undefined) {
    const page = pageOf(service.name);
    const asked = page?.startsWith(`${path}/`) ? url + page.slice(path.length) : url;
    return check(asked, host, `an answer of ${service.name}`, isWellAnswered);
  }
  return check(url, host, `200 from ${service.name} (${label})`, ({ status, body }) => {
    const about = readJson(body);
    return status === 200 && about?.application === service.name && about.service === label;
  });
}

/** A route may be for other methods than GET only. */
const isWellAnswered = (answer: Answer) =>
  (answer.status < 400 || answer.status === METHOD_NOT_ALLOWED) && isOfService(answer);

/** The load balancer says who it is where it answers by itself. */
const isOfService = ({ status, server }: Answer) => status < 500 && !server?.startsWith("awselb");

/** What is below a route is the service's to answer, even if it has nothing there. */
function checkSubPath({ url, host, service }: Route): Promise<Check> {
  return check(`${url}/below`, host, `an answer of ${service.name}`, isOfService);
}

function checkUnknownPath(served: ServedListener): Promise<Check> {
  const { Actions = [] } = served.listener.rules.find(({ IsDefault }) => IsDefault) ?? {};
  const fixed = Actions.at(-1)?.FixedResponseConfig;
  const url = urlOf(served) + UNKNOWN_PATH;
  if (!fixed) return check(url, undefined, "an answer of the default target", isOfService);
  return check(url, undefined, `the default action: ${inWords(fixed)}`, ({ status, body }) => {
    return String(status) === fixed.StatusCode && body === (fixed.MessageBody ?? "");
  });
}

function inWords({ StatusCode, MessageBody = "" }: FixedResponseActionConfig): string {
  return `${StatusCode} ${JSON.stringify(MessageBody)}`;
}

/** `/medical` shows the label in MEDICAL_SERVICE. */
function labelVariable(path: string): string {
  return `${path.split("/").at(-1)?.toUpperCase()}_SERVICE`;
}

async function check(
  url: string,
  host: string | undefined,
  expected: string,
  isRight: (answer: Answer) => boolean,
): Promise<Check> {
  try {
    const answer = await get(url, host);
    const fault = isRight(answer) ? undefined : `${answer.status} ${answer.body.slice(0, 200)}`;
    return { url, expected, fault };
  } catch (error) {
    return { url, expected, fault: messageOf(error) };
  }
}

function get(url: string, host: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { accept: "application/json", ...(host && { host }) };
    const signal = AbortSignal.timeout(ANSWER_BOUND_MS);
    const asked = request(url, { headers, signal, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, server: response.headers.server?.toString(), body }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

function readJson(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
