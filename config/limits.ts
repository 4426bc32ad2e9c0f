/**
 * AWS's limits as data. Every entry names the page of the AWS documentation that it was read from.
 */

/**
 * Seconds for which the load balancer keeps an idle connection open. The services keep theirs open for longer, so that
 * the load balancer never sends a request into a connection that its target is just closing (a 502 to the client).
 *
 * Source: "Edit attributes for your Application Load Balancer" (idle timeout, default 60).
 */
export const LOAD_BALANCER_IDLE_TIMEOUT_SECONDS = 60;

const GIBIBYTE_MIB = 1024;

/** Memory sizes in MiB: every `stepGiB` from `fromGiB` to `toGiB`, both included. */
function gibibytes(fromGiB: number, toGiB: number, stepGiB: number): readonly number[] {
  const count = (toGiB - fromGiB) / stepGiB + 1;
  return Array.from({ length: count }, (_, index) => (fromGiB + index * stepGiB) * GIBIBYTE_MIB);
}

/**
 * What Fargate sells: CPU units -> memory in MiB.
 *
 * Source: "Amazon ECS task definition differences for Fargate", task CPU and memory.
 */
export const FARGATE_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, gibibytes(1, 4, 1)],
  [1024, gibibytes(2, 8, 1)],
  [2048, gibibytes(4, 16, 1)],
  [4096, gibibytes(8, 30, 1)],
  [8192, gibibytes(16, 60, 4)],
  [16384, gibibytes(32, 120, 8)],
]);

/** A range of whole numbers, both ends included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** CPU units of a task on EC2 (0.125 to 192 vCPU). Source: "Amazon ECS task definition parameters for Amazon EC2", task size. */
export const EC2_TASK_CPU: Range = { min: 128, max: 196_608 };

/** MiB of a container: Docker refuses less than 6. Source: "Amazon ECS task definition parameters", container memory. */
export const EC2_TASK_MEMORY_MIB: Range = { min: 6, max: 25_165_824 };

/** Source: RFC 6335; 0 is not a port. */
export const PORT: Range = { min: 1, max: 65_535 };

/** Tasks of one service. Source: "Amazon ECS endpoints and quotas", tasks per service. */
export const REPLICAS: Range = { min: 0, max: 5_000 };

/** Target value of a tracking policy on utilisation. */
export const PERCENT: Range = { min: 1, max: 100 };

/** Source: Auto Scaling API, `OnDemandPercentageAboveBaseCapacity` of `InstancesDistribution`. */
export const ON_DEMAND_PERCENT: Range = { min: 0, max: 100 };

/** A day; AWS names no end. Source: Application Auto Scaling API, `TargetTrackingScalingPolicyConfiguration`. */
export const COOLDOWN_SECONDS: Range = { min: 0, max: 86_400 };

/** Requests per target and minute. */
export const REQUESTS_PER_TARGET: Range = { min: 1, max: 10_000_000 };

/** Source: "Health checks for Application Load Balancer target groups". */
export const HEALTH_CHECK_INTERVAL_SECONDS: Range = { min: 5, max: 300 };
export const HEALTH_CHECK_TIMEOUT_SECONDS: Range = { min: 2, max: 120 };
export const HEALTH_CHECK_THRESHOLD: Range = { min: 2, max: 10 };
export const HEALTH_CHECK_PATH_MAX = 1024;
export const HEALTH_CHECK_STATUS: Range = { min: 200, max: 499 };

/** Source: ECS API, `healthCheckGracePeriodSeconds` of CreateService. */
export const HEALTH_CHECK_GRACE_PERIOD_SECONDS: Range = { min: 0, max: 2_147_483_647 };

/** Source: "Edit target group attributes for your Application Load Balancer", deregistration delay. */
export const DEREGISTRATION_DELAY_SECONDS: Range = { min: 0, max: 3_600 };

/** Source: "Amazon ECS task definition parameters", container timeouts, `stopTimeout`. */
export const STOP_TIMEOUT_SECONDS: Range = { min: 2, max: 120 };

/** Source: Elastic Load Balancing API, CreateRule, `Priority`. */
export const RULE_PRIORITY: Range = { min: 1, max: 50_000 };

/** Source: "Quotas for your Application Load Balancers" and "Condition types for listener rules". */
export const CONDITION_VALUES_PER_RULE_MAX = 5;
export const CONDITION_WILDCARDS_PER_RULE_MAX = 5;
export const PATH_PATTERN_MAX = 128;
export const HOST_PATTERN_MAX = 128;

/** Bits of a CIDR block's prefix. Source: "VPC CIDR blocks". */
export const VPC_PREFIX_LENGTH: Range = { min: 16, max: 28 };

/** Source: "Subnet CIDR blocks". */
export const SUBNET_PREFIX_LENGTH: Range = { min: 16, max: 28 };

/** A load balancer takes no subnet smaller than /27. Source: "Application Load Balancers", subnets for your load balancer. */
export const LOAD_BALANCER_SUBNET_PREFIX_MAX = 27;

/** A load balancer needs subnets in two zones. Source: "Application Load Balancers", subnets for your load balancer. */
export const AVAILABILITY_ZONES_MIN = 2;

/** Source: CloudWatch Logs API, PutRetentionPolicy, `retentionInDays`. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Instances of an autoscaling group; AWS's quota is far higher, a typing slip of a nought is not. */
export const MAX_INSTANCES: Range = { min: 1, max: 1_000 };

/** Source: "Tag naming limits and requirements". Fifty tags in all; the stacks add their own. */
export const TAG_KEY_MAX = 128;
export const TAG_VALUE_MAX = 256;
export const TAGS_MAX = 40;

/** Source: RFC 1035; ACM's first name of a certificate: "AWS Certificate Manager certificate characteristics and limitations". */
export const DNS_LABEL_MAX = 63;
export const DNS_NAME_MAX = 253;
export const CERTIFICATE_NAME_MAX = 64;

/** Lengths of names, in characters. Source of each: the `Name` parameter of the resource's create call. */
export const LOAD_BALANCER_NAME_MAX = 32;
export const TARGET_GROUP_NAME_PREFIX_MAX = 6;
export const IAM_ROLE_NAME_MAX = 64;
export const INSTANCE_PROFILE_NAME_MAX = 128;
export const ECS_NAME_MAX = 255;
export const CAPACITY_PROVIDER_NAME_MAX = 255;
export const AUTO_SCALING_GROUP_NAME_MAX = 255;
export const LAUNCH_TEMPLATE_NAME_MAX = 128;
/** Of 255: a hyphen and the 26 characters that Terraform appends to a `name_prefix` are taken off. */
export const SECURITY_GROUP_NAME_MAX = 228;
export const LOG_GROUP_NAME_MAX = 512;
export const ECR_REPOSITORY_NAME_MAX = 256;
export const SSM_PARAMETER_NAME_MAX = 1011;
export const SCHEDULED_ACTION_NAME_MAX = 256;
export const BUCKET_NAME_MAX = 63;
/** A bucket of the platform is named by a prefix and the account's twelve digits. */
export const BUCKET_NAME_PREFIX_MAX = BUCKET_NAME_MAX - 12;
