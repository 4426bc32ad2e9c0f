import type { QuotaId } from "../../modules/aws/quotas";
import { type Body, listAt, valueAt } from "../documents/body";
import { constructPath, type DocumentResource, type Documents } from "../documents/documents";
import type { Count, Counter } from "./count";

interface Measured {
  readonly quota: QuotaId;
  readonly type: string;
  readonly size: (body: Body) => number;
}

const lengthAt = (body: Body, ...names: readonly string[]): number => {
  const found = valueAt(body, ...names);
  return Array.isArray(found) ? found.length : 0;
};

/** Values of all conditions of a rule: paths, host names, source addresses. */
const conditionValues = (body: Body) =>
  listAt(body, "condition")
    .flatMap((condition) => Object.values(condition))
    .flatMap((kind) => listAt({ kind }, "kind"))
    .reduce((sum, kind) => sum + lengthAt(kind, "values"), 0);

const targetGroupsOfActions = (actions: readonly Body[]) =>
  Math.max(
    0,
    ...actions.map(
      (action) => listAt(action, "forward", "target_group").length || Number("target_group_arn" in action),
    ),
  );

/** What is limited within one resource. */
const MEASURED: readonly Measured[] = [
  { quota: "conditionValuesPerRule", type: "aws_lb_listener_rule", size: conditionValues },
  {
    quota: "targetGroupsPerAction",
    type: "aws_lb_listener_rule",
    size: (body) => targetGroupsOfActions(listAt(body, "action")),
  },
  {
    quota: "targetGroupsPerAction",
    type: "aws_lb_listener",
    size: (body) => targetGroupsOfActions(listAt(body, "default_action")),
  },
  {
    quota: "capacityProvidersPerCluster",
    type: "aws_ecs_cluster_capacity_providers",
    size: (body) => lengthAt(body, "capacity_providers"),
  },
  {
    quota: "targetGroupsPerService",
    type: "aws_ecs_service",
    size: (body) => listAt(body, "load_balancer").length,
  },
  {
    quota: "securityGroupsPerService",
    type: "aws_ecs_service",
    size: (body) => lengthAt(body, "network_configuration", "security_groups"),
  },
  {
    quota: "subnetsPerService",
    type: "aws_ecs_service",
    size: (body) => lengthAt(body, "network_configuration", "subnets"),
  },
  { quota: "securityGroupsPerInterface", type: "aws_lb", size: (body) => lengthAt(body, "security_groups") },
  {
    quota: "securityGroupsPerInterface",
    type: "aws_launch_template",
    size: (body) => lengthAt(body, "vpc_security_group_ids"),
  },
  {
    quota: "securityGroupsPerInterface",
    type: "aws_db_instance",
    size: (body) => lengthAt(body, "vpc_security_group_ids"),
  },
  {
    quota: "securityGroupsPerInterface",
    type: "aws_vpc_endpoint",
    size: (body) => lengthAt(body, "security_group_ids"),
  },
  {
    quota: "securityGroupsPerInterface",
    type: "aws_apigatewayv2_vpc_link",
    size: (body) => lengthAt(body, "security_group_ids"),
  },
  { quota: "subnetsPerVpcLink", type: "aws_apigatewayv2_vpc_link", size: (body) => lengthAt(body, "subnet_ids") },
  {
    quota: "scopesPerResourceServer",
    type: "aws_cognito_resource_server",
    size: (body) => listAt(body, "scope").length,
  },
  {
    quota: "scopesPerAppClient",
    type: "aws_cognito_user_pool_client",
    size: (body) => lengthAt(body, "allowed_oauth_scopes"),
  },
];

/** Counts what is limited within one resource: the members of its lists, its tags. */
export const countMembers: Counter = (documents) => [
  ...MEASURED.flatMap(({ quota, type, size }) =>
    documents.ofType(type).map((one) => ({ quota, scope: constructPath(one), used: size(one.body) })),
  ),
  ...countTags(documents),
];

/** The resource with most tags of each stack, for nearly every resource has some. */
function countTags(documents: Documents): readonly Count[] {
  const fullest = new Map<string, { readonly resource: DocumentResource; readonly used: number }>();
  for (const resource of documents.all()) {
    const { tags, tag } = resource.body;
    const used = Array.isArray(tag) ? tag.length : Object.keys(tags ?? {}).length;
    if (used > (fullest.get(resource.stack)?.used ?? 0)) fullest.set(resource.stack, { resource, used });
  }
  return [...fullest.values()].map(({ resource, used }) => {
    return { quota: "tagsPerResource", scope: constructPath(resource), used };
  });
}
