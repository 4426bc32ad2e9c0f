import {
  ALARM_NAME_MAX,
  API_NAME_MAX,
  AUTO_SCALING_GROUP_NAME_MAX,
  BUILD_PROJECT_NAME,
  CAPACITY_PROVIDER_NAME_MAX,
  CODEDEPLOY_NAME_MAX,
  CONFIGURATION_SET_NAME_MAX,
  CONNECTION_NAME_MAX,
  DASHBOARD_NAME_MAX,
  DATABASE_USER_NAME_MAX,
  DB_INSTANCE_NAME_MAX,
  DNS_LABEL_MAX,
  ECR_REPOSITORY_NAME,
  ECS_NAME_MAX,
  EVENT_RULE_NAME_MAX,
  GIT_REPOSITORY_NAME_MAX,
  IAM_ROLE_NAME_MAX,
  INSTANCE_PROFILE_NAME_MAX,
  LAUNCH_TEMPLATE_NAME,
  LOAD_BALANCER_NAME_MAX,
  LOG_GROUP_NAME_MAX,
  NAMESPACE_NAME_MAX,
  PIPELINE_NAME_MAX,
  SCHEDULED_ACTION_NAME_MAX,
  SECRET_NAME_MAX,
  SECURITY_GROUP_NAME_MAX,
  SSM_PARAMETER_NAME_MAX,
  TARGET_GROUP_NAME_PREFIX_MAX,
  TOPIC_NAME_MAX,
  USAGE_PLAN_NAME_MAX,
  USER_POOL_NAME_MAX,
  VPC_LINK_NAME_MAX,
} from "../modules/aws/limits";
import { BUCKET_NAME_PREFIX_MAX } from "./limits";

/** What AWS asks of a name. */
export interface NameRule {
  /** What the name is for, in words for a fault. */
  readonly label: string;
  /** Longest name, in characters. */
  readonly max: number;
  /** Beginnings that AWS keeps for itself. */
  readonly reserved?: readonly string[];
  /** What a service, or the environment, has to have for the name to be used. @default - nothing */
  readonly of?: NameUse;
}

/**
 * A user of the database; the database's migrations; blue/green deployments; calls of other services; pipelines from source;
 * being reached by the API; pipelines from GitHub.
 */
export type NameUse = "database" | "migrations" | "blue/green" | "calls" | "pipeline" | "api" | "github";

/**
 * The rules of the names that a system has once. The modules call the autoscaling group and the launch template as the
 * capacity provider, the instance profile as its role; they are here for their limits.
 */
export const SYSTEM_NAME_RULES = {
  cluster: { label: "the cluster", max: ECS_NAME_MAX },
  loadBalancer: { label: "the load balancer", max: LOAD_BALANCER_NAME_MAX, reserved: ["internal-"] },
  loadBalancerSecurityGroup: {
    label: "the load balancer's security group",
    max: SECURITY_GROUP_NAME_MAX,
    reserved: ["sg-"],
  },
  capacityProvider: {
    label: "the capacity provider",
    max: CAPACITY_PROVIDER_NAME_MAX,
    reserved: ["aws", "ecs", "fargate"],
  },
  autoScalingGroup: { label: "the autoscaling group", max: AUTO_SCALING_GROUP_NAME_MAX },
  launchTemplate: { label: "the launch template", max: LAUNCH_TEMPLATE_NAME.max },
  instanceRole: { label: "the instance role", max: IAM_ROLE_NAME_MAX },
  instanceProfile: { label: "the instance profile", max: INSTANCE_PROFILE_NAME_MAX },
  instanceSecurityGroup: { label: "the instances' security group", max: SECURITY_GROUP_NAME_MAX, reserved: ["sg-"] },
  execLogGroup: { label: "the log group of ECS Exec", max: LOG_GROUP_NAME_MAX },
  accessLogsBucketPrefix: {
    label: "the access logs' bucket",
    max: BUCKET_NAME_PREFIX_MAX,
    reserved: ["sthree-", "amzn-s3-demo-"],
  },
  database: { label: "the database", max: DB_INSTANCE_NAME_MAX, of: "database" },
  databaseSecurityGroup: {
    label: "the database's security group",
    max: SECURITY_GROUP_NAME_MAX,
    reserved: ["sg-"],
    of: "database",
  },
  migratorSecret: { label: "the migrator's secret", max: SECRET_NAME_MAX, of: "database" },
  alarmTopic: { label: "the topic of the alarms", max: TOPIC_NAME_MAX },
  loadBalancerAlarm: { label: "the alarm of the load balancer", max: ALARM_NAME_MAX },
  dashboard: { label: "the dashboard", max: DASHBOARD_NAME_MAX },
  failedDeploymentRule: { label: "the rule of failed deployments", max: EVENT_RULE_NAME_MAX },
  failedReleaseRule: { label: "the rule of failed blue/green deployments", max: EVENT_RULE_NAME_MAX, of: "blue/green" },
  deploymentApplication: { label: "the CodeDeploy application", max: CODEDEPLOY_NAME_MAX, of: "blue/green" },
  deploymentRepository: {
    label: "the repository of the deployment files",
    max: GIT_REPOSITORY_NAME_MAX,
    of: "blue/green",
  },
  artifactBucketPrefix: {
    label: "the pipelines' artifact bucket",
    max: BUCKET_NAME_PREFIX_MAX,
    of: "blue/green",
    reserved: ["sthree-", "amzn-s3-demo-"],
  },
  namespace: { label: "the private namespace", max: NAMESPACE_NAME_MAX, of: "calls" },
  pipelineArtifactBucketPrefix: {
    label: "the artifact bucket of the pipelines from source",
    max: BUCKET_NAME_PREFIX_MAX,
    of: "pipeline",
    reserved: ["sthree-", "amzn-s3-demo-"],
  },
  approvalTopic: { label: "the topic of the approvals", max: TOPIC_NAME_MAX, of: "pipeline" },
  apiName: { label: "the API", max: API_NAME_MAX, of: "api" },
  apiLogGroup: { label: "the log group of the API", max: LOG_GROUP_NAME_MAX, of: "api" },
  vpcLink: { label: "the VPC link", max: VPC_LINK_NAME_MAX, of: "api" },
  vpcLinkSecurityGroup: {
    label: "the VPC link's security group",
    max: SECURITY_GROUP_NAME_MAX,
    reserved: ["sg-"],
    of: "api",
  },
  userPool: { label: "the user pool", max: USER_POOL_NAME_MAX, of: "api" },
  appClient: { label: "the app client", max: USER_POOL_NAME_MAX, of: "api" },
  usagePlan: { label: "the usage plan", max: USAGE_PLAN_NAME_MAX, of: "api" },
} as const satisfies Record<string, NameRule>;

