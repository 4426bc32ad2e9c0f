import type { QuotaId } from "../../modules/aws/quotas";
import { textAt } from "../documents/body";
import type { DocumentResource, Documents } from "../documents/documents";
import type { Count, Counter } from "./count";

interface Counted {
  readonly type: string;
  /** Which of them count. @default - all */
  readonly only?: (resource: DocumentResource) => boolean;
}

const isGateway = ({ body }: DocumentResource) => (body.vpc_endpoint_type ?? "Gateway") === "Gateway";

const isStandardTier = ({ body }: DocumentResource) => (body.tier ?? "Standard") === "Standard";

const onDefaultBus = ({ body }: DocumentResource) => (body.event_bus_name ?? "default") === "default";

/** What a Region has of resources of one type. */
const PER_REGION: Readonly<Partial<Record<QuotaId, Counted>>> = {
  loadBalancersPerRegion: { type: "aws_lb", only: ({ body }) => body.load_balancer_type === "application" },
  targetGroupsPerRegion: { type: "aws_lb_target_group" },
  vpcsPerRegion: { type: "aws_vpc" },
  gatewayEndpointsPerRegion: { type: "aws_vpc_endpoint", only: isGateway },
  // The default group of the VPC is one, too.
  securityGroupsPerRegion: { type: "aws_security_group" },
  elasticIps: { type: "aws_eip" },
  autoScalingGroupsPerRegion: { type: "aws_autoscaling_group" },
  scalableTargets: { type: "aws_appautoscaling_target" },
  clustersPerRegion: { type: "aws_ecs_cluster" },
  namespacesPerRegion: { type: "aws_service_discovery_private_dns_namespace" },
  vpcLinksPerRegion: { type: "aws_apigatewayv2_vpc_link" },
  pipelinesPerRegion: { type: "aws_codepipeline" },
  buildProjectsPerRegion: { type: "aws_codebuild_project" },
  deployApplicationsPerRegion: { type: "aws_codedeploy_app" },
  eventRulesPerBus: { type: "aws_cloudwatch_event_rule", only: onDefaultBus },
  databaseInstances: { type: "aws_db_instance" },
  databaseParameterGroups: { type: "aws_db_parameter_group" },
  databaseSubnetGroups: { type: "aws_db_subnet_group" },
  repositoriesPerRegion: { type: "aws_ecr_repository" },
  standardParameters: { type: "aws_ssm_parameter", only: isStandardTier },
  certificatesPerRegion: { type: "aws_acm_certificate" },
  logGroupsPerRegion: { type: "aws_cloudwatch_log_group" },
};

/** What an account has, in all Regions together. */
const PER_ACCOUNT: Readonly<Partial<Record<QuotaId, Counted>>> = {
  rolesPerAccount: { type: "aws_iam_role" },
  instanceProfilesPerAccount: { type: "aws_iam_instance_profile" },
  bucketsPerAccount: { type: "aws_s3_bucket" },
};

/** Counts the resources of a type that a Region or the account has, and the NAT gateways of each zone. */
export const countRegion: Counter = (documents, { region }) => [
  ...countTypes(documents, PER_REGION, region),
  ...countTypes(documents, PER_ACCOUNT, "account"),
  ...countNatGateways(documents),
];

function countTypes(
  documents: Documents,
  counted: Readonly<Partial<Record<QuotaId, Counted>>>,
  scope: string,
): readonly Count[] {
  return Object.entries(counted).map(([quota, { type, only = () => true }]) => {
    return { quota: quota as QuotaId, scope, used: documents.ofType(type).filter(only).length };
  });
}

function countNatGateways(documents: Documents): readonly Count[] {
  const zones = new Map<string, number>();
  for (const { stack, body } of documents.ofType("aws_nat_gateway")) {
    for (const subnet of documents.referred(stack, body.subnet_id, "aws_subnet")) {
      const zone = textAt(subnet.body, "availability_zone") ?? "a zone";
      zones.set(zone, (zones.get(zone) ?? 0) + 1);
    }
  }
  return [...zones].map(([scope, used]) => ({ quota: "natGatewaysPerZone", scope, used }));
}
