import type { Kind } from "./kinds";
import { PIPELINE_ACTION, type Resource } from "./resource";

/** What becomes of the resources of a type in a picture. */
export type Treatment =
  /** A node of its own. */
  | { readonly draw: Kind }
  /**
   * A part of those of the first of these types that it refers to or that refer to it: what it refers to, they do. Where
   * there are none, a node of its own, or nothing. Who refers to the part refers to the whole, unless parts of the type are
   * passed on: a role is named by those who may give it to a task.
   */
  | { readonly fold: readonly string[]; readonly otherwise?: Kind; readonly passedOn?: true }
  /** A frame around nodes. */
  | { readonly frame: true }
  /** Nothing, and why. */
  | { readonly leaveOut: string };

const draw = (kind: Kind): Treatment => ({ draw: kind });
const fold = (...types: readonly string[]): Treatment => ({ fold: types });
const foldOrDraw = (kind: Kind, ...types: readonly string[]): Treatment => ({ fold: types, otherwise: kind });
const leaveOut = (why: string): Treatment => ({ leaveOut: why });
const FRAME: Treatment = { frame: true };

const LOGS = "each that writes one has its own";
const PERMISSION = "the edges say who uses what";
const OF_EVERY_BUCKET = "every bucket has one, and it says nothing of what is in it";
const LOOKED_UP = "looked up, not made";
const CERTIFICATE = "a listener with HTTPS has one";

