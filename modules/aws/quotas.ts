import {
  CLIENT_SCOPES_MAX,
  CONDITION_VALUES_PER_RULE_MAX,
  INLINE_POLICIES_MAX,
  REPLICAS,
  RESOURCES_PER_API_MAX,
  ROUTES_PER_API_MAX,
  RULES_PER_LOAD_BALANCER_MAX,
  SCOPES_PER_RESOURCE_SERVER_MAX,
  SECURITY_GROUP_RULES_MAX,
  SERVICE_SECURITY_GROUPS,
  SERVICE_SUBNETS,
  TAGS_PER_RESOURCE_MAX,
  VPC_LINK_SUBNETS_MAX,
} from "./limits";

/** How many of something AWS lets an account have, of what a synthesised stack shows. */
export interface Quota {
  /** AWS's own name, as Service Quotas and the page have it. */
  readonly name: string;
  /** The service that has it, as Service Quotas lists it. */
  readonly service: string;
  /** Page of the AWS documentation that says the default. */
  readonly page: string;
  /** Of an account that has asked for nothing; undefined: each resource has its own (the size of a subnet). */
  readonly default: number | undefined;
  /** Whether AWS raises it on request. */
  readonly adjustable: boolean;
  /** Whether AWS raises it by itself as an account is used, so that the default says little. @default false */
  readonly grows?: boolean;
}

type Numbers = Pick<Quota, "name" | "default" | "adjustable" | "grows">;

const adjustable = (name: string, count: number): Numbers => ({ name, default: count, adjustable: true });

const fixed = (name: string, count: number | undefined): Numbers => ({ name, default: count, adjustable: false });

const growing = (name: string, count: number): Numbers => ({ ...adjustable(name, count), grows: true });

/** The quotas of one page. */
function of<Id extends string>(service: string, page: string, quotas: Readonly<Record<Id, Numbers>>) {
  const entries = Object.entries<Numbers>(quotas).map(([id, numbers]) => [id, { ...numbers, service, page }] as const);
  return Object.fromEntries(entries) as Readonly<Record<Id, Quota>>;
}

const LOAD_BALANCING = of("Elastic Load Balancing (ELB)", "Quotas for your Application Load Balancers", {
  loadBalancersPerRegion: adjustable("Application Load Balancers per Region", 50),
  listenersPerLoadBalancer: adjustable("Listeners per Application Load Balancer", 50),
  rulesPerLoadBalancer: adjustable(
    "Rules per Application Load Balancer (not counting default rules)",
    RULES_PER_LOAD_BALANCER_MAX,
  ),
  conditionValuesPerRule: fixed("Condition values per rule", CONDITION_VALUES_PER_RULE_MAX),
  certificatesPerLoadBalancer: adjustable(
    "Certificates per Application Load Balancer (excluding default certificates)",
    25,
  ),
  targetGroupsPerRegion: adjustable("Target Groups per Region", 3_000),
  targetGroupsPerLoadBalancer: fixed("Target Groups per Application Load Balancer", 100),
  targetGroupsPerAction: fixed("Target Groups per Action per Application Load Balancer", 5),
  targetsPerLoadBalancer: adjustable("Targets per Application Load Balancer", 1_000),
  targetsPerTargetGroup: adjustable("Targets per Target Group per Region", 1_000),
});

const VPC = of("Amazon Virtual Private Cloud (Amazon VPC)", "Amazon VPC quotas", {
  vpcsPerRegion: adjustable("VPCs per Region", 5),
  subnetsPerVpc: adjustable("Subnets per VPC", 200),
  natGatewaysPerZone: adjustable("NAT gateways per Availability Zone", 5),
  networkInterfacesPerRegion: adjustable("Network interfaces per Region", 5_000),
  securityGroupsPerRegion: adjustable("VPC security groups per Region", 2_500),
  rulesPerSecurityGroup: adjustable("Inbound or outbound rules per security group", SECURITY_GROUP_RULES_MAX),
  securityGroupsPerInterface: adjustable("Security groups per network interface", 5),
  interfaceEndpointsPerVpc: adjustable("Interface VPC endpoints per VPC", 50),
  gatewayEndpointsPerRegion: adjustable("Gateway VPC endpoints per Region", 20),
});

