/**
 * AWS's limits as data, for the modules and for the checks of the configuration. Every entry names the page of the AWS
 * documentation that it was read from.
 */

/** A range of whole numbers, both ends included. */
export interface Range {
  /** The least that is allowed. */
  readonly min: number;
  /** The most that is allowed. */
  readonly max: number;
}

/** The end of the ranges that AWS names none for: what its APIs can write (a signed number of 32 bits). */
const NO_LIMIT = 2_147_483_647;

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

/** Source: Application Auto Scaling API, `TargetTrackingScalingPolicyConfiguration`, which names no end. */
export const SCALING_COOLDOWN_SECONDS: Range = { min: 0, max: NO_LIMIT };

/** Requests per target and minute; AWS names no end. */
export const SCALING_REQUESTS_PER_TARGET: Range = { min: 1, max: NO_LIMIT };

/** Source: Auto Scaling API, `InstancesDistribution`. */
export const ON_DEMAND_BASE: Range = { min: 0, max: NO_LIMIT };
export const ON_DEMAND_PERCENT: Range = { min: 0, max: 100 };

/** Source: ECS API, `ManagedScaling`, whose largest step is as many instances. */
export const GROUP_SIZE: Range = { min: 1, max: 10_000 };

/** GiB of a gp3 volume that the ECS-optimised AMI fits on. Source: "Amazon EBS General Purpose SSD volumes". */
export const ROOT_VOLUME_GIB: Range = { min: 30, max: 16_384 };

/** Source: "Health checks for Application Load Balancer target groups". */
export const HEALTH_CHECK_INTERVAL_SECONDS: Range = { min: 5, max: 300 };
export const HEALTH_CHECK_TIMEOUT_SECONDS: Range = { min: 2, max: 120 };
export const HEALTH_CHECK_THRESHOLD: Range = { min: 2, max: 10 };
export const HEALTH_CHECK_PATH_MAX = 1024;
export const HEALTH_CHECK_STATUS: Range = { min: 200, max: 499 };

/** Source: ECS API, `healthCheckGracePeriodSeconds` of CreateService. */
export const HEALTH_CHECK_GRACE_PERIOD_SECONDS: Range = { min: 0, max: 2_147_483_647 };

/** Source: "Edit attributes for your Application Load Balancer", idle timeout. */
export const IDLE_TIMEOUT_SECONDS: Range = { min: 1, max: 4_000 };

/** Source: "Edit target group attributes for your Application Load Balancer", deregistration delay. */
export const DEREGISTRATION_DELAY_SECONDS: Range = { min: 0, max: 3_600 };

/** Source: "Amazon ECS task definition parameters", container timeouts, `stopTimeout`; the end is Fargate's. */
export const STOP_TIMEOUT_SECONDS: Range = { min: 2, max: 120 };
export const EC2_STOP_TIMEOUT_SECONDS: Range = { min: 2, max: NO_LIMIT };

/** Source: Elastic Load Balancing API, CreateRule, `Priority`. */
export const RULE_PRIORITY: Range = { min: 1, max: 50_000 };

/** Source: "Quotas for your Application Load Balancers" and "Condition types for listener rules". */
export const CONDITION_VALUES_PER_RULE_MAX = 5;
export const CONDITION_WILDCARDS_PER_RULE_MAX = 5;
export const RULES_PER_LOAD_BALANCER_MAX = 100;
export const PATH_PATTERN_MAX = 128;
export const HOST_PATTERN_MAX = 128;

/** Source: Elastic Load Balancing API, `FixedResponseActionConfig`, `MessageBody`. */
export const FIXED_RESPONSE_MAX = 1024;

/** Source: ECS API, `AwsVpcConfiguration`. */
export const SERVICE_SUBNETS: Range = { min: 1, max: 16 };
export const SERVICE_SECURITY_GROUPS: Range = { min: 0, max: 5 };

/** Rules of one direction in a security group. Source: "Amazon VPC quotas", security groups. */
export const SECURITY_GROUP_RULES_MAX = 60;

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

/** Days, images: what lifecycle rules count. Source: "Lifecycle configuration elements", "Lifecycle policy properties in Amazon ECR". */
export const LIFECYCLE_COUNT: Range = { min: 1, max: NO_LIMIT };

/** Characters of all inline policies of a role, white space not counted. Source: "IAM and AWS STS quotas". */
export const INLINE_POLICIES_MAX = 10_240;

