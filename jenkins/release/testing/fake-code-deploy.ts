import { createHash } from "node:crypto";
import { taskDefinitionIn } from "../deployment/blue-green/app-spec";
import { APPLICATION, CLUSTER, EMPLOYEE, revisionArn, TARGET_GROUPS } from "./employee";
import { type FakeAws, Refusal } from "./fake-aws";

/** How a deployment stands. */
type Stage = "Created" | "Install" | "Shift" | "Bake" | "Succeeded" | "Failed";

/** What a look at the newest deployment finds; a look is a call of GetDeployment. */
export type Course =
  /** Not begun; the new tasks start; a tenth of the traffic is theirs; all of it is; the end, good or bad. */
  | Stage
  /** Failed, and another deployment goes back from it; that one has succeeded; that one has failed, too. */
  | "Going back"
  | "Gone back"
  | "Not gone back"
  /** Ended by somebody, who then deployed a revision of his own. */
  | "Superseded";

interface Deployment {
  readonly id: string;
  readonly number: number;
  readonly content: string;
  readonly revision: string;
  /** ARN of the revision that served before. */
  readonly before: string;
  stage: Stage;
  /** Of a rollback, the id of the deployment that it undoes. */
  readonly undoes?: string;
}

const STATUSES: Readonly<Record<Stage, string>> = {
  Created: "Created",
  Install: "InProgress",
  Shift: "InProgress",
  Bake: "InProgress",
  Succeeded: "Succeeded",
  Failed: "Failed",
};

const EVENTS = ["BeforeInstall", "Install", "AllowTestTraffic", "AllowTraffic", "AfterAllowTraffic"];

/** How many of the events are over; the next one is in progress, or has failed. */
const EVENTS_OVER: Readonly<Record<Stage, number>> = {
  Created: 0,
  Install: 1,
  Shift: 3,
  Bake: 5,
  Succeeded: 5,
  Failed: 1,
};

/** Share of the traffic that the new tasks get, in percent. */
const WEIGHTS: Readonly<Record<Stage, number>> = {
  Created: 0,
  Install: 0,
  Shift: 10,
  Bake: 100,
  Succeeded: 100,
  Failed: 0,
};

/** Where tests begin: whole seconds, as the protocol takes them. */
const BEGUN_AT = 1_770_000_000;

/** As much of CodeDeploy as a release needs: the group of `employee`, and its deployments. */
export class FakeCodeDeploy {
  readonly deployments: Deployment[] = [];
  /** What the next looks find; the last one stays. */
  course: Course[] = ["Succeeded"];
  /** The group has other keys than it should. */
  group: Readonly<Record<string, unknown>> = {};
  routing: Readonly<Record<string, unknown>> = { type: "AllAtOnce" };
  /** ARN of the revision that serves as long as nothing was deployed. */
  initial = "";