/** Every type of resource that the stacks may have. A type that is missing stops `npm run diagram`, and a test. */
export const RESOURCE_TYPES: Readonly<Record<string, Treatment>> = {
  // Network.
  aws_vpc: FRAME,
  aws_subnet: draw("network"),
  aws_internet_gateway: draw("network"),
  aws_nat_gateway: draw("network"),
  aws_vpc_endpoint: draw("network"),
  aws_flow_log: draw("network"),
  aws_eip: fold("aws_nat_gateway"),
  aws_route: fold("aws_route_table"),
  aws_route_table: fold("aws_route_table_association"),
  aws_route_table_association: fold("aws_subnet"),
  aws_default_security_group: leaveOut("locked: nothing uses it"),
  aws_security_group: leaveOut(PERMISSION),
  aws_vpc_security_group_ingress_rule: leaveOut(PERMISSION),
  aws_vpc_security_group_egress_rule: leaveOut(PERMISSION),

  // Way in.
  aws_route53_record: foldOrDraw("network", "aws_sesv2_email_identity", "aws_acm_certificate"),
  aws_acm_certificate: leaveOut(CERTIFICATE),
  aws_acm_certificate_validation: leaveOut(CERTIFICATE),
  aws_lb: draw("network"),
  aws_lb_listener: draw("network"),
  aws_lb_listener_rule: draw("network"),
  aws_lb_target_group: draw("network"),

  // API and sign-in.
  aws_apigatewayv2_api: draw("integration"),
  aws_apigatewayv2_route: draw("integration"),
  aws_apigatewayv2_vpc_link: draw("network"),
  aws_apigatewayv2_integration: fold("aws_apigatewayv2_vpc_link"),
  aws_apigatewayv2_authorizer: fold("aws_apigatewayv2_api"),
  aws_apigatewayv2_stage: fold("aws_apigatewayv2_api"),
  aws_apigatewayv2_api_mapping: fold("aws_apigatewayv2_api", "aws_apigatewayv2_stage"),
  aws_apigatewayv2_domain_name: fold("aws_apigatewayv2_api_mapping"),
  aws_api_gateway_rest_api: draw("integration"),
  aws_api_gateway_method: fold("aws_api_gateway_rest_api"),
  aws_api_gateway_resource: fold("aws_api_gateway_rest_api"),
  aws_api_gateway_integration: fold("aws_api_gateway_rest_api"),
  aws_api_gateway_authorizer: fold("aws_api_gateway_rest_api"),
  aws_api_gateway_stage: fold("aws_api_gateway_rest_api"),
  aws_api_gateway_base_path_mapping: fold("aws_api_gateway_rest_api"),
  aws_api_gateway_domain_name: fold("aws_api_gateway_base_path_mapping"),
  aws_api_gateway_deployment: leaveOut("a copy of the API that its stage serves"),
  aws_api_gateway_method_settings: leaveOut("throttling and logging of the stage"),
  aws_api_gateway_usage_plan: leaveOut("throttling of clients"),
  aws_api_gateway_account: leaveOut("lets API Gateway write logs"),
  aws_cognito_user_pool: draw("security"),
  aws_cognito_user_pool_client: fold("aws_cognito_user_pool"),
  aws_cognito_user_pool_domain: fold("aws_cognito_user_pool"),
  aws_cognito_resource_server: fold("aws_cognito_user_pool"),

  // Services.
  aws_ecs_cluster: FRAME,
  aws_ecs_service: draw("compute"),
  aws_ecs_task_definition: foldOrDraw("compute", "aws_ecs_service"),
  aws_ecs_capacity_provider: draw("compute"),
  aws_ecs_cluster_capacity_providers: leaveOut("the frame of the cluster names them"),
  aws_autoscaling_group: fold("aws_ecs_capacity_provider"),
  aws_launch_template: fold("aws_autoscaling_group"),
  aws_iam_instance_profile: fold("aws_launch_template"),
  aws_appautoscaling_target: fold("aws_ecs_service"),
  aws_appautoscaling_policy: fold("aws_appautoscaling_target"),
  aws_appautoscaling_scheduled_action: fold("aws_appautoscaling_target"),
  aws_service_discovery_service: draw("network"),
  aws_service_discovery_private_dns_namespace: leaveOut("part of the names in it"),

  // Data.
  aws_db_instance: draw("database"),
  aws_db_subnet_group: fold("aws_db_instance"),
  aws_db_parameter_group: fold("aws_db_instance"),
  aws_secretsmanager_secret: draw("security"),
  aws_secretsmanager_secret_version: leaveOut("the secret's value"),
  aws_s3_bucket: draw("storage"),
  aws_s3_bucket_lifecycle_configuration: leaveOut(OF_EVERY_BUCKET),
  aws_s3_bucket_ownership_controls: leaveOut(OF_EVERY_BUCKET),
  aws_s3_bucket_policy: leaveOut(OF_EVERY_BUCKET),
  aws_s3_bucket_public_access_block: leaveOut(OF_EVERY_BUCKET),
  aws_s3_bucket_server_side_encryption_configuration: leaveOut(OF_EVERY_BUCKET),
  aws_s3_bucket_versioning: leaveOut(OF_EVERY_BUCKET),
  aws_ecr_repository: draw("storage"),
  aws_ecr_lifecycle_policy: leaveOut("every repository has one"),
  aws_kms_key: leaveOut("keys are behind what they encrypt"),

  // Mail and messages.
  aws_sesv2_email_identity: draw("integration"),
  aws_sesv2_configuration_set: draw("integration"),
  aws_sesv2_configuration_set_event_destination: fold("aws_sesv2_configuration_set"),
  aws_sns_topic: draw("integration"),
  aws_sns_topic_policy: leaveOut(PERMISSION),
  aws_sns_topic_subscription: fold("aws_sns_topic"),
  aws_cloudwatch_metric_alarm: fold("aws_sns_topic"),
  aws_cloudwatch_dashboard: leaveOut("a view of what the others measure"),

  // Releases.
  aws_codepipeline: FRAME,
  [PIPELINE_ACTION]: draw("delivery"),
  aws_codebuild_project: fold(PIPELINE_ACTION),
  aws_codedeploy_deployment_group: draw("delivery"),
  aws_codedeploy_app: leaveOut("its groups are drawn"),
  aws_codedeploy_deployment_config: leaveOut("its groups name it"),
  aws_codecommit_repository: draw("delivery"),
  aws_codeconnections_connection: draw("delivery"),
  aws_codebuild_report_group: leaveOut("where a build writes its reports"),
  aws_cloudwatch_event_rule: leaveOut("starts a pipeline when its source changes"),
  aws_cloudwatch_event_target: leaveOut("starts a pipeline when its source changes"),

  // Permissions, logs, and what is read.
  aws_iam_role: { fold: ["aws_ecs_task_definition", "aws_codebuild_project"], passedOn: true },
  aws_iam_role_policy: fold("aws_iam_role"),
  aws_iam_role_policy_attachment: leaveOut("policies of AWS"),
  aws_cloudwatch_log_group: leaveOut(LOGS),
  aws_ssm_parameter: fold("aws_ecs_task_definition"),
  "data.aws_caller_identity": leaveOut(LOOKED_UP),
  "data.aws_ecr_image": leaveOut(LOOKED_UP),
  "data.aws_ecr_repository": leaveOut(LOOKED_UP),
  "data.aws_partition": leaveOut(LOOKED_UP),
  "data.aws_region": leaveOut(LOOKED_UP),
  "data.aws_route53_zone": leaveOut(LOOKED_UP),
  "data.aws_ssm_parameter": leaveOut(LOOKED_UP),
  "data.terraform_remote_state": leaveOut("what crosses between stacks is drawn"),
};

/** @returns undefined for a type that nobody decided about */
export function treatmentOf({ type, body }: Resource): Treatment | undefined {
  if (type === "aws_route53_record" && body.type === "AAAA") return leaveOut("an A record has the same name");
  return RESOURCE_TYPES[type];
}