/** Source: "Tag naming limits and requirements". */
export const TAG_KEY_MAX = 128;
export const TAG_VALUE_MAX = 256;
export const TAGS_PER_RESOURCE_MAX = 50;

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
export const LAUNCH_TEMPLATE_NAME: Range = { min: 3, max: 128 };
/** Of 255: a hyphen and the 26 characters that Terraform appends to a `name_prefix` are taken off. */
export const SECURITY_GROUP_NAME_MAX = 228;
export const LOG_GROUP_NAME_MAX = 512;
export const ECR_REPOSITORY_NAME: Range = { min: 2, max: 256 };
export const IMAGE_TAG_MAX = 128;
export const SSM_PARAMETER_NAME_MAX = 1011;
export const SSM_PARAMETER_LEVELS_MAX = 15;
export const SCHEDULED_ACTION_NAME_MAX = 256;
export const BUCKET_NAME_MAX = 63;

/** Days until a secret that was deleted is gone, or 0 for at once. Source: Secrets Manager API, DeleteSecret, `RecoveryWindowInDays`. */
export const SECRET_RECOVERY_DAYS: Range = { min: 7, max: 30 };
export const SECRET_NAME_MAX = 512;

/** Source: MySQL Reference Manual, "CREATE USER Statement": no longer than 32 characters. */
export const DATABASE_USER_NAME_MAX = 32;

/** Source: RDS API, CreateDBInstance, `DBInstanceIdentifier`. */
export const DB_INSTANCE_NAME_MAX = 63;

/** GiB of a gp3 volume of MySQL. Source: "Amazon RDS DB instance storage", gp3 storage. */
export const DB_STORAGE_GIB: Range = { min: 20, max: 65_536 };

/** The least that storage autoscaling may end at. Source: "Managing capacity automatically with Amazon RDS storage autoscaling". */
export const DB_STORAGE_GROWTH_PERCENT_MIN = 10;

/** Source: RDS API, CreateDBInstance, `BackupRetentionPeriod` and `Port` (MySQL). */
export const DB_BACKUP_RETENTION_DAYS: Range = { min: 0, max: 35 };
export const DB_PORT: Range = { min: 1_150, max: 65_535 };

/** Source: "Quotas and constraints for Amazon RDS", maximum number of database connections, MySQL. */
export const DB_MAX_CONNECTIONS: Range = { min: 10, max: 100_000 };

/** Classes of MySQL without Performance Insights. Source: "Amazon RDS DB engine, Region, and instance class support for Performance Insights". */
export const DB_CLASSES_WITHOUT_INSIGHTS: readonly string[] = [
  "db.t2.micro",
  "db.t2.small",
  "db.t3.micro",
  "db.t3.small",
  "db.t4g.micro",
  "db.t4g.small",
];

/** Per cent of the traffic that CodeDeploy moves in one step. Source: CodeDeploy API, `TimeBasedCanary` and `TimeBasedLinear`. */
export const TRAFFIC_SHIFT_PERCENT: Range = { min: 1, max: 99 };

/** Minutes from the first step to the last, and that blue stays after it. Source: "CodeDeploy quotas". */
export const TRAFFIC_SHIFT_MINUTES: Range = { min: 1, max: 2_880 };
export const BAKE_MINUTES: Range = { min: 0, max: 2_880 };
export const ALARMS_PER_DEPLOYMENT_GROUP_MAX = 50;

/** Source: CodeBuild API, CreateProject, `timeoutInMinutes`. */
export const BUILD_TIMEOUT_MINUTES: Range = { min: 5, max: 2_160 };
/** The same, `queuedTimeoutInMinutes`, `concurrentBuildLimit` and `description`. */
export const BUILD_QUEUED_MINUTES: Range = { min: 5, max: 480 };
export const BUILD_CONCURRENCY: Range = { min: 1, max: NO_LIMIT };
export const BUILD_PROJECT_DESCRIPTION_MAX = 255;

/** Lengths of the names of what releases, in characters. Source of each: the name's parameter of the create call. */
export const CODEDEPLOY_NAME_MAX = 100;
/** Of 100: rules of EventBridge are named after it with a suffix, and may have 64. Source: EventBridge API, PutRule. */
export const PIPELINE_NAME_MAX = 58;
export const GIT_REPOSITORY_NAME_MAX = 100;
export const GIT_REPOSITORY_DESCRIPTION_MAX = 1_000;
export const BUILD_PROJECT_NAME: Range = { min: 2, max: 255 };
export const REPORT_GROUP_NAME: Range = { min: 2, max: 128 };
/** Of what an approval asks, and where it links to. Source: CodePipeline User Guide, "Approve or reject an approval action". */
export const APPROVAL_MESSAGE_MAX = 1_000;
export const TOPIC_NAME_MAX = 256;
export const ALARM_NAME_MAX = 255;
export const ALARM_DESCRIPTION_MAX = 1_024;
export const EVENT_RULE_NAME_MAX = 64;
export const DASHBOARD_NAME_MAX = 255;