  constructor(aws: FakeAws) {
    aws.on("GetDeploymentGroup", () => ({ deploymentGroupInfo: { ...GROUP, ...this.group } }));
    aws.on("GetDeploymentConfig", () => ({ deploymentConfigInfo: { trafficRoutingConfig: this.routing } }));
    aws.on("ListDeployments", ({ includeOnlyStatuses: asked }) => ({
      // AWS promises no order.
      deployments: this.deployments.filter(({ stage }) => isAsked(asked, STATUSES[stage])).map(({ id }) => id),
    }));
    aws.on("BatchGetDeployments", ({ deploymentIds }) => ({
      deploymentsInfo: this.deployments
        .filter(({ id }) => (deploymentIds as string[]).includes(id))
        .map((one) => this.#describe(one)),
    }));
    aws.on("GetDeployment", ({ deploymentId }) => this.#look(String(deploymentId)));
    aws.on("GetApplicationRevision", ({ revision }) => {
      const { sha256 } = (revision as { appSpecContent: { sha256: string } }).appSpecContent;
      const found = this.deployments.find(({ content }) => hashOf(content) === sha256);
      return found
        ? { revision: { revisionType: "AppSpecContent", appSpecContent: { content: found.content, sha256 } } }
        : new Refusal("RevisionDoesNotExistException");
    });
    aws.on("BatchGetDeploymentTargets", ({ deploymentId }) => this.#target(String(deploymentId)));
    aws.on("CreateDeployment", ({ revision }) =>
      this.#create((revision as { appSpecContent: { content: string } }).appSpecContent.content),
    );
    aws.on("StopDeployment", ({ deploymentId }) => this.#stop(String(deploymentId)));
  }

  /** Lets the service serve a revision, of which a deployment has succeeded. */
  serve(revision: string): void {
    this.#add(contentOf(revision), "Succeeded");
  }

  /** Starts a deployment of a revision as somebody else would. */
  begin(revision: string): void {
    this.#add(contentOf(revision), "Install");
  }

  /** ARN of the revision that gets the traffic. */
  get serving(): string {
    const last = this.#newest;
    if (!last) return this.initial;
    return this.#isOnGreen(last) ? last.revision : last.before;
  }

  /** As DescribeServices tells them. */
  get taskSets(): readonly object[] {
    const last = this.#newest;
    if (!last) return [taskSet("ecs-svc/0", this.initial, "PRIMARY")];
    const isNew = this.#isOnGreen(last);
    const rollback = this.#rollbackOf(last);
    const green = taskSet(taskSetId(last), last.revision, isNew ? "PRIMARY" : "ACTIVE", last.id);
    const blue = taskSet(`ecs-svc/${last.number - 1}`, last.before, isNew ? "ACTIVE" : "PRIMARY");
    if (last.stage === "Created" || rollback?.stage === "Succeeded") return [blue];
    return last.stage === "Succeeded" ? [green] : [blue, green];
  }

  /** The newest deployment that is no rollback. */
  get #newest(): Deployment | undefined {
    return this.deployments.findLast(({ undoes }) => undoes === undefined);
  }

  #rollbackOf({ id }: Deployment): Deployment | undefined {
    return this.deployments.find(({ undoes }) => undoes === id);
  }

  #isOnGreen(one: Deployment): boolean {
    return ["Bake", "Succeeded"].includes(one.stage) || this.#rollbackOf(one)?.stage === "Failed";
  }

  #add(content: string, stage: Stage, undoes?: string): Deployment {
    const number = this.deployments.length + 1;
    const revision = taskDefinitionIn(content) ?? "";
    const more = undoes === undefined ? {} : { undoes };
    const added = { id: `d-${number}`, number, content, revision, before: this.serving, stage, ...more };
    this.deployments.push(added);
    return added;
  }

  #create(content: string) {
    const active = this.deployments.find(({ stage }) => stage !== "Succeeded" && stage !== "Failed");
    if (!active) return { deploymentId: this.#add(content, "Created").id };
    const message = `The Deployment Group 'employee' already has an active Deployment '${active.id}'`;
    return new Refusal("DeploymentLimitExceededException", 400, message);
  }

