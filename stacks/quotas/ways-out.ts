import { QUOTAS, type QuotaId } from "../../modules/aws/quotas";

const GROUPS = 'give some services another "group" in their service.json: a group has a stack of its own';

const OTHER_ACCOUNT =
  "move some systems or groups to an environment of another account (config/environments/), each with quotas of its own";

const FEWER_TASKS = 'lower "replicas.max", or split the service into two';

const NEXT_LOAD_BALANCER =
  'give some services priorities of the next load balancer ("routes.priority": each takes a band of 1,000), or another "group"';

const SMALLER_POLICY = "name fewer resources, or join them by a common prefix and a wildcard";

/** How to need less of a quota here. */
const SPREAD: Readonly<Record<QuotaId, string>> = {
  loadBalancersPerRegion: `use the bands of 1,000 priorities fully, and fewer groups; or ${OTHER_ACCOUNT}`,
  listenersPerLoadBalancer: NEXT_LOAD_BALANCER,
  rulesPerLoadBalancer: `${NEXT_LOAD_BALANCER}; services of the API share one load balancer: join their paths by wildcards`,
  conditionValuesPerRule:
    'join paths, hosts or source blocks of the service by wildcards or shorter prefixes ("routes")',
  certificatesPerLoadBalancer: NEXT_LOAD_BALANCER,
  targetGroupsPerRegion: OTHER_ACCOUNT,
  targetGroupsPerLoadBalancer: NEXT_LOAD_BALANCER,
  targetGroupsPerAction: "let the rule lead to fewer target groups",
  targetsPerLoadBalancer: `${NEXT_LOAD_BALANCER}; or lower "replicas.max"`,
  targetsPerTargetGroup: FEWER_TASKS,
  vpcsPerRegion: OTHER_ACCOUNT,
  subnetsPerVpc: 'name fewer availability zones in "network"',
  natGatewaysPerZone: '"network.nat": "single" has one for all zones',
  networkInterfacesPerRegion: `lower "replicas.max", run services on EC2 (tasks on a bridge have none), or ${OTHER_ACCOUNT}`,
  securityGroupsPerRegion: `run services on EC2 (they share those of their instances), or ${OTHER_ACCOUNT}`,
  rulesPerSecurityGroup: `join CIDR blocks by shorter prefixes, or ${GROUPS}, with security groups of its own`,
  securityGroupsPerInterface: "join the rules of two security groups in one",
  interfaceEndpointsPerVpc: 'name fewer services in "network.interfaceEndpoints"; a NAT gateway reaches all of them',
  gatewayEndpointsPerRegion: 'name fewer services in "network.gatewayEndpoints"',
  elasticIps: '"network.nat": "single" has one for all zones',
  standardVcpus: 'lower "ec2.maxInstances", or name smaller "ec2.instanceTypes"',
  addressesPerSubnet:
    'give the VPC a larger "network.cidr" (a /16 has most), or larger "network.subnets"; or lower "replicas.max"',
  interfacesPerInstances: 'run the services on a bridge or on Fargate ("launchType"), or raise "ec2.maxInstances"',
  autoScalingGroupsPerRegion: `have fewer groups with services on EC2, or ${OTHER_ACCOUNT}`,
  scalableTargets: 'give some services "replicas.min" and "replicas.max" that are equal: they are not scaled',
  scalingPoliciesPerTarget: 'remove targets from "scaling" of the service',
  scheduledActionsPerTarget: "remove schedules of the service",
  clustersPerRegion: `have fewer groups, or ${OTHER_ACCOUNT}`,
  servicesPerCluster: `${GROUPS}, with a cluster of its own`,
  tasksPerService: FEWER_TASKS,
  containerInstancesPerCluster: `lower "ec2.maxInstances", or ${GROUPS}, with instances of its own`,
  capacityProvidersPerCluster: `${GROUPS}, with a cluster of its own`,
  containersPerTaskDefinition: "have fewer containers in the task",
  taskDefinitionBytes:
    'say less in "environment" of the service: long values belong into a parameter or a file of the image',
  targetGroupsPerService: "register the service with fewer target groups",
  securityGroupsPerService: "join the rules of two security groups in one",
  subnetsPerService: "let the service run in fewer subnets",
  fargateVcpus: 'lower "replicas.max" or "cpu"',
  fargateSpotVcpus: 'lower "replicas.max" or "cpu"',
  namespacesPerRegion: 'have fewer groups with services that call each other, or write "discovery": "load-balancer"',
  instancesPerNamespace: `${GROUPS}, with a namespace of its own; or lower "replicas.max"`,
  instancesPerRegistry: FEWER_TASKS,
  rolesPerAccount: OTHER_ACCOUNT,
  instanceProfilesPerAccount: `have fewer groups with services on EC2, or ${OTHER_ACCOUNT}`,
  managedPoliciesPerRole: "join policies in one",
  managedPolicyCharacters: SMALLER_POLICY,
  inlinePolicyCharactersPerRole: SMALLER_POLICY,
  trustPolicyCharacters: "let fewer principals assume the role",
  resourceServersPerUserPool: 'expose fewer services ("expose"), for each has a resource server of its own',
  scopesPerResourceServer: 'give routes of the service scopes that they share ("scopes")',
  scopesPerAppClient: 'give routes of exposed services fewer scopes ("scopes"), such as read and write alone',
  routesPerApi: 'join routes of "scopes" by variables of a path, or expose fewer services',
  integrationsPerApi: "expose fewer services",
  vpcLinksPerRegion: OTHER_ACCOUNT,
  subnetsPerVpcLink: 'name fewer availability zones in "network"',
  resourcesPerRestApi: 'join routes of "scopes" by variables of a path, or write "type": "http" in "api"',
  pipelinesPerRegion: `release some services by Jenkins or npm run release, or ${OTHER_ACCOUNT}`,
  buildProjectsPerRegion: `release some services by Jenkins or npm run release, or ${OTHER_ACCOUNT}`,
  deployApplicationsPerRegion: `have fewer groups with blue/green services, or ${OTHER_ACCOUNT}`,
  deploymentGroupsPerApplication: `${GROUPS}, with an application of its own`,
  eventRulesPerBus: `have fewer pipelines and groups, for each has rules, or ${OTHER_ACCOUNT}`,
  databaseInstances: `have fewer groups with a database, or ${OTHER_ACCOUNT}`,
  databaseParameterGroups: `have fewer groups with a database, or ${OTHER_ACCOUNT}`,
  databaseSubnetGroups: `have fewer groups with a database, or ${OTHER_ACCOUNT}`,
  repositoriesPerRegion: `let services share an image ("app" in service.json), or ${OTHER_ACCOUNT}`,
  standardParameters: OTHER_ACCOUNT,
  certificatesPerRegion: `have fewer load balancers, or ${OTHER_ACCOUNT}`,
  bucketsPerAccount: `have fewer load balancers and pipelines, or ${OTHER_ACCOUNT}`,
  logGroupsPerRegion: OTHER_ACCOUNT,
  tagsPerResource: 'remove some of "tags" in the environment: the stacks add their own',
};

