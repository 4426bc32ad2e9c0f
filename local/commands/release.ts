import { setTimeout as sleep } from "node:timers/promises";
import * as ecs from "@aws-sdk/client-ecs";
import { Failure } from "../../tools/failure";
import { lastPart } from "../cloud/arn";
import { readDeployment, registerWithTag, startDeployment } from "../cloud/revision";
import { readServices } from "../cloud/services";
import { type CommandOptions, type Context, misuse, requireTag, serviceNamed } from "./command";

const POLL_MS = 250;

const BOUND_MS = 10 * 60_000;

/** What tells why a deployment failed, of the service's newest events. */
const EVENTS = 12;
const TELLING = /deployment failed|rolling back|has stopped|unhealthy|unable|CannotPull/;

/** Makes a revision with another image tag, updates the service, and watches its deployment to the end. */
export async function releaseTag(
  context: Context,
  args: readonly string[],
  { tag: given }: CommandOptions,
): Promise<void> {
  const { lifetime, settings, terminal } = context;
  const [name] = args;
  if (!name || args.length > 1) throw misuse("release takes a service, and --tag TAG");
  const tag = requireTag(given);
  const { clusterArn: cluster, service } = serviceNamed(await lifetime.until(readServices(settings)), name);
  const client = new ecs.ECSClient(settings);
  lifetime.onEnd(() => client.destroy());
  const before = service.taskDefinition ?? "";
  const taskDefinition = await lifetime.until(registerWithTag(client, before, tag));
  const started = await lifetime.until(startDeployment(client, { cluster, service: name, taskDefinition }));
  const deployment = await untilFinished(context, client, started, tag);
  if (deployment.status === "SUCCESSFUL") {
    terminal.done(`${name} runs ${lastPart(taskDefinition)}, tag ${tag}`, `before: ${lastPart(before)}`);
    return;
  }
  throw new Failure(await lifetime.until(tellFailure(client, cluster, name, deployment, tag)));
}

async function untilFinished(
  { lifetime, terminal }: Context,
  client: ecs.ECSClient,
  arn: string,
  tag: string,
): Promise<ecs.ServiceDeployment> {
  for (const deadline = Date.now() + BOUND_MS; Date.now() < deadline; await lifetime.until(sleep(POLL_MS))) {
    const deployment = await lifetime.until(readDeployment(client, arn));
    if (deployment.finishedAt) return deployment;
    const { requestedTaskCount = 0, runningTaskCount = 0 } = deployment.targetServiceRevision ?? {};
    const failed = deployment.deploymentCircuitBreaker?.failureCount ?? 0;
    const failures = failed > 0 ? `, ${failed} failed` : "";
    const progress = `${runningTaskCount} of ${requestedTaskCount} tasks with tag ${tag} run${failures}`;
    terminal.progress(`${deployment.status}: ${progress}`);
  }
  throw new Failure(
    `the deployment goes on after ${BOUND_MS / 60_000} minutes; npm run local -- status shows how it does`,
  );
}

/** What became of it, which revision serves now, and why the tasks died. */
async function tellFailure(
  client: ecs.ECSClient,
  cluster: string,
  name: string,
  { status, statusReason }: ecs.ServiceDeployment,
  tag: string,
): Promise<string> {
  const { services: [service] = [] } = await client.send(
    new ecs.DescribeServicesCommand({ cluster, services: [name] }),
  );
  const events = (service?.events ?? []).slice(0, EVENTS).map(({ message = "" }) => message);
  return [
    `the release of ${name}, tag ${tag}, failed (${status}${statusReason ? `: ${statusReason}` : ""})`,
    `${lastPart(service?.taskDefinition)} serves, as before; why, by the service's events, newest first:`,
    ...counted(events.filter((message) => TELLING.test(message)).map(withoutNames)).map((line) => `  ${line}`),
  ].join("\n");
}

/** An event without what tells one task from another. */
function withoutNames(message: string): string {
  return message.replace(/^\(service \S+\) /, "").replace(/\((task|port|deployment|instance) \S+?\)/g, "($1)");
}

/** Each text once, in order, with how often it was there. */
export function counted(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => (count === 1 ? text : `${count} times: ${text}`));
}
