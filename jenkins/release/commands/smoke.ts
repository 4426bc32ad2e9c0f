import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { systemNames } from "../../../config/names";
import { Failure, messageOf } from "../../../tools/failure";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
import { Unsuccessful } from "../unsuccessful";
import { requireTag } from "./next-revision";

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
 * released where it tells one.
 *
 * @throws Failure with status 1 that names every path that does not
 */
export async function smoke(context: Context, options: SmokeOptions): Promise<void> {
  const { lifetime, output, service } = context;
  requireTag(options.imageTag);
  const url = options.url ?? context.variables.SMOKE_URL ?? (await lifetime.until(publicUrl(context)));
  requireUrl(url);
  const asked = service.routes.paths.flatMap((path) => Array.from({ length: TIMES }, () => path));
  const answers = await lifetime.until(Promise.all(asked.map((path) => ask(new URL(path, url), options.imageTag))));
  const faults = [...new Set(answers.flatMap((fault) => fault ?? []))];
  const result = { service: service.name, url, paths: service.routes.paths, faults };
  if (faults.length > 0) {
    const message = `${service.name} does not answer as it should:\n  ${faults.join("\n  ")}`;
    throw new Unsuccessful(message, EXIT.failed, { outcome: "failed", ...result });
  }
  output.result(result);
  output.terminal.done(
    `${service.name} answers at ${service.routes.paths.join(", ")}`,
    `${url}, version ${options.imageTag}`,
  );
}

/** What is wrong with an answer; nothing where it is right. */
async function ask(url: URL, version: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(ANSWER_BOUND_MS),
    });
    if (answer.status !== 200) return `${url} answers with ${answer.status}`;
    const told = versionIn(await answer.text());
    return told === undefined || told === version ? undefined : `${url} is answered by version ${told}, not ${version}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `${url} does not answer: ${messageOf(cause)}`;
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
  const { dns } = environment;
  if (dns) return `${dns.tls ? "https" : "http"}://${dns.recordName}.${dns.hostedZone}`;
  const elb = aws.client(ElasticLoadBalancingV2Client);
  const { loadBalancer } = systemNames(service.system, environment.name);
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
