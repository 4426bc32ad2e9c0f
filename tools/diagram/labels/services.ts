import { listAt, textAt, textsAt, valueAt } from "../../../stacks/documents/body";
import type { ResourceGraph } from "../graph";
import type { Resource } from "../resource";
import { count, type Labeller, label, plain } from "./label";

function sizeOf(taskDefinition: Resource | undefined): string {
  return `${textAt(taskDefinition?.body, "cpu")} CPU, ${textAt(taskDefinition?.body, "memory")} MiB`;
}

/** What runs the tasks: `FARGATE`, or `EC2` where the capacity provider is one of the stack. */
function launchType(service: Resource): string {
  const providers = listAt(service.body, "capacity_provider_strategy").map((one) => textAt(one, "capacity_provider"));
  return providers.map((name) => (name?.includes("${") ? "EC2" : name)).join(", ");
}

function taskCount(service: Resource, graph: ResourceGraph): string {
  const target = graph.part(service, "aws_appautoscaling_target");
  const desired = count(Number(textAt(service.body, "desired_count")), "task");
  if (!target) return desired;
  return `${desired}, ${textAt(target.body, "min_capacity")} to ${textAt(target.body, "max_capacity")}`;
}

/** What a policy of scaling follows: `CPU 75 %`. */
function scalingOf(policy: Resource): string {
  const configuration = valueAt(policy.body, "target_tracking_scaling_policy_configuration");
  const metric = textAt(configuration, "predefined_metric_specification", "predefined_metric_type") ?? "";
  const value = textAt(configuration, "target_value");
  const average = /^ECSServiceAverage(CPU|Memory)Utilization$/.exec(metric)?.[1];
  return average === undefined ? `${value} requests each` : `${average.replace("Memory", "memory")} ${value} %`;
}

function partsOfType(node: Resource, graph: ResourceGraph, type: string): readonly Resource[] {
  return graph.partsOf(node).filter((part) => part.type === type);
}

function storageOf({ body }: Resource): string {
  const most = textAt(body, "max_allocated_storage");
  return `${textAt(body, "allocated_storage")}${most === undefined ? "" : ` to ${most}`} GiB`;
}

/** Labels of services, and of what they keep their data in. */
export const SERVICE_LABELS: Readonly<Record<string, Labeller>> = {
  aws_ecs_service: (node, graph) => {
    const policies = partsOfType(node, graph, "aws_appautoscaling_policy").map(scalingOf);
    return label(
      textAt(node.body, "name") ?? "",
      `${launchType(node)}, port ${textAt(node.body, "load_balancer", "container_port")}`,
      sizeOf(graph.part(node, "aws_ecs_task_definition")),
      taskCount(node, graph),
      policies.length > 0 ? `scales: ${policies.join(", ")}` : undefined,
      textAt(node.body, "deployment_controller", "type") === "CODE_DEPLOY" ? "blue/green" : "rolling",
    );
  },
  aws_ecs_task_definition: (node, graph) => {
    const prefix = `${textAt(graph.first(node.stack, "aws_ecs_cluster")?.body, "name")}-`;
    const name = textAt(node.body, "family")?.replace(prefix, "");
    return { ...label("one-off task", name, sizeOf(node)), many: "one-off tasks" };
  },
  aws_ecs_capacity_provider: (node, graph) => {
    const group = graph.part(node, "aws_autoscaling_group")?.body;
    const types = listAt(group, "mixed_instances_policy", "launch_template", "override");
    return label(
      "EC2 instances",
      types.map((type) => textAt(type, "instance_type")).join(", "),
      `${textAt(group, "min_size")} to ${textAt(group, "max_size")}, as tasks need them`,
    );
  },
  aws_db_instance: (node) =>
    label(
      `${textAt(node.body, "engine")?.replace("mysql", "MySQL")} ${textAt(node.body, "engine_version")}`,
      textAt(node.body, "identifier"),
      textAt(node.body, "instance_class"),
      `${storageOf(node)}${node.body.multi_az === true ? ", in two zones" : ""}`,
    ),
  aws_secretsmanager_secret: (node) => ({
    ...label("secret", textAt(node.body, "name")?.split("/").slice(2).join("/")),
    many: "secrets",
  }),
  aws_s3_bucket: (node) => label("S3 bucket", plain(textAt(node.body, "bucket"))),
  aws_ecr_repository: (node) => ({ ...label("ECR repository", textAt(node.body, "name")), many: "ECR repositories" }),
  aws_apigatewayv2_api: (node, graph) =>
    label(
      `${textAt(node.body, "protocol_type")} API`,
      textAt(node.body, "name"),
      textAt(graph.part(node, "aws_apigatewayv2_domain_name")?.body, "domain_name"),
      "API Gateway",
    ),
  aws_apigatewayv2_route: (node) =>
    label(`scope ${textsAt(node.body, "authorization_scopes").join(", ")}`, textAt(node.body, "route_key")),
  aws_api_gateway_rest_api: (node, graph) =>
    label(
      "REST API",
      textAt(node.body, "name"),
      textAt(graph.part(node, "aws_api_gateway_domain_name")?.body, "domain_name"),
      count(partsOfType(node, graph, "aws_api_gateway_method").length, "method"),
      "API Gateway",
    ),
  aws_cognito_user_pool: (node, graph) =>
    label(
      "user pool",
      textAt(node.body, "name"),
      `Cognito, MFA ${textAt(node.body, "mfa_configuration")?.toLowerCase()}`,
      count(partsOfType(node, graph, "aws_cognito_user_pool_client").length, "application"),
    ),
  aws_sesv2_email_identity: (node) => label("SES identity", textAt(node.body, "email_identity")),
  aws_sesv2_configuration_set: (node) => label("SES", textAt(node.body, "configuration_set_name")),
  aws_sns_topic: (node, graph) => {
    const alarms = partsOfType(node, graph, "aws_cloudwatch_metric_alarm").length;
    const subscribers = partsOfType(node, graph, "aws_sns_topic_subscription");
    return label(
      "SNS topic",
      textAt(node.body, "name"),
      alarms > 0 ? `of ${count(alarms, "alarm")}` : undefined,
      ...subscribers.map(({ body }) => `to ${textAt(body, "endpoint")}`),
    );
  },
};
