import type { Pricer } from "./charge";
import { priceCapacityProvider, priceCluster, priceInstances, priceService } from "./priced/compute";
import {
  priceBucket,
  priceDatabase,
  priceKey,
  priceLogGroup,
  priceMail,
  priceRepository,
  priceSecret,
  priceUsers,
} from "./priced/data";
import {
  priceAddress,
  priceEndpoint,
  priceHttpApi,
  priceLoadBalancer,
  priceNamespace,
  priceNat,
  priceRestApi,
} from "./priced/network";
import { priceAlarm, priceBuilds, priceDashboard, pricePipeline, pricePolicy } from "./priced/operations";

/** What the resources of a type cost: by a function, or nothing of their own, and why. */
export type Decision = { readonly price: Pricer } | { readonly free: string };

const price = (pricer: Pricer): Decision => ({ price: pricer });
const free = (why: string): Decision => ({ free: why });

const PERMISSION = 'permissions cost nothing: IAM User Guide, "What is IAM?"';
const SETTING = "a setting of another resource";
const VPC =
  "Amazon VPC pricing: VPCs, subnets, route tables, gateways to the internet and security groups cost nothing";
const WITH_LOAD_BALANCER = "paid with the load balancer, by its LCU";
const WITH_API = "paid with the requests of the API";
const WITH_POOL = "paid with the users of the pool";

