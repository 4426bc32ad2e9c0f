import { TARGET_GROUP_NAME_PREFIX_MAX } from "../modules/aws/limits";
import { deploymentUnit } from "./deployment-unit";
import { loadBalancerSuffix } from "./load-balancer-number";
import type { ENVIRONMENT_NAME_RULES, SERVICE_NAME_RULES, SYSTEM_NAME_RULES } from "./name-rules";
import type { Service } from "./service";

/** Names of a unit in an environment; `prefix` begins most of them. */
export type SystemNames = { readonly prefix: string } & Readonly<Record<keyof typeof SYSTEM_NAME_RULES, string>>;

/** Names of one load balancer of a unit, and of what it has of its own. */
export type LoadBalancerNames = Pick<
  SystemNames,
  "loadBalancer" | "loadBalancerSecurityGroup" | "accessLogsBucketPrefix" | "loadBalancerAlarm" | "dashboard"
>;

/** Names of a service in an environment. */
export type ServiceNames = Readonly<Record<keyof typeof SERVICE_NAME_RULES, string>>;

/** Names that an environment has once. */
export type EnvironmentNames = Readonly<Record<keyof typeof ENVIRONMENT_NAME_RULES, string>>;

/**
 * The names of a unit's resources, such as `jenkins-ecs-local`.
 *
 * @param unit a system's name; or that of a group's unit, as `deploymentUnit` gives it
 * @param environmentName the environment's name
 */
export function systemNames(unit: string, environmentName: string): SystemNames {
  const prefix = `${unit}-${environmentName}`;
  return {
    prefix,
    cluster: prefix,
    ...loadBalancerNames(unit, environmentName, 0),
    // A literal shared by both: the association of the capacity provider must not depend on the group's own resource.
    capacityProvider: prefix,
    autoScalingGroup: prefix,
    launchTemplate: prefix,
    instanceRole: `${prefix}-instance`,
    instanceProfile: `${prefix}-instance`,
    instanceSecurityGroup: `${prefix}-instance`,
    execLogGroup: `/ecs/${prefix}/exec`,
    database: prefix,
    databaseSecurityGroup: `${prefix}-database`,
    migratorSecret: `${unit}/${environmentName}/migrator/database`,
    alarmTopic: `${prefix}-alarms`,
    failedDeploymentRule: `${prefix}-failed-deployment`,
    failedReleaseRule: `${prefix}-failed-release`,
    deploymentApplication: prefix,
    deploymentRepository: `${prefix}-deployment`,
    artifactBucketPrefix: `${prefix}-art-`,
    namespace: `${prefix}.internal`,
    pipelineArtifactBucketPrefix: `${prefix}-pipe-`,
    approvalTopic: `${prefix}-approvals`,
    apiName: prefix,
    apiLogGroup: `/apigateway/${prefix}`,
    vpcLink: prefix,
    vpcLinkSecurityGroup: `${prefix}-vpc-link`,
    userPool: prefix,
    appClient: prefix,
    usagePlan: prefix,
  };
}

/**
 * The names of one of a unit's load balancers: `jenkins-ecs-local` for number 0, `jenkins-ecs-local-2` for number 1.
 *
 * @param unit a system's name; or that of a group's unit, as `deploymentUnit` gives it
 * @param number the load balancer's number, from 0
 */
export function loadBalancerNames(unit: string, environmentName: string, number: number): LoadBalancerNames {
  const name = `${unit}-${environmentName}${loadBalancerSuffix(number)}`;
  return {
    loadBalancer: name,
    loadBalancerSecurityGroup: `${name}-load-balancer`,
    accessLogsBucketPrefix: `${name}-log-`,
    loadBalancerAlarm: `${name}-load-balancer`,
    dashboard: name,
  };
}

