import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../../modules/aws/arn";
import { describeServiceDeployments, listServiceDeployments } from "../../aws/service-deployments";
import { readService } from "../../aws/services";
import type { Context } from "../../context";
import type { Look, Verdict } from "../deployer";
import type { Started } from "./start";
import { judge, judgeByDeployments } from "./verdict";

/** What is looked at. */
interface Watched extends Started {
  /** ARN of the revision that is deployed. */
  readonly revision: string;
  /** ARN of the revision that served before. */
  readonly before: string;
}

/** Gives what looks at one deployment of ECS's, how many tasks run and fail, and what has become of it. */
export function looksAt(context: Context, watched: Watched): () => Promise<Look> {
  const { aws, place, howToDeploy } = context;
  const { revision, deployment } = watched;
  let failed = 0;
  return async () => {
    const seen = await readService(aws, place, howToDeploy);
    const verdict = await verdictOf(context, watched, seen);
    // Of what has gone wrong, what serves is told: that is not to be older than the deployment's end.
    const isOver = verdict.state === "failed" || verdict.state === "rolled back";
    const service = isOver ? await readService(aws, place, howToDeploy) : seen;
    const before = failed;
    failed = deploymentOf(service, revision)?.failedTasks ?? before;
    return {
      service,
      verdict,
      step: progressOf(service, revision),
      steps: [],
      mayHaveFailed: failed > before,
      tasks: { revision, deployment },
    };
  };
}

async function verdictOf({ aws, place }: Context, watched: Watched, service: Service): Promise<Verdict> {
  const { serviceDeployment, deployment, revision, before } = watched;
  if (serviceDeployment === undefined) return judgeByDeployments({ revision, id: deployment }, before, service);
  const [found] = await describeServiceDeployments(aws, [serviceDeployment]);
  if (!found) return { state: "superseded", by: service.taskDefinition ?? "" };
  // Asked only where it matters: whether another one came after it.
  const newest = found.status === "STOPPED" ? (await listServiceDeployments(aws, place, { limit: 1 }))?.[0] : found;
  return judge(found, newest ?? found, service);
}

function deploymentOf({ deployments = [] }: Service, revision: string) {
  return deployments.find(({ taskDefinition }) => taskDefinition === revision);
}

function progressOf(service: Service, revision: string): string {
  const own = deploymentOf(service, revision);
  const serving = service.deployments?.find(({ status }) => status === "PRIMARY");
  if (!own || own !== serving) {
    const { desiredCount = 0, runningCount = 0, taskDefinition = "" } = serving ?? {};
    return `back to ${lastPart(taskDefinition)}: ${runningCount} of ${desiredCount} tasks run`;
  }
  const { desiredCount = 0, runningCount = 0, pendingCount = 0, failedTasks = 0, rolloutState = "" } = own;
  const others = (service.deployments ?? []).filter((one) => one !== own);
  const old = others.reduce((sum, one) => sum + (one.runningCount ?? 0), 0);
  const parts = [
    `${runningCount} of ${desiredCount} tasks of ${lastPart(revision)} run`,
    ...(pendingCount > 0 ? [`${pendingCount} start`] : []),
    ...(failedTasks > 0 ? [`${failedTasks} failed`] : []),
    ...(old > 0 ? [`${old} of the revision before`] : []),
  ];
  return `${rolloutState || "deploying"}: ${parts.join(", ")}`;
}