/** The second way out of a quota that AWS does not raise, where there is one that is better than {@link OTHER_ACCOUNT}. */
const INSTEAD: Readonly<Partial<Record<QuotaId, string>>> = {
  conditionValuesPerRule: "give the service a second rule by making it two services, each with its own paths",
  targetGroupsPerLoadBalancer: 'have fewer blue/green services ("deployment"), which take two target groups each',
  targetGroupsPerAction: "make a rule for each",
  addressesPerSubnet: "run services on EC2, where tasks on a bridge share the address of their instance",
  interfacesPerInstances: "turn on trunking (awsvpcTrunking) and name instance types that have it",
  scalingPoliciesPerTarget: "split the service into two",
  scheduledActionsPerTarget: "split the service into two",
  containerInstancesPerCluster: 'name larger "ec2.instanceTypes"',
  capacityProvidersPerCluster: "use one capacity provider for several services",
  containersPerTaskDefinition: "split the service into two",
  taskDefinitionBytes: "split the service into two",
  targetGroupsPerService: "split the service into two",
  securityGroupsPerService: "let rules name CIDR blocks in place of groups",
  subnetsPerService: 'name fewer availability zones in "network"',
  instancesPerRegistry: 'write "discovery": "load-balancer"',
  managedPolicyCharacters: "split the policy into two",
  inlinePolicyCharactersPerRole: "split the service into two, each with a role of its own",
  scopesPerResourceServer: "split the service into two, each with a resource server of its own",
  scopesPerAppClient: "expose fewer services",
  integrationsPerApi: 'write "type": "rest" in "api"',
  standardParameters: "move some parameters to the advanced tier, of which there may be 100,000",
  tagsPerResource: "join two tags in one",
};

/** The two ways out for who uses too much of a quota. */
export type WaysOut =
  /** To use less of it in one place, and to have more of it. */
  | { readonly spread: string; readonly raise: string }
  /** The same, and what to do where AWS gives no more. */
  | { readonly spread: string; readonly instead: string };

/** Where a quota is raised, and to how much. */
export interface Raise {
  readonly region: string;
  /** Name of the environment. */
  readonly environment: string;
  /** What is used. */
  readonly used: number;
}

/** Says what to do about a quota that is used up. */
export function waysOut(id: QuotaId, { region, environment, used }: Raise): WaysOut {
  const { name, service, adjustable } = QUOTAS[id];
  const spread = SPREAD[id];
  if (!adjustable) return { spread, instead: `AWS does not raise this: ${INSTEAD[id] ?? OTHER_ACCOUNT}` };
  const raise =
    `ask for ${used} or more of "${name}" in Service Quotas (${service}, ${region}); when AWS has agreed, write ` +
    `"quotas": { "${id}": ${used} } into config/environments/${environment}.json`;
  return { spread, raise };
}