  #stop(id: string) {
    const found = this.deployments.find((one) => one.id === id);
    if (!found || found.stage === "Succeeded" || found.stage === "Failed") {
      return new Refusal("DeploymentAlreadyCompletedException");
    }
    this.#fail(found, "Shift");
    this.course = ["Going back", "Gone back"];
    return { status: "Pending" };
  }

  #look(id: string) {
    const last = this.#newest;
    const isFollowed = last !== undefined && (last.id === id || this.#rollbackOf(last)?.id === id);
    if (isFollowed && last.stage !== "Succeeded") this.#advance(last);
    const found = this.deployments.find((one) => one.id === id);
    return found ? { deploymentInfo: this.#describe(found) } : new Refusal("DeploymentDoesNotExistException");
  }

  #advance(last: Deployment): void {
    const next = this.course.length > 1 ? this.course.shift() : this.course[0];
    if (next === "Superseded") {
      last.stage = "Failed";
      this.begin(revisionArn(9));
      this.course = ["Install"];
    } else if (next === "Going back") this.#fail(last, "Shift");
    else if (next === "Gone back") this.#fail(last, "Succeeded");
    else if (next === "Not gone back") this.#fail(last, "Failed");
    else if (next !== undefined) last.stage = next;
  }

  /** CodeDeploy goes back by a deployment of its own, which has the AppSpec of the one that it undoes. */
  #fail(one: Deployment, stage: Stage): void {
    one.stage = "Failed";
    const rollback = this.#rollbackOf(one) ?? this.#add(one.content, stage, one.id);
    rollback.stage = stage;
  }

  #describe(one: Deployment): object {
    const { id, number, stage, content, undoes } = one;
    const rollback = this.#rollbackOf(one);
    const isOver = stage === "Succeeded" || stage === "Failed";
    return {
      deploymentId: id,
      status: STATUSES[stage],
      creator: undoes ? "codeDeployRollback" : "user",
      createTime: BEGUN_AT + number * 60,
      ...(isOver && { completeTime: BEGUN_AT + number * 60 + 30 }),
      // The content is never told here.
      revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: hashOf(content) } },
      ...(stage === "Failed" && { errorInformation: { code: "TIMEOUT", message: "the test says that it failed" } }),
      ...(rollback && { rollbackInfo: { rollbackDeploymentId: rollback.id, rollbackMessage: "CodeDeploy goes back" } }),
      ...(undoes && { rollbackInfo: { rollbackTriggeringDeploymentId: undoes } }),
      instanceTerminationWaitTimeStarted: stage === "Bake",
    };
  }

  #target(id: string) {
    const found = this.deployments.find((one) => one.id === id);
    if (!found || found.stage === "Created") return new Refusal("DeploymentNotStartedException");
    const { stage, number } = found;
    const weight = WEIGHTS[stage];
    const events = EVENTS.map((lifecycleEventName, index) => ({ lifecycleEventName, ...eventState(stage, index) }));
    const side = (taskSetLabel: string, of: number, trafficWeight: number) => ({
      identifer: `ecs-svc/${of}`,
      taskSetLabel,
      trafficWeight,
      desiredCount: 2,
      runningCount: taskSetLabel === "Green" && stage === "Install" ? 1 : 2,
    });
    const taskSetsInfo = [side("Blue", number - 1, 100 - weight), side("Green", number, weight)];
    return { deploymentTargets: [{ ecsTarget: { deploymentId: id, lifecycleEvents: events, taskSetsInfo } }] };
  }
}

const GROUP = {
  deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
  deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
  ecsServices: [{ clusterName: CLUSTER, serviceName: EMPLOYEE }],
  loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: TARGET_GROUPS.map(({ name }) => ({ name })) }] },
  applicationName: APPLICATION,
};

function eventState(stage: Stage, index: number): object {
  const over = EVENTS_OVER[stage];
  if (index < over) return { status: "Succeeded" };
  if (index > over) return { status: "Pending" };
  if (stage !== "Failed") return { status: "InProgress" };
  return { status: "Failed", diagnostics: { errorCode: "UnknownError", message: "no task gets healthy" } };
}

function taskSet(id: string, taskDefinition: string, status: string, externalId?: string): object {
  const counts = { computedDesiredCount: 2, runningCount: 2, pendingCount: 0 };
  const [{ arn: targetGroupArn }] = TARGET_GROUPS;
  const loadBalancers = [{ targetGroupArn, containerName: EMPLOYEE, containerPort: 8080 }];
  return { id, taskDefinition, status, ...counts, loadBalancers, ...(externalId && { externalId }) };
}

function taskSetId({ number }: Deployment): string {
  return `ecs-svc/${number}`;
}

function contentOf(revision: string): string {
  const Properties = { TaskDefinition: revision };
  return JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties } }] });
}

function isAsked(asked: unknown, status: string): boolean {
  return !Array.isArray(asked) || asked.includes(status);
}

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