/** Every type of resource that the stacks may have, but those that are only read. A test wants each type here. */
export const RESOURCE_COSTS: Readonly<Record<string, Decision>> = {
  // Network.
  aws_nat_gateway: price(priceNat),
  aws_eip: price(priceAddress),
  aws_vpc_endpoint: price(priceEndpoint),
  aws_vpc: free(VPC),
  aws_subnet: free(VPC),
  aws_internet_gateway: free(VPC),
  aws_route: free(VPC),
  aws_route_table: free(VPC),
  aws_route_table_association: free(VPC),
  aws_default_security_group: free(VPC),
  aws_security_group: free(VPC),
  aws_vpc_security_group_ingress_rule: free(VPC),
  aws_vpc_security_group_egress_rule: free(VPC),
  aws_flow_log: free("paid by what its log group takes"),

  // Way in.
  aws_lb: price(priceLoadBalancer),
  aws_lb_listener: free(WITH_LOAD_BALANCER),
  aws_lb_listener_rule: free(WITH_LOAD_BALANCER),
  aws_lb_target_group: free(WITH_LOAD_BALANCER),
  aws_route53_record: free("Amazon Route 53 pricing: a zone's first 10,000 records; queries for aliases cost nothing"),
  aws_acm_certificate: free("AWS Certificate Manager pricing: public certificates of AWS's own services"),
  aws_acm_certificate_validation: free("it only waits for a certificate"),

  // API and sign-in.
  aws_apigatewayv2_api: price(priceHttpApi),
  aws_apigatewayv2_route: free(WITH_API),
  aws_apigatewayv2_integration: free(WITH_API),
  aws_apigatewayv2_authorizer: free(WITH_API),
  aws_apigatewayv2_stage: free(WITH_API),
  aws_apigatewayv2_api_mapping: free(WITH_API),
  aws_apigatewayv2_domain_name: free(WITH_API),
  aws_apigatewayv2_vpc_link: free("Amazon API Gateway pricing: links of HTTP APIs have no price of their own"),
  aws_api_gateway_rest_api: price(priceRestApi),
  aws_api_gateway_method: free(WITH_API),
  aws_api_gateway_resource: free(WITH_API),
  aws_api_gateway_integration: free(WITH_API),
  aws_api_gateway_authorizer: free(WITH_API),
  aws_api_gateway_stage: free("its cache would cost, and is off"),
  aws_api_gateway_base_path_mapping: free(WITH_API),
  aws_api_gateway_domain_name: free(WITH_API),
  aws_api_gateway_deployment: free(WITH_API),
  aws_api_gateway_method_settings: free(SETTING),
  aws_api_gateway_usage_plan: free(SETTING),
  aws_api_gateway_account: free(SETTING),
  aws_cognito_user_pool: price(priceUsers),
  aws_cognito_user_pool_client: free(WITH_POOL),
  aws_cognito_user_pool_domain: free(WITH_POOL),
  aws_cognito_resource_server: free(WITH_POOL),

  // Services.
  aws_ecs_service: price(priceService),
  aws_ecs_cluster: price(priceCluster),
  aws_ecs_capacity_provider: price(priceCapacityProvider),
  aws_ecs_cluster_capacity_providers: free(SETTING),
  aws_ecs_task_definition: free("its tasks are paid with their service; one-off tasks run for minutes"),
  aws_autoscaling_group: price(priceInstances),
  aws_launch_template: free("paid with the instances of its group"),
  aws_iam_instance_profile: free(PERMISSION),
  aws_appautoscaling_policy: price(pricePolicy),
  aws_appautoscaling_target: free(SETTING),
  aws_appautoscaling_scheduled_action: free(SETTING),
  aws_service_discovery_private_dns_namespace: price(priceNamespace),
  aws_service_discovery_service: free(
    'ECS Developer Guide, "Service discovery": what ECS registers costs queries only',
  ),

  // Data.
  aws_db_instance: price(priceDatabase),
  aws_db_subnet_group: free(SETTING),
  aws_db_parameter_group: free(SETTING),
  aws_secretsmanager_secret: price(priceSecret),
  aws_secretsmanager_secret_version: free("paid with its secret"),
  aws_s3_bucket: price(priceBucket),
  aws_s3_bucket_lifecycle_configuration: free(SETTING),
  aws_s3_bucket_ownership_controls: free(SETTING),
  aws_s3_bucket_policy: free(SETTING),
  aws_s3_bucket_public_access_block: free(SETTING),
  aws_s3_bucket_server_side_encryption_configuration: free(SETTING),
  aws_s3_bucket_versioning: free(SETTING),
  aws_ecr_repository: price(priceRepository),
  aws_ecr_lifecycle_policy: free(SETTING),
  aws_kms_key: price(priceKey),

  // Mail, messages, logs and alarms.
  aws_sesv2_email_identity: price(priceMail),
  aws_sesv2_configuration_set: free("paid by the mail"),
  aws_sesv2_configuration_set_event_destination: free("paid by the mail"),
  aws_sns_topic: free("Amazon SNS pricing: by message, the first million of a month for nothing"),
  aws_sns_topic_policy: free(PERMISSION),
  aws_sns_topic_subscription: free("Amazon SNS pricing: the first 1,000 e-mails of a month for nothing"),
  aws_cloudwatch_metric_alarm: price(priceAlarm),
  aws_cloudwatch_dashboard: price(priceDashboard),
  aws_cloudwatch_log_group: price(priceLogGroup),
  aws_cloudwatch_event_rule: free("Amazon EventBridge pricing: events of AWS services cost nothing"),
  aws_cloudwatch_event_target: free("Amazon EventBridge pricing: events of AWS services cost nothing"),

  // Releases.
  aws_codepipeline: price(pricePipeline),
  aws_codebuild_project: price(priceBuilds),
  aws_codebuild_report_group: free("AWS CodeBuild pricing: by minute of a build, reports included"),
  aws_codecommit_repository: free("AWS CodeCommit pricing: five people for nothing, 1.00 for each further one"),
  aws_codeconnections_connection: free("connections have no price of their own"),
  aws_codedeploy_app: free("AWS CodeDeploy pricing: deployments to ECS cost nothing"),
  aws_codedeploy_deployment_group: free("AWS CodeDeploy pricing: deployments to ECS cost nothing"),
  aws_codedeploy_deployment_config: free("AWS CodeDeploy pricing: deployments to ECS cost nothing"),

  // Permissions and parameters.
  aws_iam_role: free(PERMISSION),
  aws_iam_role_policy: free(PERMISSION),
  aws_iam_role_policy_attachment: free(PERMISSION),
  aws_ssm_parameter: free("AWS Systems Manager pricing: standard parameters cost nothing"),
};
