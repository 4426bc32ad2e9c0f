import type { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import type { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { ArtifactStore } from "../codepipeline/artifact-store";
import { type Service, tasksPlacement } from "../ecs/service";
import type { TaskDefinition } from "../ecs/task-definition";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import { createBuildProject } from "./build-project";
import { migrationBuildspec } from "./migration-buildspec";
import { migrationStatements } from "./migration-role";

export interface MigrationProjectProps {
  /** Name of the project: 2 to 255 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** The task that migrates; it has to publish its revision (`revisionParameterName`). */
  readonly taskDefinition: TaskDefinition;
  /** The service that is deployed afterwards: the task runs in its cluster, network and capacity. */
  readonly service: Service;
  /** ARNs of the execution and task roles of the task; one or more. */
  readonly passRoleArns: readonly string[];
  /** Where the pipeline keeps the artifact with the image. */
  readonly artifactStore: ArtifactStore;
  /** Name of the log group that gets what builds print. */
  readonly logGroupName: string;
  /** Days that the log is kept: a value that CloudWatch Logs offers. */
  readonly logRetentionDays: number;
  /** Name of the role that CodeBuild has; at most 64 characters. */
  readonly roleName: string;
  /**
   * Minutes after which the project gives up: 5 to 2160. The task goes on: a migration that is cut off half way is worse
   * than one that nobody waits for.
   * @default 60
   */
  readonly timeoutMinutes?: number;
}

/**
 * Runs a task of ECS once, with the image of a pipeline's ECR source, and fails as it does: the stage of a pipeline in
 * which a database is migrated before the service that needs it is deployed.
 *
 * Cost: $0.005 a minute (general1.small), and the task itself.
 *
 * @see AWS CodePipeline User Guide, "AWS CodeBuild build and test action reference"
 */
export class MigrationProject extends Construct {
  readonly project: CodebuildProject;

  constructor(scope: Construct, id: string, props: MigrationProjectProps) {
    super(scope, id);
    this.checkProps(props);
    const { location, taskDefinition, service, artifactStore } = props;
    const parameter = this.revisionParameter(taskDefinition);
    const { project } = createBuildProject(this, {
      name: props.name,
      description: `runs ${taskDefinition.family} before a deployment of ${service.name}`,
      location,
      buildspec: migrationBuildspec(),
      artifactStore,
      parameters: { TASK_DEFINITION: parameter.name },
      environment: { CONTAINER: taskDefinition.containerName, RUN_TASK: runTask(service) },
      statements: migrationStatements({ ...props, parameterArn: parameter.arn }),
      logGroupName: props.logGroupName,
      logRetentionDays: props.logRetentionDays,
      roleName: props.roleName,
      ...(props.timeoutMinutes !== undefined && { timeoutMinutes: props.timeoutMinutes }),
    });
    this.project = project;
  }

  get name(): string {
    return this.project.name;
  }

  get arn(): string {
    return this.project.arn;
  }

  private revisionParameter({ family, revisionParameter }: TaskDefinition): SsmParameter {
    if (revisionParameter) return revisionParameter;
    throw new PropCheck(this).error(
      "taskDefinition",
      `is ${family}, which publishes no revision`,
      'a task definition with a "revisionParameterName"',
    );
  }

  private checkProps(props: MigrationProjectProps): void {
    const check = new PropCheck(this);
    const { taskDefinition, service } = props;
    check.atLeast("passRoleArns", props.passRoleArns, 1, "the roles that the task definition names");
    if (taskDefinition.launchType !== service.placement.launchType) {
      throw check.error(
        "taskDefinition",
        `has the launch type ${taskDefinition.launchType}`,
        `that of the service, ${service.placement.launchType}`,
      );
    }
  }
}

/** The input of RunTask without the task definition, as JSON: one task, placed as the service's. */
function runTask({ cluster, placement }: Service): string {
  const { capacityProviderStrategy, networkConfiguration } = tasksPlacement(placement);
  return Fn.jsonencode({
    cluster: cluster.cluster.name,
    count: 1,
    startedBy: "migration",
    capacityProviderStrategy,
    ...(networkConfiguration && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: networkConfiguration.subnets,
          securityGroups: networkConfiguration.securityGroups,
          assignPublicIp: "DISABLED",
        },
      },
    }),
  });
}
