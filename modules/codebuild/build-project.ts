import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { Construct } from "constructs";
import { BUILD_PROJECT, BUILD_VARIABLE, LOG_GROUP_NAME } from "../aws/forms";
import {
  BUILD_CONCURRENCY,
  BUILD_PROJECT_DESCRIPTION_MAX,
  BUILD_QUEUED_MINUTES,
  BUILD_TIMEOUT_MINUTES,
  LOG_RETENTION_DAYS,
} from "../aws/limits";
import type { ArtifactStore } from "../codepipeline/artifact-store";
import { type AwsLocation, createServiceRole, onBehalfOf, type PolicyStatement } from "../iam/policy";
import { PropCheck } from "../prop-check";
import { BUILD_COMPUTE, BUILD_IMAGE, type BuildComputeName } from "./compute";

export interface BuildProjectProps {
  /** Name of the project: 2 to 255 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Up to 255 characters. */
  readonly description: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** What a build does: a build specification, as text. */
  readonly buildspec: string;
  /** Where the pipeline keeps what it hands to the project, and what the project hands on. */
  readonly artifactStore: ArtifactStore;
  /** Whether the project hands an artifact on. @default false */
  readonly producesArtifact?: boolean;
  /** What builds run on. @default "small" */
  readonly compute?: BuildComputeName;
  /**
   * The image that builds run in: one of CodeBuild's own, or of a registry.
   * @default - Amazon Linux 2023, with the AWS CLI, jq, bash and Node.js
   */
  readonly image?: string;
  /**
   * Whether a Docker engine runs beside the build. The build can then do what root can on its machine, which no other
   * build ever shares.
   * @default false
   */
  readonly privileged?: boolean;
  /** Environment variables, by name. Whoever may look at the project reads them: no secrets. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Environment variables whose values are in SSM parameters: the parameters' names, by the variables'. @default {} */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What a build may do, beside writing its log and using its artifacts. */
  readonly statements: readonly PolicyStatement[];
  /** Name of the log group that gets what builds print. */
  readonly logGroupName: string;
  /** Days that the log is kept: a value that CloudWatch Logs offers. */
  readonly logRetentionDays: number;
  /** Name of the role that CodeBuild has; at most 64 characters. */
  readonly roleName: string;
  /** Minutes after which a build is ended: 5 to 2160. @default 60 */
  readonly timeoutMinutes?: number;
  /** Minutes that a build waits for a machine before it is given up: 5 to 480. @default 480 */
  readonly queuedTimeoutMinutes?: number;
  /**
   * Builds that may run at once; one more is refused, and does not wait.
   * @default - as many as the account's quota allows
   */
  readonly concurrentBuildLimit?: number;
}

/** What is made for a project. */
export interface MadeProject {
  /** The project. */
  readonly project: CodebuildProject;
  /** What its builds print. */
  readonly logGroup: CloudwatchLogGroup;
}

/**
 * A step of a pipeline that runs commands: takes an artifact, and may hand one on.
 *
 * ```ts
 * new BuildProject(this, "Deploy", {
 *   name: "shop-dev-cart-deploy", description: "deploys cart", location, artifactStore, statements,
 *   buildspec: releaseBuildspec("deploy"), environment: { SERVICE: "cart", ENVIRONMENT: "dev" },
 *   logGroupName: "/codebuild/shop-dev-cart-deploy", logRetentionDays: 30, roleName: "shop-dev-cart-deploy",
 * });
 * ```
 *
 * Cost: $0.005 a minute on `small` (`BUILD_COMPUTE`), the first 100 minutes of a month free.
 *
 * @see AWS CodeBuild User Guide, "Use AWS CodePipeline with AWS CodeBuild"
 */
export class BuildProject extends Construct {
  readonly project: CodebuildProject;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: BuildProjectProps) {
    super(scope, id);
    const { project, logGroup } = createBuildProject(this, props);
    this.project = project;
    this.logGroup = logGroup;
  }

  get name(): string {
    return this.project.name;
  }

  get arn(): string {
    return this.project.arn;
  }
}

