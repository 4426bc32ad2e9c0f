import { describe, expect, it } from "vitest";
import { QUOTA_IDS, QUOTAS, type QuotaId } from "../../modules/aws/quotas";
import { many, type Resources, ref, texts, usesOf } from "./quotas.fixtures";
import { isRefused } from "./uses";

/** A parent, and so many children that refer to it. */
const family = (parent: string, child: string, by: string, count: number, more: object = {}): Resources => ({
  [parent]: { parent: {} },
  ...many(child, count, () => ({ [by]: ref(`${parent}.parent`), ...more })),
});

const FARGATE = { capacity_provider: "FARGATE", weight: 1 };

/** A service whose release never runs more tasks than are wanted. */
const service = (tasks: number, more: object = {}): Resources => ({
  aws_ecs_task_definition: { task: { cpu: "1024", network_mode: "awsvpc", container_definitions: "[]" } },
  aws_ecs_service: {
    web: {
      desired_count: tasks,
      deployment_maximum_percent: 100,
      task_definition: ref("aws_ecs_task_definition.task"),
      ...more,
    },
  },
});

/** A load balancer with a listener. */
const BALANCER: Resources = {
  aws_lb: { front: { load_balancer_type: "application" } },
  aws_lb_listener: { https: { load_balancer_arn: ref("aws_lb.front") } },
};

const ruleTo = (group: string, more: object = {}) => ({
  listener_arn: ref("aws_lb_listener.https"),
  action: [{ type: "forward", target_group_arn: ref(`aws_lb_target_group.${group}`) }],
  ...more,
});

const served = (tasks: number): Resources => ({
  ...BALANCER,
  ...many("aws_lb_target_group", 1),
  aws_lb_listener_rule: { web: ruleTo("one0") },
  ...service(tasks, { load_balancer: [{ target_group_arn: ref("aws_lb_target_group.one0") }] }),
});

const discovered = (tasks: number): Resources => ({
  aws_service_discovery_private_dns_namespace: { shop: {} },
  aws_service_discovery_service: {
    web: { dns_config: { namespace_id: ref("aws_service_discovery_private_dns_namespace.shop", "id") } },
  },
  ...service(tasks, { service_registries: { registry_arn: ref("aws_service_discovery_service.web") } }),
});

const onInstances = (instances: number): Resources => ({
  aws_ecs_cluster: { shop: {} },
  aws_autoscaling_group: {
    group: {
      max_size: instances,
      mixed_instances_policy: { launch_template: { override: [{ instance_type: "c5.medium" }] } },
    },
  },
  aws_ecs_capacity_provider: {
    ec2: { auto_scaling_group_provider: { auto_scaling_group_arn: ref("aws_autoscaling_group.group") } },
  },
  aws_ecs_cluster_capacity_providers: {
    shop: {
      cluster_name: ref("aws_ecs_cluster.shop", "name"),
      capacity_providers: ["FARGATE", ref("aws_ecs_capacity_provider.ec2", "name")],
    },
  },
});

const PRIVATE_SUBNET = { aws_subnet: { private: { cidr_block: "10.0.0.0/24", availability_zone: "eu-central-1a" } } };

const containers = (text: string): Resources => ({
  aws_ecs_task_definition: { task: { container_definitions: text } },
});

