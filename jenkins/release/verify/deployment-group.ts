import type { DeploymentGroupInfo } from "@aws-sdk/client-codedeploy";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { CodeDeploy } from "../aws/code-deploy";
import { loadBalancersOf } from "../aws/services";
import { type Finding, good, type Subject, wrong } from "./check";
import { checkBalancers } from "./target-groups";

/** Target groups that CodeDeploy moves the traffic between. */
const TARGET_GROUPS = 2;

/** The deployment group is there, deploys this service blue/green, and both of its target groups can take the tasks. */
export async function checkDeploymentGroup(subject: Subject, codeDeploy: CodeDeploy): Promise<readonly Finding[]> {
  const { howToDeploy } = subject.context;
  const { application, group: name } = codeDeploy.names;
  const group = await codeDeploy.readGroup();
  const label = `${name} of application ${application}`;
  const fault = (text: string) => [wrong("deployment group", `${label} ${text}; ${howToDeploy}`)];
  if (!group) return fault("does not exist");
  const { cluster, service } = subject.context.place;
  const isItsOwn = group.ecsServices?.some((one) => one.clusterName === cluster && one.serviceName === service);
  if (!isItsOwn) return fault(`deploys ${servicesOf(group)}, not ${cluster}/${service}`);
  if (group.deploymentStyle?.deploymentType !== "BLUE_GREEN") return fault("does not deploy blue/green");
  const names = targetGroupsOf(group);
  if (names.length !== TARGET_GROUPS) {
    return fault(`has ${names.length} target groups, and needs ${TARGET_GROUPS}`);
  }
  const found = await readTargetGroups(subject, names);
  const missing = names.filter((one) => !found.has(one));
  if (missing.length > 0) return fault(`has target groups that do not exist: ${missing.join(", ")}`);
  return [good("deployment group", label), ...(await checkBoth(subject, [...found.values()]))];
}

/** Of each group what the service says of the one that it has now; that one has to be one of the two. */
async function checkBoth(subject: Subject, arns: readonly string[]): Promise<readonly Finding[]> {
  const { service, context } = subject;
  const [balancer] = loadBalancersOf(service);
  if (!balancer?.targetGroupArn || !arns.includes(balancer.targetGroupArn)) {
    const name = balancer?.targetGroupArn?.split("/")[1] ?? "no target group";
    const fault = `the service's tasks are in ${name}, which CodeDeploy does not move traffic from`;
    return [wrong("target group", `${fault}; ${context.howToDeploy}`)];
  }
  return checkBalancers(
    subject,
    arns.map((targetGroupArn) => ({ ...balancer, targetGroupArn })),
  );
}

/** ARNs by name, of those that exist. */
async function readTargetGroups(
  { context: { aws } }: Subject,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const elb = aws.client(ElasticLoadBalancingV2Client);
  // Asked for one that does not exist, AWS tells of none.
  const answers = await Promise.all(
    names.map((name) =>
      aws.callUnless(
        ["TargetGroupNotFoundException", "TargetGroupNotFound"],
        "elasticloadbalancing:DescribeTargetGroups",
        () => elb.send(new DescribeTargetGroupsCommand({ Names: [name] })),
      ),
    ),
  );
  const groups = answers.flatMap((answer) => answer?.TargetGroups ?? []);
  return new Map(groups.map(({ TargetGroupName = "", TargetGroupArn = "" }) => [TargetGroupName, TargetGroupArn]));
}

function targetGroupsOf({ loadBalancerInfo }: DeploymentGroupInfo): readonly string[] {
  const [pair] = loadBalancerInfo?.targetGroupPairInfoList ?? [];
  return (pair?.targetGroups ?? []).flatMap(({ name }) => name ?? []);
}

function servicesOf({ ecsServices = [] }: DeploymentGroupInfo): string {
  const names = ecsServices.map(({ clusterName, serviceName }) => `${clusterName}/${serviceName}`);
  return names.join(", ") || "no service";
}
