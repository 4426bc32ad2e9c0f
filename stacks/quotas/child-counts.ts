import type { QuotaId } from "../../modules/aws/quotas";
import type { DocumentResource, Documents } from "../documents/documents";
import { type Count, type Counter, Tally } from "./count";

interface Family {
  readonly quota: QuotaId;
  readonly child: string;
  /** Argument of the child that refers to the parent. */
  readonly by: string;
  readonly parent: string;
  /** Which children count. @default - all */
  readonly only?: (child: DocumentResource) => boolean;
  /** What each parent has before the first child. @default 0 */
  readonly own?: number;
}

/** Resources that refer to what they are part of, and how many parts that may have. */
const FAMILIES: readonly Family[] = [
  { quota: "listenersPerLoadBalancer", child: "aws_lb_listener", by: "load_balancer_arn", parent: "aws_lb" },
  { quota: "subnetsPerVpc", child: "aws_subnet", by: "vpc_id", parent: "aws_vpc" },
  {
    quota: "interfaceEndpointsPerVpc",
    child: "aws_vpc_endpoint",
    by: "vpc_id",
    parent: "aws_vpc",
    only: ({ body }) => body.vpc_endpoint_type === "Interface",
  },
  { quota: "servicesPerCluster", child: "aws_ecs_service", by: "cluster", parent: "aws_ecs_cluster" },
  {
    quota: "scalingPoliciesPerTarget",
    child: "aws_appautoscaling_policy",
    by: "resource_id",
    parent: "aws_appautoscaling_target",
  },
  {
    quota: "scheduledActionsPerTarget",
    child: "aws_appautoscaling_scheduled_action",
    by: "resource_id",
    parent: "aws_appautoscaling_target",
  },
  { quota: "managedPoliciesPerRole", child: "aws_iam_role_policy_attachment", by: "role", parent: "aws_iam_role" },
  { quota: "routesPerApi", child: "aws_apigatewayv2_route", by: "api_id", parent: "aws_apigatewayv2_api" },
  { quota: "integrationsPerApi", child: "aws_apigatewayv2_integration", by: "api_id", parent: "aws_apigatewayv2_api" },
  {
    quota: "resourcesPerRestApi",
    child: "aws_api_gateway_resource",
    by: "rest_api_id",
    parent: "aws_api_gateway_rest_api",
    // The root.
    own: 1,
  },
  {
    quota: "resourceServersPerUserPool",
    child: "aws_cognito_resource_server",
    by: "user_pool_id",
    parent: "aws_cognito_user_pool",
  },
  {
    quota: "deploymentGroupsPerApplication",
    child: "aws_codedeploy_deployment_group",
    by: "app_name",
    parent: "aws_codedeploy_app",
  },
];

/** Counts the parts of things that may have so many of them. */
export const countChildren: Counter = (documents) => [
  ...FAMILIES.flatMap((family) => countFamily(documents, family)),
  ...countSecurityGroupRules(documents, "aws_vpc_security_group_ingress_rule", "inbound"),
  ...countSecurityGroupRules(documents, "aws_vpc_security_group_egress_rule", "outbound"),
];

function countFamily(documents: Documents, family: Family): readonly Count[] {
  const { quota, child, by, parent, only = () => true, own = 0 } = family;
  const tally = new Tally();
  for (const one of documents.ofType(parent)) tally.add(one, own);
  for (const one of documents.ofType(child).filter(only)) {
    for (const owner of documents.referred(one.stack, one.body[by], parent)) tally.add(owner);
  }
  return tally.counts(quota);
}

/**
 * The rules of one direction in each group. IPv4 and IPv6 are limited apart, and what names another group counts for both; so
 * what counts is the version with more. Source: "Amazon VPC quotas", security groups.
 */
function countSecurityGroupRules(documents: Documents, type: string, direction: string): readonly Count[] {
  const groups = documents.ofType("aws_security_group");
  const [ipv4, ipv6] = [new Tally(groups), new Tally(groups)];
  for (const { stack, body } of documents.ofType(type)) {
    for (const group of documents.referred(stack, body.security_group_id, "aws_security_group")) {
      if (body.cidr_ipv6 === undefined) ipv4.add(group);
      if (body.cidr_ipv4 === undefined) ipv6.add(group);
    }
  }
  const sixes = ipv6.counts("rulesPerSecurityGroup");
  return ipv4.counts("rulesPerSecurityGroup").map((count, index) => ({
    ...count,
    scope: `${count.scope}, ${direction}`,
    used: Math.max(count.used, sixes[index]?.used ?? 0),
  }));
}