const EC2 = "Amazon Elastic Compute Cloud (Amazon EC2)";

const INSTANCES = {
  ...of(EC2, "Amazon VPC quotas", { elasticIps: adjustable("EC2-VPC Elastic IPs", 5) }),
  ...of(EC2, "Amazon EC2 instance type quotas", {
    standardVcpus: growing("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5),
  }),
  ...of(EC2, "Subnet sizing for subnet CIDR blocks", {
    addressesPerSubnet: fixed("IPv4 addresses of a subnet", undefined),
  }),
  ...of(EC2, "Maximum IP addresses per network interface", {
    interfacesPerInstances: fixed("Network interfaces of instances for tasks with the awsvpc network mode", undefined),
  }),
  ...of("Amazon EC2 Auto Scaling", "Quotas for Auto Scaling resources and groups", {
    autoScalingGroupsPerRegion: adjustable("Auto Scaling groups per region", 500),
  }),
  ...of("Application Auto Scaling", "Quotas for Application Auto Scaling", {
    scalableTargets: adjustable("Scalable targets for Amazon ECS", 3_000),
    scalingPoliciesPerTarget: fixed("Scaling policies per scalable target", 50),
    scheduledActionsPerTarget: fixed("Scheduled actions per scalable target", 200),
  }),
};

const CONTAINERS = {
  ...of("Amazon Elastic Container Service (Amazon ECS)", "Amazon ECS endpoints and quotas", {
    clustersPerRegion: adjustable("Clusters per account", 10_000),
    servicesPerCluster: adjustable("Services per cluster", 5_000),
    tasksPerService: adjustable("Tasks per service", REPLICAS.max),
    containerInstancesPerCluster: fixed("Container instances per cluster", 5_000),
    capacityProvidersPerCluster: fixed("Capacity providers per cluster", 20),
    containersPerTaskDefinition: fixed("Containers per task definition", 10),
    taskDefinitionBytes: fixed("Task definition size", 64 * 1024),
    targetGroupsPerService: fixed("Target groups per service", 5),
    securityGroupsPerService: fixed("Security groups per awsvpcConfiguration", SERVICE_SECURITY_GROUPS.max),
    subnetsPerService: fixed("Subnets per awsvpcConfiguration", SERVICE_SUBNETS.max),
  }),
  ...of("AWS Fargate", "Amazon ECS endpoints and quotas", {
    fargateVcpus: growing("Fargate On-Demand vCPU resource count", 6),
    fargateSpotVcpus: growing("Fargate Spot vCPU resource count", 6),
  }),
  ...of("AWS Cloud Map", "AWS Cloud Map endpoints and quotas", {
    namespacesPerRegion: adjustable("Namespaces per Region", 50),
    instancesPerNamespace: adjustable("Instances per namespace", 2_000),
    instancesPerRegistry: fixed("Instances per service", 1_000),
  }),
};

const IDENTITY = {
  ...of("AWS Identity and Access Management (IAM)", "IAM and AWS STS quotas", {
    rolesPerAccount: adjustable("Roles per account", 1_000),
    instanceProfilesPerAccount: adjustable("Instance profiles per account", 1_000),
    managedPoliciesPerRole: adjustable("Managed policies per role", 10),
    managedPolicyCharacters: fixed("Managed policy length", 6_144),
    inlinePolicyCharactersPerRole: fixed("Role inline policies, all together", INLINE_POLICIES_MAX),
    trustPolicyCharacters: adjustable("Role trust policy length", 2_048),
  }),
  ...of("Amazon Cognito User Pools", "Quotas in Amazon Cognito", {
    resourceServersPerUserPool: adjustable("Resource servers per user pool", 25),
    scopesPerResourceServer: fixed("Scopes per resource server", SCOPES_PER_RESOURCE_SERVER_MAX),
    scopesPerAppClient: fixed("Scopes per app client", CLIENT_SCOPES_MAX),
  }),
};

const HTTP_API = "Quotas for configuring and running an HTTP API in API Gateway";
const REST_API = "Quotas for configuring and running a REST API in API Gateway";

const API = {
  ...of("Amazon API Gateway", HTTP_API, {
    routesPerApi: adjustable("Routes per API", ROUTES_PER_API_MAX),
    integrationsPerApi: fixed("Integrations per API", 300),
    vpcLinksPerRegion: adjustable("VPC links per account per Region", 10),
    subnetsPerVpcLink: adjustable("Subnets per VPC link", VPC_LINK_SUBNETS_MAX),
  }),
  ...of("Amazon API Gateway", REST_API, {
    resourcesPerRestApi: adjustable("Resources per API", RESOURCES_PER_API_MAX),
  }),
};

const DELIVERY = {
  ...of("AWS CodePipeline", "Quotas in AWS CodePipeline", { pipelinesPerRegion: adjustable("Total pipelines", 1_000) }),
  ...of("AWS CodeBuild", "Quotas for AWS CodeBuild", { buildProjectsPerRegion: adjustable("Build projects", 5_000) }),
  ...of("AWS CodeDeploy", "CodeDeploy quotas", {
    deployApplicationsPerRegion: adjustable("Applications associated per account per region", 1_000),
    deploymentGroupsPerApplication: adjustable("Deployment groups associated with a single application", 1_000),
  }),
  ...of("Amazon EventBridge (CloudWatch Events)", "Amazon EventBridge quotas", {
    eventRulesPerBus: adjustable("Number of rules", 300),
  }),
};

const DATA = {
  ...of("Amazon Relational Database Service (Amazon RDS)", "Quotas and constraints for Amazon RDS", {
    databaseInstances: adjustable("DB instances", 40),
    databaseParameterGroups: adjustable("Parameter groups", 50),
    databaseSubnetGroups: adjustable("DB subnet groups", 50),
  }),
  ...of("Amazon Elastic Container Registry (Amazon ECR)", "Amazon ECR service quotas", {
    repositoriesPerRegion: adjustable("Registered repositories", 100_000),
  }),
  ...of("AWS Systems Manager", "AWS Systems Manager endpoints and quotas", {
    standardParameters: fixed("Parameters, standard tier", 10_000),
  }),
  ...of("AWS Certificate Manager (ACM)", "AWS Certificate Manager quotas", {
    certificatesPerRegion: adjustable("ACM certificates", 2_500),
  }),
  ...of("Amazon Simple Storage Service (Amazon S3)", "General purpose bucket quotas, limitations, and restrictions", {
    bucketsPerAccount: adjustable("General purpose buckets", 10_000),
  }),
  ...of("Amazon CloudWatch Logs", "CloudWatch Logs quotas", {
    logGroupsPerRegion: adjustable("Log groups", 1_000_000),
  }),
  ...of("Every service with tags", "Tag naming limits and requirements", {
    tagsPerResource: fixed("Tags per resource", TAGS_PER_RESOURCE_MAX),
  }),
};

/** The quotas that are counted, by the id that configuration files and messages use. */
export const QUOTAS = {
  ...LOAD_BALANCING,
  ...VPC,
  ...INSTANCES,
  ...CONTAINERS,
  ...IDENTITY,
  ...API,
  ...DELIVERY,
  ...DATA,
};

/** Id of a quota. */
export type QuotaId = keyof typeof QUOTAS;

/** All ids, in the order of the data. */
export const QUOTA_IDS = Object.keys(QUOTAS) as readonly QuotaId[];

/**
 * Most that `rulesPerSecurityGroup` times `securityGroupsPerInterface` may be. Source: "Amazon VPC quotas", security groups.
 */
export const RULES_PER_INTERFACE_MAX = 1_000;