/** For every quota, a document that uses so much of it, in one place. */
const USING: Readonly<Record<QuotaId, (count: number) => Resources>> = {
  loadBalancersPerRegion: (count) => many("aws_lb", count, () => ({ load_balancer_type: "application" })),
  listenersPerLoadBalancer: (count) => family("aws_lb", "aws_lb_listener", "load_balancer_arn", count),
  rulesPerLoadBalancer: (count) => ({ ...BALANCER, ...many("aws_lb_listener_rule", count, () => ruleTo("none")) }),
  conditionValuesPerRule: (count) => ({
    aws_lb_listener_rule: {
      web: {
        condition: [{ path_pattern: { values: ["/web"] } }, { source_ip: { values: texts(count - 1) } }],
      },
    },
  }),
  certificatesPerLoadBalancer: (count) => ({
    ...BALANCER,
    ...many("aws_lb_listener_certificate", count, () => ({ listener_arn: ref("aws_lb_listener.https") })),
  }),
  targetGroupsPerRegion: (count) => many("aws_lb_target_group", count),
  targetGroupsPerLoadBalancer: (count) => ({
    ...BALANCER,
    ...many("aws_lb_target_group", count),
    ...many("aws_lb_listener_rule", count, (index) => ruleTo(`one${index}`)),
  }),
  targetGroupsPerAction: (count) => ({
    aws_lb_listener_rule: { web: { action: [{ forward: { target_group: texts(count).map((arn) => ({ arn })) } }] } },
  }),
  targetsPerLoadBalancer: served,
  targetsPerTargetGroup: served,
  vpcsPerRegion: (count) => many("aws_vpc", count),
  subnetsPerVpc: (count) => family("aws_vpc", "aws_subnet", "vpc_id", count),
  natGatewaysPerZone: (count) => ({
    ...PRIVATE_SUBNET,
    ...many("aws_nat_gateway", count, () => ({ subnet_id: ref("aws_subnet.private", "id") })),
  }),
  networkInterfacesPerRegion: (count) => ({
    ...PRIVATE_SUBNET,
    ...service(count, { network_configuration: { subnets: [ref("aws_subnet.private", "id")] } }),
  }),
  securityGroupsPerRegion: (count) => many("aws_security_group", count),
  rulesPerSecurityGroup: (count) =>
    family("aws_security_group", "aws_vpc_security_group_ingress_rule", "security_group_id", count, {
      cidr_ipv4: "10.0.0.0/8",
    }),
  securityGroupsPerInterface: (count) => ({ aws_lb: { front: { security_groups: texts(count) } } }),
  interfaceEndpointsPerVpc: (count) =>
    family("aws_vpc", "aws_vpc_endpoint", "vpc_id", count, { vpc_endpoint_type: "Interface" }),
  gatewayEndpointsPerRegion: (count) => many("aws_vpc_endpoint", count, () => ({ vpc_endpoint_type: "Gateway" })),
  elasticIps: (count) => many("aws_eip", count),
  standardVcpus: onInstances,
  addressesPerSubnet: (count) => ({
    ...PRIVATE_SUBNET,
    ...service(count, { network_configuration: { subnets: [ref("aws_subnet.private", "id")] } }),
  }),
  interfacesPerInstances: (count) => ({
    ...onInstances(2),
    ...service(count, {
      capacity_provider_strategy: [{ capacity_provider: ref("aws_ecs_capacity_provider.ec2", "name"), weight: 1 }],
    }),
  }),
  autoScalingGroupsPerRegion: (count) => many("aws_autoscaling_group", count),
  scalableTargets: (count) => many("aws_appautoscaling_target", count),
  scalingPoliciesPerTarget: (count) =>
    family("aws_appautoscaling_target", "aws_appautoscaling_policy", "resource_id", count),
  scheduledActionsPerTarget: (count) =>
    family("aws_appautoscaling_target", "aws_appautoscaling_scheduled_action", "resource_id", count),
  clustersPerRegion: (count) => many("aws_ecs_cluster", count),
  servicesPerCluster: (count) => family("aws_ecs_cluster", "aws_ecs_service", "cluster", count),
  tasksPerService: service,
  containerInstancesPerCluster: onInstances,
  capacityProvidersPerCluster: (count) => ({
    aws_ecs_cluster_capacity_providers: { shop: { capacity_providers: texts(count) } },
  }),
  containersPerTaskDefinition: (count) => containers(JSON.stringify(texts(count).map((name) => ({ name })))),
  taskDefinitionBytes: (count) => containers(`[${" ".repeat(count - 2)}]`),
  targetGroupsPerService: (count) => service(1, { load_balancer: texts(count).map((arn) => ({ arn })) }),
  securityGroupsPerService: (count) => service(1, { network_configuration: { security_groups: texts(count) } }),
  subnetsPerService: (count) => service(1, { network_configuration: { subnets: texts(count) } }),
  fargateVcpus: (count) => service(count, { capacity_provider_strategy: [FARGATE] }),
  fargateSpotVcpus: (count) =>
    service(count, { capacity_provider_strategy: [{ ...FARGATE, capacity_provider: "FARGATE_SPOT" }] }),
  namespacesPerRegion: (count) => many("aws_service_discovery_private_dns_namespace", count),
  instancesPerNamespace: discovered,
  instancesPerRegistry: discovered,
  rolesPerAccount: (count) => many("aws_iam_role", count),
  instanceProfilesPerAccount: (count) => many("aws_iam_instance_profile", count),
  managedPoliciesPerRole: (count) => family("aws_iam_role", "aws_iam_role_policy_attachment", "role", count),
  managedPolicyCharacters: (count) => ({ aws_iam_policy: { policy: { policy: "x ".repeat(count) } } }),
  inlinePolicyCharactersPerRole: (count) => ({
    aws_iam_role: { role: {} },
    ...many("aws_iam_role_policy", count, () => ({ role: ref("aws_iam_role.role", "name"), policy: " x\n" })),
  }),
  trustPolicyCharacters: (count) => ({ aws_iam_role: { role: { assume_role_policy: "x ".repeat(count) } } }),
  resourceServersPerUserPool: (count) =>
    family("aws_cognito_user_pool", "aws_cognito_resource_server", "user_pool_id", count),
  scopesPerResourceServer: (count) => ({
    aws_cognito_resource_server: { server: { scope: texts(count).map((scope_name) => ({ scope_name })) } },
  }),
  scopesPerAppClient: (count) => ({
    aws_cognito_user_pool_client: { client: { allowed_oauth_scopes: texts(count) } },
  }),
  routesPerApi: (count) => family("aws_apigatewayv2_api", "aws_apigatewayv2_route", "api_id", count),
  integrationsPerApi: (count) => family("aws_apigatewayv2_api", "aws_apigatewayv2_integration", "api_id", count),
  vpcLinksPerRegion: (count) => many("aws_apigatewayv2_vpc_link", count),
  subnetsPerVpcLink: (count) => ({ aws_apigatewayv2_vpc_link: { link: { subnet_ids: texts(count) } } }),
  // The root of the API is one.
  resourcesPerRestApi: (count) =>
    family("aws_api_gateway_rest_api", "aws_api_gateway_resource", "rest_api_id", count - 1),
  pipelinesPerRegion: (count) => many("aws_codepipeline", count),
  buildProjectsPerRegion: (count) => many("aws_codebuild_project", count),
  deployApplicationsPerRegion: (count) => many("aws_codedeploy_app", count),
  deploymentGroupsPerApplication: (count) =>
    family("aws_codedeploy_app", "aws_codedeploy_deployment_group", "app_name", count),
  eventRulesPerBus: (count) => many("aws_cloudwatch_event_rule", count),
  databaseInstances: (count) => many("aws_db_instance", count),
  databaseParameterGroups: (count) => many("aws_db_parameter_group", count),
  databaseSubnetGroups: (count) => many("aws_db_subnet_group", count),
  repositoriesPerRegion: (count) => many("aws_ecr_repository", count),
  standardParameters: (count) => many("aws_ssm_parameter", count),
  certificatesPerRegion: (count) => many("aws_acm_certificate", count),
  bucketsPerAccount: (count) => many("aws_s3_bucket", count),
  logGroupsPerRegion: (count) => many("aws_cloudwatch_log_group", count),
  tagsPerResource: (count) => ({
    aws_lb: { front: { tags: Object.fromEntries(texts(count).map((key) => [key, ""])) } },
  }),
};

/** The limits of those whose resource has its own: a /24, and two instances with one interface beside their first. */
const OWN_LIMITS: Readonly<Partial<Record<QuotaId, number>>> = { addressesPerSubnet: 251, interfacesPerInstances: 2 };

describe.each(QUOTA_IDS)("%s", (quota) => {
  const limit = OWN_LIMITS[quota] ?? 7;
  const most = (count: number) =>
    Math.max(...usesOf(quota, USING[quota](count), { [quota]: 7 }).map(({ used }) => used));
  const refused = (count: number) => usesOf(quota, USING[quota](count), { [quota]: 7 }).filter(isRefused);

  it("is counted", () => {
    expect([3, limit, limit + 1].map(most)).toEqual([3, limit, limit + 1]);
  });

  it("is refused from one above its limit on, unless AWS raises it by itself", () => {
    expect(refused(limit)).toEqual([]);
    expect(refused(limit + 1).map((use) => use.limit)).toEqual(QUOTAS[quota].grows ? [] : [limit]);
  });

  it("has AWS's default unless it was raised", () => {
    const [use] = usesOf(quota, USING[quota](3));
    expect(use?.limit).toBe(OWN_LIMITS[quota] ?? QUOTAS[quota].default);
  });
});
