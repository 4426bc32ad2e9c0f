import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { deploymentUnit } from "../../../config/deployment-unit";
import { domainOf } from "../../../config/domain";
import { loadBalancerOf } from "../../../config/load-balancer-number";
import { loadBalancerNames } from "../../../config/names";
import type { Service } from "../../../config/service";
import { Failure, messageOf } from "../../../tools/failure";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
import { Unsuccessful } from "../unsuccessful";
import { requireTag } from "./next-revision";
import { judgeTargets } from "./smoke-targets";

export interface SmokeOptions {
  readonly imageTag: string;
  /** Where the service is served. @default SMOKE_URL, else the environment's public name, else the load balancer's */
  readonly url?: string | undefined;
}

/** Times that each path is asked for: more than one, so that more than one task answers. */
const TIMES = 4;

const ANSWER_BOUND_MS = 10_000;

/**
 * Asks every public path of the service as a client would. Each has to answer with 200, and with the version that was
 * released where it tells one. Where none tells one, it is looked whether the service runs the released tag, for a later
 * release may have replaced it by now. Where `routes.sourceCidrs` does not let this machine in, the load balancer's targets
 * are judged instead.
 *
 * @throws Failure with status 1 that names every path that does not
 */
export async function smoke(context: Context, options: SmokeOptions): Promise<void> {
  const { lifetime, output, service } = context;
  requireTag(options.imageTag);
  const url = options.url ?? context.variables.SMOKE_URL ?? (await lifetime.until(publicUrl(context)));
  requireUrl(url);
  const paths = pathsOf(service);
  const asked = paths.flatMap((path) => Array.from({ length: TIMES }, () => new URL(path, url)));
  const answers = await lifetime.until(Promise.all(asked.map((one) => ask(one, options.imageTag))));
  const isShutOut = answers.some(({ status }) => status === 404 && service.routes.sourceCidrs.length > 0);
  const told = answers.filter(({ status }) => !(isShutOut && status === 404)).flatMap(({ fault }) => fault ?? []);
  const isUnversioned = told.length === 0 && answers.every(({ version }) => version === undefined);
  if (isShutOut) warnOfJudging(context);
  const ofTargets = isShutOut || isUnversioned ? await lifetime.until(judgeTargets(context, options.imageTag)) : [];
  const faults = [...new Set([...told, ...ofTargets])];
  const result = { service: service.name, url, paths, faults, ...(isShutOut && { judgedBy: "targets" }) };
  if (faults.length > 0) {
    const message = `${service.name} does not answer as it should:\n  ${faults.join("\n  ")}`;
    throw new Unsuccessful(message, EXIT.failed, { outcome: "failed", ...result });
  }
  output.result(result);
  const what = isShutOut ? "has healthy targets" : `answers at ${paths.join(", ")}`;
  output.terminal.done(`${service.name} ${what}`, `${url}, version ${options.imageTag}`);
}

/** A path below which the health check lies stands for many, and need not have a page of its own. */
function pathsOf({ routes, healthCheck }: Service): readonly string[] {
  if (routes.default) return ["/"];
  return routes.paths.map((path) => (healthCheck.path.startsWith(`${path}/`) ? healthCheck.path : path));
}

/** What no rule lets through is answered by the service that gets all the rest: by its 404 page. */
function warnOfJudging({ output, service }: Context): void {
  output.terminal.warn(
    `404, which everybody gets whom routes.sourceCidrs of ${service.name} does not let in (it lets in ` +
      `${service.routes.sourceCidrs.join(", ")}): this machine seems to be none of them, so its targets are judged instead`,
  );
}

/** An answer: HTTP status, 0 where there was none, the version where it tells one, and what is wrong with it. */
interface Answer {
  readonly status: number;
  readonly version: string | undefined;
  readonly fault: string | undefined;
}

async function ask(url: URL, version: string): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(ANSWER_BOUND_MS),
    });
    const { status } = answer;
    const told = versionIn(await answer.text());
    if (status !== 200) return { status, version: told, fault: `${url} answers with ${status}` };
    const isRight = told === undefined || told === version;
    const fault = isRight ? undefined : `${url} is answered by version ${told}, not ${version}`;
    return { status, version: told, fault };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: 0, version: undefined, fault: `${url} does not answer: ${messageOf(cause)}` };
  }
}

function versionIn(body: string): string | undefined {
  try {
    const { version } = JSON.parse(body);
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

async function publicUrl({ aws, environment, service }: Context): Promise<string> {
  const unit = deploymentUnit(service);
  const number = loadBalancerOf(service);
  const domain = domainOf(environment, unit, number);
  if (domain !== undefined) return `${environment.dns?.tls ? "https" : "http"}://${domain}`;
  const elb = aws.client(ElasticLoadBalancingV2Client);
  const { loadBalancer } = loadBalancerNames(unit, environment.name, number);
  const { LoadBalancers: [found] = [] } = await aws.call("elasticloadbalancing:DescribeLoadBalancers", () =>
    elb.send(new DescribeLoadBalancersCommand({ Names: [loadBalancer] })),
  );
  return `http://${found?.DNSName}`;
}

function requireUrl(url: string): void {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return;
  throw new Failure(
    `the address to ask is "${url}"; give one such as https://app.example.com by --url or SMOKE_URL`,
    EXIT.usage,
  );
}