/** What AWS asks of the names of scheduled actions: service and schedule. */
export const SCHEDULED_ACTION_NAME_RULE: NameRule = { label: "the scheduled action", max: SCHEDULED_ACTION_NAME_MAX };

/** The rules of the names that each service has. */
export const SERVICE_NAME_RULES = {
  service: { label: "the service", max: ECS_NAME_MAX },
  container: { label: "the container", max: ECS_NAME_MAX },
  family: { label: "the task definition family", max: ECS_NAME_MAX },
  repository: { label: "the repository", max: ECR_REPOSITORY_NAME.max },
  logGroup: { label: "the log group", max: LOG_GROUP_NAME_MAX },
  executionRole: { label: "the execution role", max: IAM_ROLE_NAME_MAX },
  taskRole: { label: "the task role", max: IAM_ROLE_NAME_MAX },
  securityGroup: { label: "the security group", max: SECURITY_GROUP_NAME_MAX },
  targetGroupPrefix: { label: "the target group's prefix", max: TARGET_GROUP_NAME_PREFIX_MAX },
  taskDefinitionParameter: {
    label: "the parameter that holds the task definition's ARN",
    max: SSM_PARAMETER_NAME_MAX,
    reserved: ["/aws", "/ssm"],
  },
  secretPrefix: { label: "the secrets' prefix", max: SECRET_NAME_MAX },
  databaseSecret: { label: "the secret of the database's user", max: SECRET_NAME_MAX, of: "database" },
  databaseUser: { label: "the database's user", max: DATABASE_USER_NAME_MAX, of: "database" },
  migrateFamily: { label: "the family of the migrations", max: ECS_NAME_MAX, of: "migrations" },
  migrateTaskDefinitionParameter: {
    label: "the parameter that holds the ARN of the migrations' task definition",
    max: SSM_PARAMETER_NAME_MAX,
    of: "migrations",
  },
  prepareDatabaseFamily: {
    label: "the family of the task that prepares the database",
    max: ECS_NAME_MAX,
    of: "migrations",
  },
  prepareDatabaseTaskDefinitionParameter: {
    label: "the parameter that holds the ARN of the task definition that prepares the database",
    max: SSM_PARAMETER_NAME_MAX,
    of: "migrations",
  },
  databaseExecutionRole: {
    label: "the execution role of the database's tasks",
    max: IAM_ROLE_NAME_MAX,
    of: "migrations",
  },
  deploymentGroup: { label: "the deployment group", max: CODEDEPLOY_NAME_MAX, of: "blue/green" },
  deploymentRole: { label: "CodeDeploy's role", max: IAM_ROLE_NAME_MAX, of: "blue/green" },
  pipeline: { label: "the pipeline", max: PIPELINE_NAME_MAX, of: "blue/green" },
  pipelineRole: { label: "the pipeline's role", max: IAM_ROLE_NAME_MAX, of: "blue/green" },
  pipelineEventsRole: { label: "the role that starts the pipeline", max: IAM_ROLE_NAME_MAX, of: "blue/green" },
  migrationProject: { label: "the build project of the migrations", max: BUILD_PROJECT_NAME.max, of: "migrations" },
  migrationLogGroup: {
    label: "the log group of the migrations' build project",
    max: LOG_GROUP_NAME_MAX,
    of: "migrations",
  },
  migrationProjectRole: {
    label: "the role of the migrations' build project",
    max: IAM_ROLE_NAME_MAX,
    of: "migrations",
  },
  discoveryService: { label: "the service in the private namespace", max: DNS_LABEL_MAX },
  connectService: { label: "the service in the private namespace that Service Connect makes", max: DNS_LABEL_MAX },
  buildProject: { label: "the build project", max: BUILD_PROJECT_NAME.max, of: "pipeline" },
  buildProjectRole: { label: "the role of the build project", max: IAM_ROLE_NAME_MAX, of: "pipeline" },
  buildLogGroup: { label: "the log group of the build project", max: LOG_GROUP_NAME_MAX, of: "pipeline" },
  deployProject: { label: "the build project that deploys", max: BUILD_PROJECT_NAME.max, of: "pipeline" },
  deployProjectRole: { label: "the role of the build project that deploys", max: IAM_ROLE_NAME_MAX, of: "pipeline" },
  deployLogGroup: { label: "the log group of the build project that deploys", max: LOG_GROUP_NAME_MAX, of: "pipeline" },
  smokeProject: { label: "the build project of the smoke tests", max: BUILD_PROJECT_NAME.max, of: "pipeline" },
  smokeProjectRole: { label: "the role of the smoke tests' build project", max: IAM_ROLE_NAME_MAX, of: "pipeline" },
  smokeLogGroup: { label: "the log group of the smoke tests' build project", max: LOG_GROUP_NAME_MAX, of: "pipeline" },
  deployProductionProject: {
    label: "the build project that deploys to production",
    max: BUILD_PROJECT_NAME.max,
    of: "pipeline",
  },
  deployProductionProjectRole: {
    label: "the role of the build project that deploys to production",
    max: IAM_ROLE_NAME_MAX,
    of: "pipeline",
  },
  deployProductionLogGroup: {
    label: "the log group of the build project that deploys to production",
    max: LOG_GROUP_NAME_MAX,
    of: "pipeline",
  },
  githubPipeline: { label: "the pipeline from GitHub", max: PIPELINE_NAME_MAX, of: "github" },
  githubPipelineRole: { label: "the role of the pipeline from GitHub", max: IAM_ROLE_NAME_MAX, of: "github" },
  githubBuildProject: { label: "the build project of the image", max: BUILD_PROJECT_NAME.max, of: "github" },
  githubBuildProjectRole: { label: "the role of the image's build project", max: IAM_ROLE_NAME_MAX, of: "github" },
  githubBuildLogGroup: { label: "the log group of the image's build project", max: LOG_GROUP_NAME_MAX, of: "github" },
  pullRequestPipeline: { label: "the pipeline of pull requests", max: PIPELINE_NAME_MAX, of: "github" },
  pullRequestPipelineRole: {
    label: "the role of the pipeline of pull requests",
    max: IAM_ROLE_NAME_MAX,
    of: "github",
  },
  pullRequestProject: { label: "the build project of pull requests", max: BUILD_PROJECT_NAME.max, of: "github" },
  pullRequestProjectRole: {
    label: "the role of the build project of pull requests",
    max: IAM_ROLE_NAME_MAX,
    of: "github",
  },
  pullRequestLogGroup: {
    label: "the log group of the build project of pull requests",
    max: LOG_GROUP_NAME_MAX,
    of: "github",
  },
} as const satisfies Record<string, NameRule>;

/**
 * The rules of the names that an environment has once, whatever systems it holds. The network module makes the names of
 * the flow logs from the VPC's; they are here for their limits.
 */
export const ENVIRONMENT_NAME_RULES = {
  vpc: { label: "the VPC", max: 255 },
  flowLogGroup: { label: "the flow logs' log group", max: LOG_GROUP_NAME_MAX },
  flowLogRole: { label: "the flow logs' role", max: IAM_ROLE_NAME_MAX },
  stateBucketPrefix: { label: "the state's bucket", max: BUCKET_NAME_PREFIX_MAX },
  sourceRepository: { label: "the repository that pipelines start from", max: GIT_REPOSITORY_NAME_MAX },
  mailConfigurationSet: { label: "the configuration set of mail", max: CONFIGURATION_SET_NAME_MAX },
  mailEventsTopic: { label: "the topic of bounced mail", max: TOPIC_NAME_MAX },
  apiLogRole: { label: "the role that REST APIs write their logs with", max: IAM_ROLE_NAME_MAX, of: "api" },
  githubConnection: { label: "the connection to GitHub", max: CONNECTION_NAME_MAX, of: "github" },
} as const satisfies Record<string, NameRule>;
