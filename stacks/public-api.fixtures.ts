import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { Synthesised } from "../modules/testing/synth";
import { synthesiseAll } from "./stacks.fixtures";

/** Those whose resources the tests count: another service that somebody adds changes no count. */
const COUNTED = ["service-b-api", "notification", "user-management", "user-management-api"];

export type Kind = "http" | "rest";

const made = new Map<string, ReturnType<typeof synthesiseAll>>();

export function stacksOf(environmentName: string, type: Kind = "http") {
  const key = `${environmentName} ${type}`;
  const stacks =
    made.get(key) ??
    synthesiseAll(
      environmentName,
      {
        environment: (same) => ({
          ...same,
          ...(same.api && { api: { ...same.api, type, ...(type === "rest" && { corsOrigins: [] }) } }),
        }),
      },
      COUNTED,
    );
  made.set(key, stacks);
  return stacks;
}

export function apiOf(environmentName: string, type: Kind = "http"): Synthesised {
  const { publicApi } = stacksOf(environmentName, type);
  if (!publicApi) throw new Error("no service is exposed");
  return publicApi;
}

/** Plain variables of the only container of a service. */
export function variablesOf(stack: Synthesised, name: string): Record<string, string> {
  const containers = stack
    .resources(EcsTaskDefinition)
    .flatMap(({ container_definitions }) => JSON.parse(String(container_definitions)) as Container[])
    .filter((container) => container.name === name);
  return Object.fromEntries((containers[0]?.environment ?? []).map(({ name: key, value }) => [key, value]));
}
type Container = { readonly name: string; readonly environment: { readonly name: string; readonly value: string }[] };

/** Of the service, its load balancer and what the environment has, whatever leads to them. */
export const COMMON = {
  aws_appautoscaling_policy: 2,
  aws_appautoscaling_target: 1,
  aws_cloudwatch_dashboard: 1,
  aws_cloudwatch_event_rule: 1,
  aws_cloudwatch_event_target: 1,
  aws_cloudwatch_log_group: 3,
  aws_cloudwatch_metric_alarm: 7,
  aws_cognito_resource_server: 2,
  aws_cognito_user_pool: 1,
  aws_cognito_user_pool_client: 1,
  aws_cognito_user_pool_domain: 1,
  aws_ecs_cluster: 1,
  aws_ecs_cluster_capacity_providers: 1,
  aws_ecs_service: 1,
  aws_ecs_task_definition: 1,
  aws_iam_role_policy: 1,
  aws_kms_key: 1,
  aws_lb: 1,
  aws_lb_listener_rule: 1,
  aws_lb_target_group: 1,
  aws_s3_bucket: 1,
  aws_s3_bucket_lifecycle_configuration: 1,
  aws_s3_bucket_ownership_controls: 1,
  aws_s3_bucket_policy: 1,
  aws_s3_bucket_public_access_block: 1,
  aws_s3_bucket_server_side_encryption_configuration: 1,
  aws_sns_topic: 1,
  aws_sns_topic_policy: 1,
  aws_ssm_parameter: 1,
};

export const HTTP = {
  aws_apigatewayv2_api: 1,
  aws_apigatewayv2_authorizer: 1,
  aws_apigatewayv2_integration: 1,
  aws_apigatewayv2_route: 7,
  aws_apigatewayv2_stage: 1,
  aws_apigatewayv2_vpc_link: 1,
  aws_iam_role: 2,
  aws_security_group: 3,
};

export const REST = {
  aws_api_gateway_account: 1,
  aws_api_gateway_authorizer: 1,
  aws_api_gateway_deployment: 1,
  aws_api_gateway_integration: 7,
  aws_api_gateway_method: 7,
  aws_api_gateway_method_settings: 1,
  aws_api_gateway_resource: 6,
  aws_api_gateway_rest_api: 1,
  aws_api_gateway_stage: 1,
  aws_api_gateway_usage_plan: 1,
  aws_iam_role: 3,
  aws_iam_role_policy_attachment: 1,
  aws_security_group: 2,
};
