import {
  ALARM_NAME_MAX,
  BUILD_PROJECT_NAME,
  CODEDEPLOY_NAME_MAX,
  CONFIGURATION_SET_NAME_MAX,
  DASHBOARD_NAME_MAX,
  DATABASE_USER_NAME_MAX,
  DB_INSTANCE_NAME_MAX,
  DNS_LABEL_MAX,
  DNS_NAME_MAX,
  ECR_REPOSITORY_NAME,
  ECS_NAME_MAX,
  EVENT_RULE_NAME_MAX,
  GIT_REPOSITORY_NAME_MAX,
  HEALTH_CHECK_PATH_MAX,
  HEALTH_CHECK_STATUS,
  HOST_PATTERN_MAX,
  IAM_ROLE_NAME_MAX,
  IMAGE_TAG_MAX,
  LAUNCH_TEMPLATE_NAME,
  LOAD_BALANCER_NAME_MAX,
  LOG_GROUP_NAME_MAX,
  MAIL_LOCAL_PART_MAX,
  PATH_PATTERN_MAX,
  PIPELINE_NAME_MAX,
  REPORT_GROUP_NAME,
  SCHEDULED_ACTION_NAME_MAX,
  SECRET_NAME_MAX,
  SECURITY_GROUP_NAME_MAX,
  SSM_PARAMETER_LEVELS_MAX,
  SSM_PARAMETER_NAME_MAX,
  TAG_KEY_MAX,
  TAG_VALUE_MAX,
  TARGET_GROUP_NAME_PREFIX_MAX,
  TOPIC_NAME_MAX,
} from "./limits";

/** The form of a text as AWS takes it. Source of a name's: the `Name` parameter of the resource's create call. */
export interface Form {
  /** Whether AWS would take a text. */
  readonly fits: (text: string) => boolean;
  /** What is allowed, as the end of the sentence "allowed: ...". */
  readonly allowed: string;
}

/** A form of texts that a regular expression tells. */
export const form = (pattern: RegExp, allowed: string): Form => ({ fits: (text) => pattern.test(text), allowed });

const ecsName = `1 to ${ECS_NAME_MAX} letters, digits, hyphens and underscores`;

/** Names of clusters, services, containers and task definition families. */
export const ECS_NAME = form(new RegExp(`^[A-Za-z0-9_-]{1,${ECS_NAME_MAX}}$`), ecsName);

/** One name for a capacity provider, its autoscaling group and its launch template. */
export const CAPACITY_NAME = form(
  new RegExp(`^(?!aws|ecs|fargate)[a-z0-9_-]{${LAUNCH_TEMPLATE_NAME.min},${LAUNCH_TEMPLATE_NAME.max}}$`, "i"),
  `${LAUNCH_TEMPLATE_NAME.min} to ${LAUNCH_TEMPLATE_NAME.max} letters, digits, hyphens and underscores, not starting with aws, ecs or fargate`,
);

