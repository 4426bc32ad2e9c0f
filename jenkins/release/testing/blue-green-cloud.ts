import { Lifetime } from "../../../tools/processes/lifetime";
import type { RegisterInput } from "../task-definition/render";
import {
  CLUSTER,
  ECS_ARN,
  EMPLOYEE,
  FAMILY,
  MIGRATE_FAMILY,
  NETWORK,
  PARAMETERS,
  PREPARE_FAMILY,
  REPOSITORY_URI,
  STRATEGY,
  TARGET_GROUPS,
  taskDefinition,
} from "./employee";
import { FakeAws, Refusal, xml, xmlRefusal } from "./fake-aws";
import { forOneTest } from "./fake-cloud";
import { type Course, FakeCodeDeploy } from "./fake-code-deploy";
import { FakeRevisions } from "./fake-revisions";
import { FakeTasks } from "./fake-tasks";
import { type Ended, runOn } from "./run-on";

/** A cloud in which `employee` of the environment `local` is deployed: by CodeDeploy, with migrations. */
export class BlueGreenCloud {
  readonly aws = new FakeAws();
  readonly revisions = new FakeRevisions(this.aws, ECS_ARN);
  readonly codeDeploy = new FakeCodeDeploy(this.aws);
  readonly tasks = new FakeTasks(this.aws);
  lifetime = new Lifetime();
  /** ARNs of the revisions that Terraform published, by parameter. */
  readonly published: Record<string, string>;
  /** More keys of the service. */
  service: Readonly<Record<string, unknown>> = {};

  constructor() {
    this.published = {
      [PARAMETERS.service]: this.revisions.add(taskDefinition(FAMILY)).arn,
      [PARAMETERS.migrate]: this.revisions.add(taskDefinition(MIGRATE_FAMILY)).arn,
      [PARAMETERS.prepare]: this.revisions.add(taskDefinition(PREPARE_FAMILY)).arn,
    };
    this.codeDeploy.initial = this.published[PARAMETERS.service] ?? "";
    const manifest = { manifests: [{ platform: { os: "linux", architecture: "amd64" } }] };
    this.aws.on("DescribeRepositories", () => ({ repositories: [{ repositoryUri: REPOSITORY_URI }] }));
    this.aws.on("BatchGetImage", () => ({ images: [{ imageManifest: JSON.stringify(manifest) }] }));
    this.aws.on("DescribeLogGroups", ({ logGroupNamePrefix }) => ({
      logGroups: [{ logGroupName: logGroupNamePrefix }],
    }));
    this.aws.on("GetLogEvents", () => ({ events: [{ message: "table suppliers is locked" }] }));
    this.aws.on("GetParameter", ({ Name }) => {
      const Value = this.published[String(Name)];
      return Value === undefined ? new Refusal("ParameterNotFound") : { Parameter: { Value } };
    });
    this.aws.on("DescribeServices", () => ({ services: [this.#describedService()] }));
    this.aws.on("DescribeTargetGroups", (asked) => describeTargetGroups(Object.values(asked).map(String)));
  }

  /** Runs a command on `employee`: its name, and its options. */
  run(command: string, ...options: readonly string[]): Promise<Ended> {
    return this.runOf(EMPLOYEE, command, ...options);
  }

  /** Runs a command on another service. */
  runOf(service: string, command: string, ...options: readonly string[]): Promise<Ended> {
    return runOn({ service, aws: this.aws, lifetime: this.lifetime }, command, options);
  }

  /** Publishes another revision. */
  publish(parameter: string, input: RegisterInput): void {
    this.published[parameter] = this.revisions.add(input).arn;
  }

  /** Publishes none. */
  unpublish(parameter: string): void {
    delete this.published[parameter];
  }

  /** As `run`, killed after so many calls of AWS. */
  async runKilled(calls: number, command: string, ...options: readonly string[]): Promise<Ended> {
    this.aws.dieAfter(calls, () => this.lifetime.interrupt());
    const ended = await this.run(command, ...options);
    await this.lifetime.end();
    this.lifetime = new Lifetime();
    this.aws.endDying();
    return ended;
  }

  #describedService(): object {
    const [{ arn: targetGroupArn }] = TARGET_GROUPS;
    return {
      serviceName: EMPLOYEE,
      serviceArn: `${ECS_ARN}:service/${CLUSTER}/${EMPLOYEE}`,
      status: "ACTIVE",
      deploymentController: { type: "CODE_DEPLOY" },
      taskDefinition: this.codeDeploy.serving,
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      capacityProviderStrategy: STRATEGY,
      networkConfiguration: NETWORK,
      loadBalancers: [{ targetGroupArn, containerName: EMPLOYEE, containerPort: 8080 }],
      deployments: [],
      taskSets: this.codeDeploy.taskSets,
      events: [],
      ...this.service,
    };
  }
}

/** A cloud that is gone after the test. @param course what the next deployment does */
export async function blueGreenCloud(course: readonly Course[] = ["Succeeded"]): Promise<BlueGreenCloud> {
  const cloud = await forOneTest(new BlueGreenCloud());
  cloud.codeDeploy.course = [...course];
  return cloud;
}

function describeTargetGroups(asked: readonly string[]): string {
  const found = TARGET_GROUPS.filter(({ name, arn }) => asked.includes(name) || asked.includes(arn));
  if (found.length === 0) return xmlRefusal("TargetGroupNotFound");
  const members = found.map(
    ({ name, arn }) =>
      `<member><TargetGroupName>${name}</TargetGroupName><TargetGroupArn>${arn}</TargetGroupArn><TargetType>ip</TargetType></member>`,
  );
  return xml("DescribeTargetGroups", `<TargetGroups>${members.join("")}</TargetGroups>`);
}
