import type { Terminal } from "../tools/terminal/terminal";
import type { RunningService } from "./cloud/services";
import type { ViewApi, ViewRoute } from "./cloud/view";
import type { ServedApi, ServedGateway, ServedSignIn } from "./gateway/gateways";
import { routeKey } from "./gateway/routes";

/** What is printed of an API: what of it is served here, and the services behind it. */
export interface ApiReport {
  readonly served: ServedApi;
  /** The sign-in pages whose tokens the API takes. */
  readonly signIns: readonly ServedSignIn[];
  readonly services: readonly RunningService[];
}

/** What there is to be told of each API, in the order in which they are served. */
export function apiReports(
  gateways: readonly ServedGateway[],
  services: readonly RunningService[],
): readonly ApiReport[] {
  const allSignIns = gateways.filter((one) => one.type === "sign-in");
  return gateways
    .filter((one) => one.type === "api")
    .map((served) => ({
      served,
      signIns: allSignIns.filter(({ signIn }) => isIssuerOf(served.api, signIn.pool)),
      services,
    }));
}

function isIssuerOf({ authorizers }: ViewApi, pool: string): boolean {
  return authorizers.some(({ issuer }) => issuer.endsWith(`/${pool}`));
}

/** Prints the routes of an API, what a token has to hold for each, and how to get one. */
export function printApi(terminal: Terminal, { served, signIns, services }: ApiReport): void {
  const { api, url } = served;
  terminal.line();
  terminal.line(`${terminal.style("bold", api.name)}, ${api.kind} API: ${url}`);
  const routes = api.routes.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const rows = routes.map((route) => [routeKey(route), scopeOf(route), ...serviceOf(route, services)]);
  terminal.table(["route", "scope", "service", "tasks"], rows);
  for (const host of api.hosts.filter((name) => !/\.execute-api\./.test(name))) terminal.line(`  in Route 53: ${host}`);
  for (const { name, url: pages } of signIns) {
    terminal.line(`  sign-in pages: ${pages} (${name}); a user: npm run local -- user EMAIL`);
    terminal.line(`  with a token: ${terminal.style("bold", commandFor(url, routes))}`);
  }
}

function orderOf({ path, method }: ViewRoute): string {
  return `${path} ${method}`;
}

function scopeOf({ authorizer, scopes }: ViewRoute): string {
  if (authorizer === undefined) return "open to anybody";
  return scopes.join(", ") || "any token";
}

/** The service whose scope it is, for a scope begins with the service's name. */
function serviceOf({ scopes }: ViewRoute, services: readonly RunningService[]): readonly string[] {
  const names = scopes.map((scope) => scope.split("/")[0]);
  const found = services.find(({ name }) => names.includes(name));
  return found ? [found.name, `${found.service.runningCount}/${found.service.desiredCount}`] : [];
}

/** A command that can be run as it is: of a route that takes GET and wants nothing filled in, where there is one. */
function commandFor(url: string, routes: readonly ViewRoute[]): string {
  const route = routes.find(({ method, path }) => method === "GET" && !/[{$]/.test(path));
  return `curl -H "Authorization: Bearer $(npm run --silent local -- token)" ${url}${route?.path ?? "/..."}`;
}