/** The names of a service's resources, such as `jenkins-ecs-local-service-a`. */
export function serviceNames(
  service: Pick<Service, "system" | "group" | "name">,
  environmentName: string,
): ServiceNames {
  const { name } = service;
  const unit = deploymentUnit(service);
  const { prefix } = systemNames(unit, environmentName);
  const path = `${unit}/${environmentName}/${name}`;
  const family = `${prefix}-${name}`;
  return {
    service: name,
    container: name,
    family,
    repository: `${prefix}/${name}`,
    logGroup: `/ecs/${prefix}/${name}`,
    executionRole: `${family}-execution`,
    taskRole: `${family}-task`,
    securityGroup: family,
    targetGroupPrefix: targetGroupPrefix(name),
    taskDefinitionParameter: `/${path}/task-definition`,
    secretPrefix: `${path}/`,
    databaseSecret: `${path}/database`,
    databaseUser: name,
    migrateFamily: `${family}-migrate`,
    migrateTaskDefinitionParameter: `/${path}/migrate-task-definition`,
    prepareDatabaseFamily: `${family}-prepare-database`,
    prepareDatabaseTaskDefinitionParameter: `/${path}/prepare-database-task-definition`,
    databaseExecutionRole: `${family}-database-execution`,
    deploymentGroup: name,
    deploymentRole: `${family}-deployment`,
    pipeline: family,
    pipelineRole: `${family}-pipeline`,
    pipelineEventsRole: `${family}-pipeline-events`,
    migrationProject: `${family}-migrate`,
    migrationLogGroup: `/codebuild/${family}-migrate`,
    migrationProjectRole: `${family}-migrate-build`,
    discoveryService: name,
    connectService: `${name}-connect`,
    buildProject: `${family}-build`,
    buildProjectRole: `${family}-build`,
    buildLogGroup: `/codebuild/${family}-build`,
    deployProject: `${family}-deploy`,
    deployProjectRole: `${family}-deploy`,
    deployLogGroup: `/codebuild/${family}-deploy`,
    smokeProject: `${family}-smoke`,
    smokeProjectRole: `${family}-smoke`,
    smokeLogGroup: `/codebuild/${family}-smoke`,
    deployProductionProject: `${family}-deploy-prod`,
    deployProductionProjectRole: `${family}-deploy-prod`,
    deployProductionLogGroup: `/codebuild/${family}-deploy-prod`,
    githubPipeline: `${family}-github`,
    githubPipelineRole: `${family}-github`,
    githubBuildProject: `${family}-image`,
    githubBuildProjectRole: `${family}-image`,
    githubBuildLogGroup: `/codebuild/${family}-image`,
    pullRequestPipeline: `${family}-pr`,
    pullRequestPipelineRole: `${family}-pr`,
    pullRequestProject: `${family}-check`,
    pullRequestProjectRole: `${family}-check`,
    pullRequestLogGroup: `/codebuild/${family}-check`,
  };
}

/** The names of what an environment has once, such as `network-local`. */
export function environmentNames(environmentName: string): EnvironmentNames {
  const vpc = `network-${environmentName}`;
  return {
    vpc,
    flowLogGroup: `/vpc/${vpc}/flow-logs`,
    flowLogRole: `${vpc}-flow-logs`,
    stateBucketPrefix: `express-on-ecs-${environmentName}-`,
    sourceRepository: `express-on-ecs-${environmentName}`,
    mailConfigurationSet: `mail-${environmentName}`,
    mailEventsTopic: `mail-${environmentName}-events`,
    apiLogRole: `express-on-ecs-${environmentName}-api-log`,
    githubConnection: `express-on-ecs-${environmentName}`,
  };
}

/**
 * The first five characters of a target group's name: AWS makes up the rest, so that a replacement can exist beside the
 * group that it replaces. `service-a` gives `sa-`: initials, then as much of the last word as fits.
 */
function targetGroupPrefix(name: string): string {
  const words = name.split("-");
  const initials = words.slice(0, -1).map((word) => word.charAt(0));
  const start = [...initials, words.at(-1) ?? ""].join("").slice(0, TARGET_GROUP_NAME_PREFIX_MAX - 1);
  return `${start}-`;
}
