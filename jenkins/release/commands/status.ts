import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { describeRevision, type Revision } from "../aws/revisions";
import { readService, readTasks, revisionOf } from "../aws/services";
import type { Context } from "../context";
import type { PastDeployment, Table } from "../deployment/deployer";
import { deployerOf } from "../deployment/deployer-of";
import { imageOf } from "../task-definition/image-of";
import { provenanceIn } from "../task-definition/provenance";
import { timeOf } from "../time-of";

const DEPLOYMENTS_SHOWN = 5;
const EVENTS_SHOWN = 5;

/** Tells what runs, since when, who released it, and how the last deployments went. Changes nothing. */
export async function status(context: Context): Promise<void> {
  const { aws, place, howToDeploy, lifetime, output } = context;
  const service = await lifetime.until(readService(aws, place, howToDeploy));
  const deployer = deployerOf(context);
  const [revision, deployments, tables, tasks] = await lifetime.until(
    Promise.all([
      describeRevision(aws, revisionOf(service)),
      deployer.history(DEPLOYMENTS_SHOWN),
      deployer.tables(service),
      readTasks(aws, { cluster: place.cluster, serviceName: place.service, desiredStatus: "RUNNING" }),
    ]),
  );
  const known = { service, revision, deployments, tables, tasks };
  print(context, known);
  output.result(toDocument(context, known));
}

interface Known {
  readonly service: Service;
  readonly revision: Revision;
  readonly deployments: readonly PastDeployment[];
  readonly tables: readonly Table[];
  readonly tasks: Awaited<ReturnType<typeof readTasks>>;
}

function print({ output, place, names }: Context, { service, revision, deployments, tables, tasks }: Known): void {
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
    deployments.map(({ revision: deployed, status: state, begun, ended, reason }) => [
      lastPart(deployed),
      state,
      timeOf(begun),
      timeOf(ended),
      reason,
    ]),
  );
  for (const { columns, rows } of tables) {
    terminal.line();
    terminal.table(columns, rows);
  }
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

function toDocument({ place, names }: Context, { service, revision, deployments, tables, tasks }: Known): object {
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
    deployments: deployments.map(({ revision: deployed, status: state, reason, begun, ended }) => ({
      revision: lastPart(deployed),
      status: state,
      ...(reason && { statusReason: reason }),
      createdAt: begun,
      finishedAt: ended,
    })),
    ...Object.fromEntries(tables.map(({ key, content }) => [key, content])),
    tasks: tasks.map(({ taskArn, taskDefinitionArn, lastStatus, healthStatus, startedAt }) => ({
      taskArn,
      revision: lastPart(taskDefinitionArn),
      lastStatus,
      healthStatus,
      startedAt,
    })),
  };
}
