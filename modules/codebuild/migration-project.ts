import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import type { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { BUILD_PROJECT, LOG_GROUP_NAME } from "../aws/forms";
import { BUILD_TIMEOUT_MINUTES, LOG_RETENTION_DAYS } from "../aws/limits";
import type { ArtifactStore } from "../codepipeline/artifact-store";
import { type Service, tasksPlacement } from "../ecs/service";
import type { TaskDefinition } from "../ecs/task-definition";
import { type AwsLocation, createServiceRole, onBehalfOf } from "../iam/policy";
import { PropCheck } from "../prop-check";
import { migrationBuildspec } from "./migration-buildspec";
import { migrationStatements } from "./migration-role";

export interface MigrationProjectProps {
  /** Name of the project: 2 to 255 letters, digits, hyphens and underscores. */
  readonly name: string;
  readonly location: AwsLocation;
  /** The task that migrates; it has to publish its revision (`revisionParameterName`). */
  readonly taskDefinition: TaskDefinition;
  /** The service that is deployed afterwards: the task runs in its cluster, network and capacity. */
  readonly service: Service;
  /** ARNs of the execution and task roles of the task; one or more. */
  readonly passRoleArns: readonly string[];
  /** Where the pipeline keeps the artifact with the image. */
  readonly artifactStore: ArtifactStore;
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
    const logGroup = new CloudwatchLogGroup(this, "LogGroup", {
      name: props.logGroupName,
      retentionInDays: props.logRetentionDays,
    });
    const parameter = this.revisionParameter(props.taskDefinition);
    const { role, policy } = this.createRole(props, logGroup, parameter);
    this.project = new CodebuildProject(this, "Resource", {
      name: props.name,
      description: `runs ${props.taskDefinition.family} before a deployment of ${props.service.name}`,
      serviceRole: role.arn,
      buildTimeout: props.timeoutMinutes ?? 60,
      source: { type: "CODEPIPELINE", buildspec: migrationBuildspec() },
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        // Has the AWS CLI and jq. Source: AWS CodeBuild User Guide, "Available runtimes".
        image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        environmentVariable: [
          { name: "TASK_DEFINITION", type: "PARAMETER_STORE", value: parameter.name },
          { name: "CONTAINER", value: props.taskDefinition.containerName },
          { name: "RUN_TASK", value: runTask(props.service) },
        ],
      },
      logsConfig: { cloudwatchLogs: { groupName: logGroup.name } },
      dependsOn: policy ? [policy] : [],
    });
  }

  get name(): string {
    return this.project.name;
  }

  get arn(): string {
    return this.project.arn;
  }

  private createRole(props: MigrationProjectProps, logGroup: CloudwatchLogGroup, parameter: SsmParameter) {
    const { location, name, taskDefinition } = props;
    const { partition, region, accountId } = location;
    return createServiceRole(this, {
      name: props.roleName,
      description: `CodeBuild: run ${taskDefinition.family} before a deployment`,
      trustedService: "codebuild.amazonaws.com",
      trustCondition: onBehalfOf(location, [`arn:${partition}:codebuild:${region}:${accountId}:project/${name}`]),
      statements: [
        ...migrationStatements({ ...props, logGroupArn: logGroup.arn, parameterArn: parameter.arn }),
        ...props.artifactStore.readStatements(),
      ],
    });
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
    check.text("name", props.name, BUILD_PROJECT);
    check.text("logGroupName", props.logGroupName, LOG_GROUP_NAME);
    check.oneOf("logRetentionDays", props.logRetentionDays, LOG_RETENTION_DAYS);
    check.wholeNumber("timeoutMinutes", props.timeoutMinutes, BUILD_TIMEOUT_MINUTES);
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