/** Source: "Amazon ECS task definition parameters", `image`. */
export const IMAGE_REFERENCE = form(
  /^[A-Za-z0-9_\-:./#@]{1,255}$/,
  "1 to 255 letters, digits and - _ : . / # @, such as registry.example/shop/cart:1.0.0",
);

/** Names of load balancers. */
export const LOAD_BALANCER_NAME = form(
  new RegExp(`^(?!internal-)(?!-)[A-Za-z0-9-]{1,${LOAD_BALANCER_NAME_MAX}}(?<!-)$`),
  `1 to ${LOAD_BALANCER_NAME_MAX} letters, digits and hyphens, no hyphen first or last, not starting with internal-`,
);

/** Beginnings of target groups' names: AWS's 32 characters less the 26 that Terraform appends. */
export const TARGET_GROUP_NAME_PREFIX = form(
  new RegExp(`^(?!-)[A-Za-z0-9-]{1,${TARGET_GROUP_NAME_PREFIX_MAX}}$`),
  `1 to ${TARGET_GROUP_NAME_PREFIX_MAX} letters, digits and hyphens, no hyphen first`,
);

/** Beginnings of security groups' names. */
export const SECURITY_GROUP_NAME = form(
  new RegExp(`^(?!sg-)[A-Za-z0-9 ._\\-:/()#,@[\\]+=&;{}!$*]{1,${SECURITY_GROUP_NAME_MAX}}$`),
  `1 to ${SECURITY_GROUP_NAME_MAX} letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *, not starting with sg-`,
);

/** Names of IAM roles. */
export const ROLE_NAME = form(
  new RegExp(`^[\\w+=,.@-]{1,${IAM_ROLE_NAME_MAX}}$`),
  `1 to ${IAM_ROLE_NAME_MAX} letters, digits and _ + = , . @ -`,
);

/** Source: "IAM JSON policy elements: Sid". */
export const STATEMENT_ID = form(/^[A-Za-z0-9]*$/, "letters and digits");

/** Source: "IAM JSON policy elements: Action". */
export const ACTION = form(/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, '"*", or a service and an action such as s3:GetObject');

/** Source: "IAM JSON policy elements: Resource". */
export const POLICY_RESOURCE = form(/^(\*|arn:.+)$/, '"*", or an ARN');

/** Names of CloudWatch log groups. */
export const LOG_GROUP_NAME = form(
  new RegExp(`^(?!aws/)[A-Za-z0-9_\\-./#]{1,${LOG_GROUP_NAME_MAX}}$`),
  `1 to ${LOG_GROUP_NAME_MAX} letters, digits and _ - . / #, not starting with aws/`,
);

/** Names of parameters of Systems Manager. */
export const PARAMETER_NAME = form(
  new RegExp(
    `^(?=.{1,${SSM_PARAMETER_NAME_MAX}}$)(?!/?(aws|ssm))(/[A-Z0-9_.-]+){1,${SSM_PARAMETER_LEVELS_MAX}}$|^(?!aws|ssm)[A-Z0-9_.-]{1,${SSM_PARAMETER_NAME_MAX}}$`,
    "i",
  ),
  `up to ${SSM_PARAMETER_NAME_MAX} letters, digits and _ . - in up to ${SSM_PARAMETER_LEVELS_MAX} levels that each start with /, the first with neither aws nor ssm`,
);

/** Names of ECR repositories. */
export const REPOSITORY_NAME = form(
  new RegExp(
    `^(?=.{${ECR_REPOSITORY_NAME.min},${ECR_REPOSITORY_NAME.max}}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`,
  ),
  `${ECR_REPOSITORY_NAME.min} to ${ECR_REPOSITORY_NAME.max} lower-case letters and digits, joined by single . _ - or /`,
);

/** Tags of images. */
export const IMAGE_TAG = form(
  new RegExp(`^\\w[\\w.-]{0,${IMAGE_TAG_MAX - 1}}$`),
  `1 to ${IMAGE_TAG_MAX} letters, digits and _ . -, neither . nor - first`,
);

/** Source: "General purpose bucket naming rules". */
export const BUCKET_NAME = form(
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/,
  "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends, no address, and no beginning or end that S3 keeps for itself",
);

/** Source: Application Auto Scaling API, PutScheduledAction, `ScheduledActionName`. */
export const SCHEDULED_ACTION_NAME = form(
  new RegExp(`^(?! )[^\\x00-\\x1f\\x7f-\\x9f:/|]{1,${SCHEDULED_ACTION_NAME_MAX}}(?<! )$`),
  `1 to ${SCHEDULED_ACTION_NAME_MAX} characters with the service's name and a hyphen in front, none of them : / or |, no space first or last`,
);

const TAG_CHARACTER = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";

/** Source: "Tag naming limits and requirements". */
export const TAG_KEY = form(
  new RegExp(`^(?![aA][wW][sS]:)${TAG_CHARACTER}{1,${TAG_KEY_MAX}}$`, "u"),
  `1 to ${TAG_KEY_MAX} letters, digits, spaces and _ . : / = + - @, not starting with aws:`,
);
export const TAG_VALUE = form(
  new RegExp(`^${TAG_CHARACTER}{0,${TAG_VALUE_MAX}}$`, "u"),
  `up to ${TAG_VALUE_MAX} letters, digits, spaces and _ . : / = + - @`,
);

/** Characters of a path condition, as inside the brackets of a regular expression. */
export const PATH_PATTERN_CHARACTERS = `A-Za-z0-9_\\-.$/~"'@:+&*?`;
export const PATH_PATTERN_CHARACTERS_IN_WORDS = `letters, digits, and _ - . $ / ~ " ' @ : + & with the wildcards * and ?`;

/** Source: "Condition types for listener rules", path conditions. */
export const PATH_PATTERN = form(
  new RegExp(`^[${PATH_PATTERN_CHARACTERS}]{1,${PATH_PATTERN_MAX}}$`),
  `1 to ${PATH_PATTERN_MAX} characters: ${PATH_PATTERN_CHARACTERS_IN_WORDS}`,
);

/** Source: "Condition types for listener rules", host conditions. */
export const HOST_PATTERN = form(
  new RegExp(`^(?=.{1,${HOST_PATTERN_MAX}}$)[A-Za-z0-9*?.-]+\\.[A-Za-z]+$`),
  `letters, digits, "-", ".", "*" and "?", at least one "." and only letters after the last, ${HOST_PATTERN_MAX} characters at most`,
);

/** Source: "Health checks for Application Load Balancer target groups". */
export const HEALTH_CHECK_PATH = form(
  new RegExp(`^/[\\x21-\\x7e]{0,${HEALTH_CHECK_PATH_MAX - 1}}$`),
  `"/" and further visible ASCII characters, ${HEALTH_CHECK_PATH_MAX} at most`,
);

/** Source: Elastic Load Balancing API, `Matcher`, `HttpCode`. */
export const STATUS_CODES: Form = {
  allowed: `codes and ranges of codes from ${HEALTH_CHECK_STATUS.min} to ${HEALTH_CHECK_STATUS.max}, such as "200", "200,202" or "200-299"`,
  fits: (text) =>
    text.split(",").every((part) => {
      const [, first, last = first] = /^(\d{3})(?:-(\d{3}))?$/.exec(part) ?? [];
      const [from, to] = [Number(first), Number(last)];
      return HEALTH_CHECK_STATUS.min <= from && from <= to && to <= HEALTH_CHECK_STATUS.max;
    }),
};

const LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";

/** One label of a name in DNS, in lower case. Source: "DNS domain name format"; RFC 1035. */
export const DNS_LABEL = form(
  new RegExp(`^[a-z0-9](?:[a-z0-9-]{0,${DNS_LABEL_MAX - 2}}[a-z0-9])?$`),
  `1 to ${DNS_LABEL_MAX} lower-case letters, digits and hyphens, no hyphen first or last`,
);

/** An address of mail without a display name. Source: SES Developer Guide, "Email format in Amazon SES". */
export const MAIL_ADDRESS = form(
  new RegExp(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,${MAIL_LOCAL_PART_MAX}}@(${LABEL}\\.)+${LABEL}$`, "i"),
  "a mail address without a name, such as no-reply@example.com",
);

/** Source: SES API v2, CreateConfigurationSet, `ConfigurationSetName`. */
export const CONFIGURATION_SET_NAME = form(
  new RegExp(`^[A-Za-z0-9_-]{1,${CONFIGURATION_SET_NAME_MAX}}$`),
  `1 to ${CONFIGURATION_SET_NAME_MAX} letters, digits, hyphens and underscores`,
);

/** Names of ports and of Service Connect's services. Source: ECS API Reference, "PortMapping" and "ServiceConnectService". */
export const CONNECT_NAME = form(
  /^[a-z0-9_][a-z0-9_-]{0,63}$/,
  "1 to 64 lower-case letters, digits, hyphens and underscores, no hyphen first",
);

/** Source: "DNS domain name format". */
export const DNS_NAME = form(
  new RegExp(`^(?=.{1,${DNS_NAME_MAX}}$)(\\*\\.)?(${LABEL}\\.)*${LABEL}$`, "i"),
  `up to ${DNS_NAME_MAX} characters: labels of up to 63 letters, digits and hyphens, joined by single dots, "*" only as the first`,
);

/** Family, dot and size. Source: "Amazon EC2 instance type naming conventions". */
export const INSTANCE_TYPE = form(
  /^[a-z][a-z0-9-]*\d[a-z0-9-]*\.(nano|micro|small|medium|large|[1-9]?\d*xlarge|metal(-[1-9]\d*xl)?)$/,
  "family, dot and size, in lower case, such as t3.small",
);

/** Availability Zones and Local Zones. Source: "Regions and Zones". */
export const AVAILABILITY_ZONE = form(
  /^[a-z]{2,4}(-[a-z]+)+-\d([a-z]|-[a-z]{3}-\d[a-z])$/,
  "a Region and a letter, such as us-east-1a",
);

/** Names of Regions. */
export const REGION = form(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "a Region as AWS writes it, such as eu-central-1");

/** Source: "AWS services that integrate with AWS PrivateLink". */
export const ENDPOINT_SERVICE = form(
  /^[a-z0-9]+([.-][a-z0-9]+)*$/,
  "what follows com.amazonaws.<region>. in the name of an endpoint, such as ecr.api or logs",
);

/** Source: Secrets Manager API, CreateSecret, `Name`. */
export const SECRET_NAME = form(
  new RegExp(`^[A-Za-z0-9/_+=.@-]{1,${SECRET_NAME_MAX}}$`),
  `1 to ${SECRET_NAME_MAX} letters, digits and / _ + = . @ -`,
);

/** A user of a database as services are called; in SQL it stands in quotes. Source: MySQL Reference Manual, "Specifying Account Names". */
export const DATABASE_USER_NAME = form(
  new RegExp(`^[A-Za-z][A-Za-z0-9_-]{0,${DATABASE_USER_NAME_MAX - 1}}$`),
  `1 to ${DATABASE_USER_NAME_MAX} letters, digits, hyphens and underscores, a letter first`,
);

/** In lower case, for RDS stores it so and Terraform would find a difference on every plan. */
export const DB_INSTANCE_NAME = form(
  new RegExp(`^(?=.{1,${DB_INSTANCE_NAME_MAX}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$`),
  `1 to ${DB_INSTANCE_NAME_MAX} lower-case letters, digits and single hyphens, a letter first, no hyphen last`,
);

/** Source: "DB instance class types". */
export const DB_INSTANCE_CLASS = form(
  /^db\.[a-z][a-z0-9]*\d[a-z0-9-]*\.(micro|small|medium|large|[1-9]?\d*xlarge)$/,
  "db, family and size, in lower case, such as db.t4g.micro",
);

/** Names of applications, deployment groups and deployment configurations. Source: "CodeDeploy quotas". */
export const CODEDEPLOY_NAME = form(
  new RegExp(`^[A-Za-z0-9._+=,@-]{1,${CODEDEPLOY_NAME_MAX}}$`),
  `1 to ${CODEDEPLOY_NAME_MAX} letters, digits and . _ + = , @ -`,
);

/** Without the @ of pipelines: EventBridge's rules are named after it. Source: CodePipeline API, `PipelineDeclaration`; EventBridge API, PutRule. */
export const PIPELINE_NAME = form(
  new RegExp(`^[A-Za-z0-9._-]{1,${PIPELINE_NAME_MAX}}$`),
  `1 to ${PIPELINE_NAME_MAX} letters, digits and . _ -`,
);

/** Source: CodeCommit API, CreateRepository, `repositoryName`. */
export const GIT_REPOSITORY_NAME = form(
  new RegExp(`^(?!.*\\.git$)[A-Za-z0-9._-]{1,${GIT_REPOSITORY_NAME_MAX}}$`),
  `1 to ${GIT_REPOSITORY_NAME_MAX} letters, digits and . _ -, not ending with .git`,
);

/** A folder of a repository: names joined by slashes, none of them a dot or two. */
export const REPOSITORY_FOLDER = form(
  /^(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/,
  "names of letters, digits and . _ -, joined by single /",
);

/** Source: CodeBuild API, CreateProject, `name`. */
export const BUILD_PROJECT = form(
  new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{${BUILD_PROJECT_NAME.min - 1},${BUILD_PROJECT_NAME.max - 1}}$`),
  `${BUILD_PROJECT_NAME.min} to ${BUILD_PROJECT_NAME.max} letters, digits, hyphens and underscores, a letter or digit first`,
);

/** Source: CodeBuild API, CreateReportGroup, `name`. */
export const REPORT_GROUP = form(
  new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{${REPORT_GROUP_NAME.min - 1},${REPORT_GROUP_NAME.max - 1}}$`),
  `${REPORT_GROUP_NAME.min} to ${REPORT_GROUP_NAME.max} letters, digits, hyphens and underscores, a letter or digit first`,
);

/** Names of a build's variables. Source: AWS CodeBuild User Guide, "Environment variables in build environments". */
export const BUILD_VARIABLE = form(
  /^(?!CODEBUILD_)[A-Za-z_][A-Za-z0-9_]*$/,
  "letters, digits and underscores, no digit first, not starting with CODEBUILD_",
);

/** An address of e-mail in ASCII without quotes, as SNS takes it. Source: RFC 5321, "Mailbox". */
export const EMAIL_ADDRESS = form(
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/,
  "an e-mail address such as ops@example.com",
);

/** Source: SNS API, CreateTopic, `Name`. */
export const TOPIC_NAME = form(
  new RegExp(`^[A-Za-z0-9_-]{1,${TOPIC_NAME_MAX}}$`),
  `1 to ${TOPIC_NAME_MAX} letters, digits, hyphens and underscores`,
);

/** Source: CloudWatch API, PutMetricAlarm, `AlarmName`: no control characters. */
export const ALARM_NAME = form(
  new RegExp(`^[\\x20-\\x7e]{1,${ALARM_NAME_MAX}}$`),
  `1 to ${ALARM_NAME_MAX} visible ASCII characters and spaces`,
);

/** Source: CloudWatch API, PutDashboard, `DashboardName`. */
export const DASHBOARD_NAME = form(
  new RegExp(`^[A-Za-z0-9_-]{1,${DASHBOARD_NAME_MAX}}$`),
  `1 to ${DASHBOARD_NAME_MAX} letters, digits, hyphens and underscores`,
);

/** Source: EventBridge API, PutRule, `Name`. */
export const EVENT_RULE_NAME = form(
  new RegExp(`^[.A-Za-z0-9_-]{1,${EVENT_RULE_NAME_MAX}}$`),
  `1 to ${EVENT_RULE_NAME_MAX} letters, digits, dots, hyphens and underscores`,
);
