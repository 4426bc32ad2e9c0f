import type { FixedResponseActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { apiVariables } from "../config/exposure";
import { type Answer, type Check, check, readJson } from "./check";
import type { RunningService } from "./cloud/services";
import { pageUrl, type Route, type ServedListener, urlOf } from "./routes";

/** A path that belongs to nobody. */
const UNKNOWN_PATH = "/no-such-path";

const METHOD_NOT_ALLOWED = 405;

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
 * page below, that one, for a route need not be a page itself. A service of the API answers nobody who has no token.
 */
function checkService(route: Route, pageOf: PageOf): Promise<Check> {
  const { url, host, path, service } = route;
  const scopes = variableOf(service, apiVariables.routeScopes);
  if (scopes !== undefined) return checkRefusal(route, scopes);
  const label = variableOf(service, labelVariable(path));
  if (label === undefined) {
    const asked = pageUrl(route, pageOf(service.name));
    return check({ url: asked, host, expected: `an answer of ${service.name}`, isRight: isWellAnswered });
  }
  const isRight = ({ status, body }: Answer) => {
    const about = readJson(body);
    return status === 200 && about?.application === service.name && about.service === label;
  };
  return check({ url, host, expected: `200 from ${service.name} (${label})`, isRight });
}

/**
 * Whoever goes round the gateway meets the service's own check. What no scope is for, it does not have.
 *
 * @param scopes JSON of the scopes by route, `GET /finance`
 */
function checkRefusal({ url, host, path, service }: Route, scopes: string): Promise<Check> {
  const expected = Object.hasOwn(JSON.parse(scopes), `GET ${path}`) ? 401 : 404;
  return check({
    url,
    host,
    expected: `${expected} from ${service.name}: no token`,
    isRight: (answer) => answer.status === expected && isOfService(answer),
  });
}

function variableOf({ taskDefinition }: RunningService, wanted: string): string | undefined {
  const variables = taskDefinition.containerDefinitions?.flatMap(({ environment = [] }) => environment) ?? [];
  return variables.find(({ name }) => name === wanted)?.value;
}

/** A route may be for other methods than GET only. */
const isWellAnswered = (answer: Answer) =>
  (answer.status < 400 || answer.status === METHOD_NOT_ALLOWED) && isOfService(answer);

/** The load balancer says who it is where it answers by itself. */
const isOfService = ({ status, headers }: Answer) => status < 500 && !headers.server?.toString().startsWith("awselb");

/** What is below a route is the service's to answer, even if it has nothing there. */
function checkSubPath({ url, host, service }: Route): Promise<Check> {
  return check({ url: `${url}/below`, host, expected: `an answer of ${service.name}`, isRight: isOfService });
}

function checkUnknownPath(served: ServedListener): Promise<Check> {
  const { Actions = [] } = served.listener.rules.find(({ IsDefault }) => IsDefault) ?? {};
  const fixed = Actions.at(-1)?.FixedResponseConfig;
  const url = urlOf(served) + UNKNOWN_PATH;
  if (!fixed) return check({ url, expected: "an answer of the default target", isRight: isOfService });
  return check({
    url,
    expected: `the default action: ${inWords(fixed)}`,
    isRight: ({ status, body }) => String(status) === fixed.StatusCode && body === (fixed.MessageBody ?? ""),
  });
}

function inWords({ StatusCode, MessageBody = "" }: FixedResponseActionConfig): string {
  return `${StatusCode} ${JSON.stringify(MessageBody)}`;
}

/** `/medical` shows the label in MEDICAL_SERVICE. */
function labelVariable(path: string): string {
  return `${path.split("/").at(-1)?.toUpperCase()}_SERVICE`;
}
