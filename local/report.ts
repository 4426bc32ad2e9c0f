import { relative } from "node:path";
import type { Terminal } from "../tools/terminal/terminal";
import type { Check } from "./check";
import { type Route, type ServedListener, urlOf } from "./routes";

/** Prints what can be opened, and where. */
export function printRoutes(terminal: Terminal, served: ServedListener, routes: readonly Route[]): void {
  const { loadBalancer, listener } = served;
  const tls = listener.protocol === "HTTPS" ? ", without TLS" : "";
  const reach = loadBalancer.internal ? ", internal: on AWS only its VPC reaches it" : "";
  terminal.line();
  terminal.line(
    `${terminal.style("bold", loadBalancer.name)}, listener ${listener.protocol} ${listener.port}: ${urlOf(served)}${tls}${reach}`,
  );
  const rows = routes.map(({ path, url, host, service: { name, launchType, service } }) => [
    `GET ${path}`,
    host ? `${url} (Host: ${host})` : url,
    name,
    launchType,
    `${service.runningCount}/${service.desiredCount}`,
  ]);
  terminal.table(["route", "URL", "service", "launch type", "tasks"], rows);
  for (const alias of loadBalancer.aliases) terminal.line(`  in Route 53: ${alias}`);
}

/** What there is to look around with. */
export interface NextSteps {
  /** File of variables for another shell. */
  readonly variables: string;
  /** Folder of the run. */
  readonly run: string;
  /** Address of the status page. */
  readonly statusPage: string | undefined;
}

/** Prints how to look around in what runs. */
export function printNextSteps(terminal: Terminal, root: string, { variables, run, statusPage }: NextSteps): void {
  const file = relative(root, variables);
  terminal.line();
  if (statusPage) terminal.line(`  see and try it all in a browser: ${terminal.style("bold", statusPage)}`);
  terminal.line(
    `  in another terminal: ${terminal.style("bold", `. ${file}`)}, then aws ..., npx cdktf diff jenkins-ecs, ...`,
  );
  terminal.line(
    `  or: ${terminal.style("bold", "npm run local -- status")} (logs, scale, scaling, load, kill, push, release, reset, inbox, token, user, pipeline: --help)`,
  );
  terminal.line(`  logs: ${relative(root, run)}/logs`);
  terminal.line();
  terminal.line("Ctrl-C stops everything.");
}

/** Prints the result of each check, and gives whether all are right. */
export function printChecks(terminal: Terminal, checks: readonly Check[]): boolean {
  terminal.line();
  const rows = checks.map(({ method, url, expected, fault }) => [
    fault === undefined ? terminal.style("green", "ok") : terminal.style("red", "wrong"),
    `${method} ${url}`,
    fault === undefined ? expected : `${fault}; expected: ${expected}`,
  ]);
  terminal.table(["result", "request", "answer"], rows);
  const wrong = checks.filter(({ fault }) => fault !== undefined).length;
  terminal.line();
  terminal.line(
    wrong === 0 ? `all ${checks.length} answers are right` : `${wrong} of ${checks.length} answers are wrong`,
  );
  return wrong === 0;
}
