import { PIPELINE_ACTION, type Resource } from "./resource";

/** Which references are edges, and which way they point: the way of a request, of a release. */
export interface EdgeRule {
  readonly tail: string;
  readonly head: string;
  /**
   * Who refers to the other: the tail, the head, or a resource of another type to both; with `past`, the tail refers to one
   * of that type, and that to the head.
   */
  readonly held: "tail" | "head" | { readonly by: string } | { readonly past: string };
  /** Type of the part that has the reference. @default - whichever */
  readonly within?: string;
  /** What goes along it. @default "request" */
  readonly way?: "release";
  /** What the edge says, of its tail. @default - nothing */
  readonly label?: string | ((tail: Resource) => string);
}

const TASK = "aws_ecs_task_definition";

/** In the order in which they are drawn: of two nodes, the first rule makes the edge. */
export const EDGE_RULES: readonly EdgeRule[] = [
  // A request.
  { tail: "aws_route53_record", head: "aws_lb", held: "tail" },
  { tail: "aws_route53_record", head: "aws_apigatewayv2_api", held: "tail" },
  { tail: "aws_route53_record", head: "aws_api_gateway_rest_api", held: "tail" },
  { tail: "aws_apigatewayv2_api", head: "aws_cognito_user_pool", held: "tail", label: "checks tokens of" },
  { tail: "aws_apigatewayv2_api", head: "aws_apigatewayv2_route", held: "head" },
  { tail: "aws_apigatewayv2_route", head: "aws_apigatewayv2_vpc_link", held: "tail" },
  { tail: "aws_apigatewayv2_vpc_link", head: "aws_lb", held: { past: "aws_lb_listener" } },
  { tail: "aws_api_gateway_rest_api", head: "aws_cognito_user_pool", held: "tail", label: "checks tokens of" },
  { tail: "aws_api_gateway_rest_api", head: "aws_route53_record", held: "tail" },
  { tail: "aws_api_gateway_rest_api", head: "aws_lb", held: "tail" },
  { tail: "aws_lb", head: "aws_lb_listener", held: "head" },
  { tail: "aws_lb_listener", head: "aws_lb_listener_rule", held: "head" },
  { tail: "aws_lb_listener", head: "aws_lb_target_group", held: "tail", label: "else" },
  { tail: "aws_lb_listener_rule", head: "aws_lb_target_group", held: "tail" },
  { tail: "aws_lb_target_group", head: "aws_ecs_service", held: "head" },
  {
    tail: "aws_lb_target_group",
    head: "aws_ecs_service",
    held: { by: "aws_codedeploy_deployment_group" },
    label: "next",
  },
  { tail: "aws_ecs_service", head: "aws_service_discovery_service", held: "tail", within: TASK, label: "calls" },
  { tail: "aws_service_discovery_service", head: "aws_ecs_service", held: "head", within: "aws_ecs_service" },
  { tail: "aws_ecs_service", head: "aws_ecs_service", held: "tail", within: TASK, label: "calls" },
  { tail: "aws_ecs_service", head: "aws_route53_record", held: "tail", within: TASK, label: "calls" },
  { tail: "aws_ecs_service", head: "aws_db_instance", held: "tail" },
  { tail: "aws_ecs_service", head: "aws_sesv2_email_identity", held: "tail", label: "sends as" },
  { tail: "aws_ecs_service", head: "aws_sesv2_configuration_set", held: "tail" },
  { tail: "aws_ecs_service", head: "aws_secretsmanager_secret", held: "tail", within: TASK },
  { tail: "aws_ecs_service", head: "aws_cognito_user_pool", held: "tail", label: "checks tokens of" },
  { tail: "aws_ecs_service", head: "aws_ecs_capacity_provider", held: "tail", label: "runs on" },
  { tail: TASK, head: "aws_db_instance", held: "tail" },
  { tail: TASK, head: "aws_secretsmanager_secret", held: "tail", within: TASK },
  { tail: "aws_sesv2_configuration_set", head: "aws_sns_topic", held: "tail", label: "events" },
  { tail: "aws_db_instance", head: "aws_sns_topic", held: "head", label: "alarms" },
  {
    tail: "aws_ecs_service",
    head: "aws_sns_topic",
    held: "head",
    within: "aws_cloudwatch_metric_alarm",
    label: "alarms",
  },
  { tail: "aws_lb", head: "aws_s3_bucket", held: "tail", label: "access log" },

  // A release.
  { tail: "aws_codecommit_repository", head: PIPELINE_ACTION, way: "release", held: "head" },
  { tail: "aws_codeconnections_connection", head: PIPELINE_ACTION, way: "release", held: "head" },
  { tail: "aws_ecr_repository", head: PIPELINE_ACTION, way: "release", held: "head" },
  { tail: "aws_ecr_repository", head: "aws_ecs_service", way: "release", held: "head", label: "image" },
  { tail: PIPELINE_ACTION, head: "aws_codedeploy_deployment_group", way: "release", held: "tail" },
  { tail: "aws_codedeploy_deployment_group", head: "aws_ecs_service", way: "release", held: "tail", label: "releases" },
  { tail: PIPELINE_ACTION, head: TASK, way: "release", held: "tail", label: "runs" },
  {
    tail: PIPELINE_ACTION,
    head: "aws_ecs_service",
    held: "tail",
    way: "release",
    label: ({ body }) => (body.category === "Test" ? "checks" : "releases"),
  },
  {
    tail: PIPELINE_ACTION,
    head: "aws_s3_bucket",
    held: "tail",
    within: PIPELINE_ACTION,
    way: "release",
    label: "artifacts",
  },
  { tail: PIPELINE_ACTION, head: "aws_sns_topic", way: "release", held: "tail", label: "asks" },

  // The way out.
  { tail: "aws_subnet", head: "aws_nat_gateway", held: "tail" },
  { tail: "aws_nat_gateway", head: "aws_internet_gateway", held: { past: "aws_subnet" } },
  { tail: "aws_subnet", head: "aws_internet_gateway", held: "tail" },
  { tail: "aws_subnet", head: "aws_vpc_endpoint", held: "head" },
];