/** Makes a project, its log group and its role in `scope`, for constructs that are a project. */
export function createBuildProject(scope: Construct, props: BuildProjectProps): MadeProject {
  checkProps(new PropCheck(scope), props);
  const logGroup = new CloudwatchLogGroup(scope, "LogGroup", {
    name: props.logGroupName,
    retentionInDays: props.logRetentionDays,
  });
  const { role, policy } = createRole(scope, props, logGroup);
  const { queuedTimeoutMinutes, concurrentBuildLimit, privileged } = props;
  const project = new CodebuildProject(scope, "Resource", {
    name: props.name,
    description: props.description,
    serviceRole: role.arn,
    buildTimeout: props.timeoutMinutes ?? 60,
    ...(queuedTimeoutMinutes !== undefined && { queuedTimeout: queuedTimeoutMinutes }),
    ...(concurrentBuildLimit !== undefined && { concurrentBuildLimit }),
    encryptionKey: props.artifactStore.key.arn,
    source: { type: "CODEPIPELINE", buildspec: props.buildspec },
    artifacts: { type: "CODEPIPELINE" },
    environment: {
      type: "LINUX_CONTAINER",
      computeType: BUILD_COMPUTE[props.compute ?? "small"].type,
      image: props.image ?? BUILD_IMAGE,
      ...(privileged && { privilegedMode: true }),
      environmentVariable: variablesOf(props),
    },
    logsConfig: { cloudwatchLogs: { groupName: logGroup.name } },
    dependsOn: policy ? [policy] : [],
  });
  return { project, logGroup };
}

function variablesOf({ parameters = {}, environment = {} }: BuildProjectProps) {
  return [
    ...Object.entries(parameters).map(([name, value]) => ({ name, type: "PARAMETER_STORE", value })),
    ...Object.entries(environment).map(([name, value]) => ({ name, value })),
  ];
}

function createRole(scope: Construct, props: BuildProjectProps, logGroup: CloudwatchLogGroup) {
  const { location, name, artifactStore, producesArtifact = false } = props;
  const { partition, region, accountId } = location;
  return createServiceRole(scope, {
    name: props.roleName,
    description: `CodeBuild: ${props.description}`,
    trustedService: "codebuild.amazonaws.com",
    trustCondition: onBehalfOf(location, [`arn:${partition}:codebuild:${region}:${accountId}:project/${name}`]),
    statements: [
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${logGroup.arn}:*`,
      },
      ...props.statements,
      ...(producesArtifact ? artifactStore.readWriteStatements() : artifactStore.readStatements()),
    ],
  });
}

function checkProps(check: PropCheck, props: BuildProjectProps): void {
  const { environment = {}, parameters = {} } = props;
  check.text("name", props.name, BUILD_PROJECT);
  check.length("description", props.description, BUILD_PROJECT_DESCRIPTION_MAX);
  check.text("logGroupName", props.logGroupName, LOG_GROUP_NAME);
  check.oneOf("logRetentionDays", props.logRetentionDays, LOG_RETENTION_DAYS);
  check.wholeNumber("timeoutMinutes", props.timeoutMinutes, BUILD_TIMEOUT_MINUTES);
  check.wholeNumber("queuedTimeoutMinutes", props.queuedTimeoutMinutes, BUILD_QUEUED_MINUTES);
  check.wholeNumber("concurrentBuildLimit", props.concurrentBuildLimit, BUILD_CONCURRENCY);
  for (const name of Object.keys(environment)) check.text(`environment.${name}`, name, BUILD_VARIABLE);
  for (const name of Object.keys(parameters)) check.text(`parameters.${name}`, name, BUILD_VARIABLE);
  const twice = Object.keys(parameters).find((name) => name in environment);
  if (twice !== undefined) throw check.error(`parameters.${twice}`, 'is in "environment" too', "each variable once");
}