/** Of a dashboard, and of one of its widgets. Source: Amazon CloudWatch User Guide, "CloudWatch service quotas". */
export const DASHBOARD_WIDGETS_MAX = 500;
export const DASHBOARD_METRICS_MAX = 2_500;
export const WIDGET_METRICS_MAX = 500;

/** Source: "Dashboard body structure and syntax", alarm widget object. */
export const WIDGET_ALARMS_MAX = 100;

/** Source: SES API v2, CreateConfigurationSet, `ConfigurationSetName`. */
export const CONFIGURATION_SET_NAME_MAX = 64;

/** Source: Cloud Map API, CreatePrivateDnsNamespace, `Name`. */
export const NAMESPACE_NAME_MAX = 253;

/** Seconds for which resolvers keep a record. Source: Cloud Map API, `DnsRecord`, `TTL`. */
export const DNS_TTL_SECONDS: Range = { min: 0, max: NO_LIMIT };

/** Characters before the @ of a mail address. Source: RFC 5321, "Size Limits and Minimums". */
export const MAIL_LOCAL_PART_MAX = 64;

/** Lengths of names, in characters. Source of each: the name's parameter of the create call. */
export const API_NAME_MAX = 128;
export const VPC_LINK_NAME_MAX = 128;
export const STAGE_NAME_MAX = 128;
export const USER_POOL_NAME_MAX = 128;
/** AWS names no end. */
export const USAGE_PLAN_NAME_MAX = 128;
export const API_DESCRIPTION_MAX = 1_024;

/** Requests per second, and at once, of all APIs of an account and Region. Source: "Amazon API Gateway quotas". */
export const API_THROTTLE_RATE: Range = { min: 1, max: 10_000 };
export const API_THROTTLE_BURST: Range = { min: 1, max: 5_000 };

/** Source: "Quotas for configuring and running an HTTP API in API Gateway". */
export const ROUTES_PER_API_MAX = 300;
export const AUDIENCES_PER_AUTHORIZER_MAX = 50;
export const VPC_LINK_SUBNETS_MAX = 10;

/** Resources are the parts of paths, the root among them. Source: "Quotas for configuring and running a REST API in API Gateway". */
export const RESOURCES_PER_API_MAX = 300;

/** Milliseconds that API Gateway waits for an answer. Source: the quotas of HTTP APIs, and those of REST APIs that are regional. */
export const HTTP_API_TIMEOUT_MS = 30_000;
export const REST_API_TIMEOUT_MS = 29_000;

/** Seconds for which browsers keep the answer to a preflight request. Source: "Configure CORS for HTTP APIs in API Gateway". */
export const CORS_MAX_AGE_SECONDS: Range = { min: 0, max: 86_400 };

/** Requests of a day, week or month. Source: API Gateway API Reference, `QuotaSettings`, which names no end. */
export const USAGE_QUOTA_REQUESTS: Range = { min: 1, max: NO_LIMIT };

/** Source: Cognito API, `PasswordPolicyType`, `MinimumLength` and `TemporaryPasswordValidityDays`. */
export const PASSWORD_LENGTH: Range = { min: 6, max: 99 };
export const TEMPORARY_PASSWORD_DAYS: Range = { min: 1, max: 365 };

/** Source: Cognito API, CreateUserPoolClient, `AccessTokenValidity` (5 minutes to 1 day) and `RefreshTokenValidity` (1 hour to 10 years). */
export const ACCESS_TOKEN_MINUTES: Range = { min: 5, max: 1_440 };
export const REFRESH_TOKEN_DAYS: Range = { min: 1, max: 3_650 };

/** The same, `CallbackURLs`, `LogoutURLs` and `AllowedOAuthScopes`. */
export const REDIRECT_URLS_MAX = 100;
export const REDIRECT_URL_LENGTH_MAX = 1_024;
export const CLIENT_SCOPES_MAX = 50;

/** Source: Cognito API, CreateResourceServer, `Identifier`, and `ResourceServerScopeType`. */
export const RESOURCE_SERVER_IDENTIFIER_MAX = 256;
export const SCOPE_NAME_MAX = 256;
export const SCOPE_DESCRIPTION_MAX = 256;
export const SCOPES_PER_RESOURCE_SERVER_MAX = 100;

/** Source: Cognito API, CreateUserPoolDomain, `Domain`. */
export const SIGN_IN_PREFIX_MAX = 63;

/** Characters of a connection's name. Source: CodeConnections API, CreateConnection, `ConnectionName`. */
export const CONNECTION_NAME_MAX = 32;
