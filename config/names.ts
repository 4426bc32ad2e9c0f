import {
  AUTO_SCALING_GROUP_NAME_MAX,
  CAPACITY_PROVIDER_NAME_MAX,
  ECR_REPOSITORY_NAME,
  ECS_NAME_MAX,
  IAM_ROLE_NAME_MAX,
  INSTANCE_PROFILE_NAME_MAX,
  LAUNCH_TEMPLATE_NAME,
  LOAD_BALANCER_NAME_MAX,
  LOG_GROUP_NAME_MAX,
  SCHEDULED_ACTION_NAME_MAX,
  SECURITY_GROUP_NAME_MAX,
  SSM_PARAMETER_NAME_MAX,
  TARGET_GROUP_NAME_PREFIX_MAX,
} from "../modules/aws/limits";
import { BUCKET_NAME_PREFIX_MAX } from "./limits";
import type { Service } from "./service";

/** What AWS asks of a name. */
export interface NameRule {
  /** What the name is for, in words for a fault. */
  readonly label: string;
  /** Longest name, in characters. */
  readonly max: number;
  /** Beginnings that AWS keeps for itself. */
  readonly reserved?: readonly string[];
}

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
} as const satisfies Record<string, NameRule>;

/** Names of a system in an environment; `prefix` begins most of them. */
export type SystemNames = { readonly prefix: string } & Readonly<Record<keyof typeof SYSTEM_NAME_RULES, string>>;

/** Names of a service in an environment. */
export type ServiceNames = Readonly<Record<keyof typeof SERVICE_NAME_RULES, string>>;

/** Names that an environment has once. */
export type EnvironmentNames = Readonly<Record<keyof typeof ENVIRONMENT_NAME_RULES, string>>;

/**
 * The names of a system's resources, such as `jenkins-ecs-local`.
 *
 * @param system the system's name
 * @param environmentName the environment's name
 */
export function systemNames(system: string, environmentName: string): SystemNames {
  const prefix = `${system}-${environmentName}`;
  return {
    prefix,
    cluster: prefix,
    loadBalancer: prefix,
    loadBalancerSecurityGroup: `${prefix}-load-balancer`,
    // A literal shared by both: the association of the capacity provider must not depend on the group's own resource.
    capacityProvider: prefix,
    autoScalingGroup: prefix,
    launchTemplate: prefix,
    instanceRole: `${prefix}-instance`,
    instanceProfile: `${prefix}-instance`,
    instanceSecurityGroup: `${prefix}-instance`,
    execLogGroup: `/ecs/${prefix}/exec`,
    accessLogsBucketPrefix: `${prefix}-log-`,
  };
}

/** The names of a service's resources, such as `jenkins-ecs-local-service-a`. */
export function serviceNames(
  { system, name }: Pick<Service, "system" | "name">,
  environmentName: string,
): ServiceNames {
  const { prefix } = systemNames(system, environmentName);
  return {
    service: name,
    container: name,
    family: `${prefix}-${name}`,
    repository: `${prefix}/${name}`,
    logGroup: `/ecs/${prefix}/${name}`,
    executionRole: `${prefix}-${name}-execution`,
    taskRole: `${prefix}-${name}-task`,
    securityGroup: `${prefix}-${name}`,
    targetGroupPrefix: targetGroupPrefix(name),
    taskDefinitionParameter: `/${system}/${environmentName}/${name}/task-definition`,
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
