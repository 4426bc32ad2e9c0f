import type { Tag, TaskDefinition } from "../task-definition/task-definition";
import { type FakeAws, Refusal } from "./fake-aws";
import { FakeRevisions, type Registered } from "./fake-revisions";

const ARN = "arn:aws:ecs:us-east-1:123456789012";
export const CLUSTER = "jenkins-ecs-local";
export const SERVICE = "service-b";
export const FAMILY = `${CLUSTER}-${SERVICE}`;
export const REPOSITORY_URI = `127.0.0.1:5000/${CLUSTER}/${SERVICE}`;

/** What a look at the service finds its newest deployment to be. */
export type Course =
  | "IN_PROGRESS"
  | "SUCCESSFUL"
  | "FAILED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_SUCCESSFUL"
  /** Another deployment, of a revision of somebody else's, takes its place. */
  | "SUPERSEDED";

interface Deployment {
  readonly number: number;
  readonly revision: string;
  status: string;
  readonly before: string;
}

/** ARN of a revision of the service's family. */
export const revisionArn = (number: number): string => `${ARN}:task-definition/${FAMILY}:${number}`;

/** ARN of the service deployment with a number. */
export const deploymentArn = (number: number): string => `${ARN}:service-deployment/${CLUSTER}/${SERVICE}/${number}`;

/** As much of ECS as a release needs: one family, one service, its deployments. What becomes of one is the test's to say. */
export class FakeEcs {
  /** Those of the service's family: there is no other one. */
  readonly revisions: Registered[];
  readonly deployments: Deployment[] = [];
  /** Tasks as DescribeTasks tells them. */
  tasks: Readonly<Record<string, unknown>>[] = [];
  events: Readonly<Record<string, unknown>>[] = [];
  /** More keys of the service. */
  service: Readonly<Record<string, unknown>> = {};
  /** What the next looks at the service find; the last one stays. */
  course: Course[] = ["SUCCESSFUL"];
  readonly #aws: FakeAws;
  readonly #registry: FakeRevisions;

  constructor(aws: FakeAws) {
    this.#aws = aws;
    this.#registry = new FakeRevisions(aws, ARN);
    this.revisions = this.#registry.all;
    const handlers = {
      DescribeServices: () => ({ services: [this.#look()] }),
      UpdateService: ({ taskDefinition, forceNewDeployment }) =>
        this.#update(String(taskDefinition), forceNewDeployment),
      ListServiceDeployments: () => ({
        serviceDeployments: this.deployments
          .map(({ number }) => ({ serviceDeploymentArn: deploymentArn(number) }))
          .reverse(),
      }),
      DescribeServiceDeployments: ({ serviceDeploymentArns }) => ({
        serviceDeployments: this.deployments
          .filter(({ number }) => (serviceDeploymentArns as string[]).includes(deploymentArn(number)))
          .map(describeDeployment),
      }),
      DescribeServiceRevisions: ({ serviceRevisionArns }) => ({
        serviceRevisions: (serviceRevisionArns as string[]).map((serviceRevisionArn) => ({
          serviceRevisionArn,
          taskDefinition: this.deployments.find(({ number }) => serviceRevisionArn.endsWith(`/${number}`))?.revision,
        })),
      }),
      ListTasks: ({ desiredStatus }) => ({
        taskArns: this.tasks.filter((task) => task.desiredStatus === desiredStatus).map(({ taskArn }) => taskArn),
      }),
      DescribeTasks: ({ tasks }) => ({
        tasks: this.tasks.filter(({ taskArn }) => (tasks as unknown[]).includes(taskArn)),
      }),
    } satisfies Record<string, Parameters<FakeAws["on"]>[1]>;
    for (const [action, handler] of Object.entries(handlers)) aws.on(action, handler);
  }

  /** Registers a revision as Terraform or a release has done before. */
  add(patch: Partial<TaskDefinition> = {}, tags: readonly Tag[] = []): string {
    const input = { ...taskDefinition(`${this.revisions.length + 1}-${SERVICE}`), ...patch, tags };
    return this.#registry.add(input).arn;
  }

  /** Lets the service serve a revision, of which a deployment has succeeded. */
  serve(revision: string): void {
    this.deployments.push(this.#deployment(revision, "SUCCESSFUL"));
  }

  /** Starts a deployment of a revision as somebody else would. */
  begin(revision: string): void {
    this.deployments.push(this.#deployment(revision, "IN_PROGRESS"));
  }

  /** The revision that the service is set to. */
  get serving(): string {
    return this.#newest.revision;
  }

  get active(): readonly number[] {
    return this.revisions.filter(({ active }) => active).map(({ number }) => number);
  }

  get #newest(): Deployment {
    const newest = this.deployments.at(-1);
    if (!newest) throw new Error("the test has not said what serves");
    return newest;
  }

  #deployment(revision: string, status: string): Deployment {
    return { number: this.deployments.length + 1, revision, status, before: this.deployments.at(-1)?.revision ?? "" };
  }

  #update(revision: string, force: unknown) {
    // ECS begins no deployment where nothing changes.
    if (revision !== this.serving || force === true) this.begin(revision);
    return { service: this.#described() };
  }

  #look() {
    const newest = this.#newest;
    if (newest.status === "SUCCESSFUL") return this.#described();
    const state = this.course.length > 1 ? this.course.shift() : this.course[0];
    if (state === "SUPERSEDED") {
      newest.status = "STOPPED";
      this.begin(this.add());
      this.course = ["IN_PROGRESS"];
    } else if (state !== undefined) newest.status = state;
    return this.#described();
  }

  #described() {
    const { status, revision, before, number } = this.#newest;
    const isBack = status.startsWith("ROLLBACK");
    const rolloutState = status === "SUCCESSFUL" || status === "ROLLBACK_SUCCESSFUL" ? "COMPLETED" : "IN_PROGRESS";
    const primary = {
      id: `ecs-svc/${isBack ? `${number}-back` : number}`,
      status: "PRIMARY",
      taskDefinition: isBack ? before : revision,
      desiredCount: 2,
      runningCount: rolloutState === "COMPLETED" ? 2 : 1,
      pendingCount: 0,
      failedTasks: 0,
      rolloutState: status === "FAILED" ? "FAILED" : rolloutState,
      rolloutStateReason: `deployment ${rolloutState.toLowerCase()}.`,
    };
    return {
      serviceName: SERVICE,
      serviceArn: `${ARN}:service/${CLUSTER}/${SERVICE}`,
      status: "ACTIVE",
      taskDefinition: primary.taskDefinition,
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      deployments: [primary],
      events: this.events,
      ...this.service,
    };
  }

  /** ECS of a partition without service deployments. */
  withoutServiceDeployments(code: string): void {
    for (const action of ["ListServiceDeployments", "DescribeServiceDeployments"]) {
      this.#aws.on(action, () => new Refusal(code));
    }
  }
}

function describeDeployment({ number, status }: Deployment) {
  return {
    serviceDeploymentArn: deploymentArn(number),
    status,
    ...(status !== "SUCCESSFUL" && { statusReason: `the test says ${status}` }),
    targetServiceRevision: { arn: `${ARN}:service-revision/${CLUSTER}/${SERVICE}/${number}` },
  };
}

/** A task definition of the service, with an image of this tag. */
function taskDefinition(tag: string): TaskDefinition {
  return {
    family: FAMILY,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      {
        name: SERVICE,
        image: `${REPOSITORY_URI}:${tag}`,
        portMappings: [{ containerPort: 5001, protocol: "tcp" }],
        environment: [{ name: "PORT", value: "5001" }],
      },
    ],
  };
}
