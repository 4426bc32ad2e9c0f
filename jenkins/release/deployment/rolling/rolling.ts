import { type Service, StopServiceDeploymentCommand } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../../modules/aws/arn";
import { listServiceDeployments, ONGOING, type ServiceDeployment } from "../../aws/service-deployments";
import { primaryOf } from "../../aws/services";
import type { Context } from "../../context";
import { checkTargetGroups } from "../../verify/target-groups";
import type { Deployer, PastDeployment, Rollout, Situation } from "../deployer";
import { looksAt } from "./look";
import { type Started, startDeployment } from "./start";

/** States of a service deployment that may still be stopped. */
const STOPPABLE: readonly string[] = ["PENDING", "IN_PROGRESS"];

/** Deployments that are looked at for the newest one and for the one that an update has started. */
const LOOKED_AT = 5;

/** ECS replaces the tasks of a service step by step, and goes back by itself where they fail. */
export function rolling(context: Context): Deployer {
  const { aws, place } = context;
  return {
    checks: [["target groups", checkTargetGroups]],
    look: async (service) => {
      const [newest] = (await listServiceDeployments(aws, place, { limit: LOOKED_AT })) ?? [];
      return situation(context, service, newest);
    },
    served: async () => {
      const listed = (await listServiceDeployments(aws, place)) ?? [];
      return listed.filter(({ status }) => status === "SUCCESSFUL").map(({ taskDefinition }) => taskDefinition);
    },
    history: async (limit) => ((await listServiceDeployments(aws, place, { limit })) ?? []).map(toPast),
    tables: async () => [],
    deploying: async () => {
      const listed = (await listServiceDeployments(aws, place)) ?? [];
      return listed.filter(({ status }) => ONGOING.includes(status ?? "")).map(({ taskDefinition }) => taskDefinition);
    },
  };
}

function situation(context: Context, service: Service, newest: ServiceDeployment | undefined): Situation {
  const primary = primaryOf(service);
  const goesOn = newest ? ONGOING.includes(newest.status ?? "") : primary?.rolloutState === "IN_PROGRESS";
  const before = service.taskDefinition ?? "";
  return {
    ongoing: goesOn ? ongoing(context, service, newest) : undefined,
    hasFailed: primary?.rolloutState === "FAILED",
    start: async (revision) => {
      const force = revision === before;
      const started = await startDeployment(context, revision, newest?.serviceDeploymentArn, force);
      return rollout(context, { started, revision, before });
    },
  };
}

/** What is in progress: a deployment, or the way back from one. */
function ongoing(context: Context, service: Service, newest: ServiceDeployment | undefined): Rollout {
  const primary = primaryOf(service);
  const started = { serviceDeployment: newest?.serviceDeploymentArn, deployment: primary?.id ?? "" };
  const revision = newest?.taskDefinition ?? primary?.taskDefinition ?? "";
  const followed = rollout(context, { started, revision, before: service.taskDefinition ?? "" });
  return {
    ...followed,
    // While ECS rolls back, the service has the earlier revision already.
    goesBack: newest !== undefined && newest.taskDefinition !== primary?.taskDefinition,
    stop: async () => {
      if (STOPPABLE.includes(newest?.status ?? "")) await followed.stop();
    },
  };
}

interface Deploying {
  readonly started: Started;
  readonly revision: string;
  /** ARN of the revision that served before. */
  readonly before: string;
}

function rollout(context: Context, { started, revision, before }: Deploying): Rollout {
  const { aws } = context;
  return {
    revision,
    goesBack: false,
    waits: { seconds: 0, words: [] },
    look: looksAt(context, { ...started, revision, before }),
    stop: async () => {
      const serviceDeploymentArn = started.serviceDeployment;
      await aws.call("ecs:StopServiceDeployment", () =>
        aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" })),
      );
      aws.changes.push(`stopped the deployment of ${lastPart(revision)}`);
    },
  };
}

function toPast({ taskDefinition, status, statusReason, createdAt, finishedAt }: ServiceDeployment): PastDeployment {
  return {
    revision: taskDefinition,
    status: status ?? "",
    reason: statusReason ?? "",
    begun: createdAt,
    ended: finishedAt,
  };
}
