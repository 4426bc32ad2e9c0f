import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { describeRevision, type Revision } from "../aws/revisions";
import { listServiceDeployments, type ServiceDeployment } from "../aws/service-deployments";
import { readService, readTasks } from "../aws/services";
import type { Context } from "../context";
import { provenanceIn } from "../task-definition/provenance";

const DEPLOYMENTS_SHOWN = 5;
const EVENTS_SHOWN = 5;

/** Tells what runs, since when, who released it, and how the last deployments went. Changes nothing. */
export async function status(context: Context): Promise<void> {
  const { aws, place, howToDeploy, lifetime, output } = context;
  const service = await lifetime.until(readService(aws, place, howToDeploy));
  const [revision, deployments, tasks] = await lifetime.until(
    Promise.all([
      describeRevision(aws, service.taskDefinition ?? ""),
      listServiceDeployments(aws, place, { limit: DEPLOYMENTS_SHOWN }),
      readTasks(aws, { cluster: place.cluster, serviceName: place.service, desiredStatus: "RUNNING" }),
    ]),
  );
  const known = { service, revision, deployments: deployments ?? [], tasks };
  print(context, known);
  output.result(toDocument(context, known));
}

interface Known {
  readonly service: Service;
  readonly revision: Revision;
  readonly deployments: readonly ServiceDeployment[];
  readonly tasks: Awaited<ReturnType<typeof readTasks>>;
}

function print({ output, place, names }: Context, { service, revision, deployments, tasks }: Known): void {
  const { terminal } = output;
  const { build, commit, url } = provenanceIn(revision.tags);
  const image = imageOf(revision, names.container);
  const counts = `${service.runningCount} of ${service.desiredCount} tasks run, ${service.pendingCount} start`;
  terminal.line(`${place.service} in ${place.cluster}: ${counts}`);
  terminal.line(`  revision  ${lastPart(revision.arn)}`);
  terminal.line(`  image     ${image}`);
  terminal.line(`  by        ${revision.registeredBy ?? "unknown"}, ${timeOf(revision.registeredAt)}`);
  if (build ?? commit ?? url) terminal.line(`  build     ${[build, commit, url].filter(Boolean).join(", ")}`);
  terminal.line();
  terminal.table(
    ["deployment of", "status", "begun", "ended", "reason"],
    deployments.map(({ taskDefinition, status = "", createdAt, finishedAt, statusReason = "" }) => [
      lastPart(taskDefinition),
      status,
      timeOf(createdAt),
      timeOf(finishedAt),
      statusReason,
    ]),
  );
  terminal.line();
  terminal.table(
    ["task", "revision", "status", "health", "since"],
    tasks.map(({ taskArn = "", taskDefinitionArn, lastStatus = "", healthStatus = "", startedAt }) => [
      lastPart(taskArn),
      lastPart(taskDefinitionArn),
      lastStatus,
      healthStatus,
      timeOf(startedAt),
    ]),
  );
  terminal.line();
  for (const { createdAt, message } of (service.events ?? []).slice(0, EVENTS_SHOWN)) {
    terminal.line(`  ${timeOf(createdAt)}  ${message}`);
  }
}

function toDocument({ place, names }: Context, { service, revision, deployments, tasks }: Known): object {
  return {
    service: place.service,
    cluster: place.cluster,
    desiredCount: service.desiredCount,
    runningCount: service.runningCount,
    pendingCount: service.pendingCount,
    revision: lastPart(revision.arn),
    image: imageOf(revision, names.container),
    registeredBy: revision.registeredBy,
    registeredAt: revision.registeredAt,
    ...provenanceIn(revision.tags),
    deployments: deployments.map(({ taskDefinition, status: state, statusReason, createdAt, finishedAt }) => ({
      revision: lastPart(taskDefinition),
      status: state,
      statusReason,
      createdAt,
      finishedAt,
    })),
    tasks: tasks.map(({ taskArn, taskDefinitionArn, lastStatus, healthStatus, startedAt }) => ({
      taskArn,
      revision: lastPart(taskDefinitionArn),
      lastStatus,
      healthStatus,
      startedAt,
    })),
  };
}

function imageOf({ taskDefinition }: Revision, container: string): string {
  const { containerDefinitions } = taskDefinition;
  return (containerDefinitions.find(({ name }) => name === container) ?? containerDefinitions[0])?.image ?? "";
}

function timeOf(at?: Date): string {
  return at === undefined ? "" : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
