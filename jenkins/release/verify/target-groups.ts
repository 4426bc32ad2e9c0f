import type { LoadBalancer } from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Check, type Finding, good, type Subject, wrong } from "./check";

/** What the service's target groups send to is a port of a container, and their type is right for the network mode. */
export const checkTargetGroups: Check = (subject) => checkBalancers(subject, subject.service.loadBalancers ?? []);

/** The same, of target groups that are named. */
export async function checkBalancers(
  subject: Subject,
  balancers: readonly LoadBalancer[],
): Promise<readonly Finding[]> {
  const arns = balancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  if (arns.length === 0) return [];
  const { aws } = subject.context;
  const elb = aws.client(ElasticLoadBalancingV2Client);
  const answer = await aws.callUnless(
    ["TargetGroupNotFoundException", "TargetGroupNotFound"],
    "elasticloadbalancing:DescribeTargetGroups",
    () => elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: arns })),
  );
  const types = new Map(answer?.TargetGroups?.map((group) => [group.TargetGroupArn, group.TargetType]));
  return balancers.map((balancer) => checkTargetGroup(subject, balancer, types.get(balancer.targetGroupArn)));
}

function checkTargetGroup(
  { input, context: { howToDeploy } }: Subject,
  { containerName = "", containerPort, targetGroupArn = "" }: LoadBalancer,
  type: string | undefined,
): Finding {
  const name = targetGroupArn.split("/")[1] ?? targetGroupArn;
  const fault = (text: string) => wrong("target group", `${name} ${text}; ${howToDeploy}`);
  if (type === undefined) return fault("does not exist");
  const container = input.containerDefinitions.find((one) => one.name === containerName);
  if (!container) return fault(`sends to container "${containerName}", which the task definition does not have`);
  const ports = (container.portMappings ?? []).map((mapping) => mapping.containerPort);
  if (!ports.includes(containerPort)) {
    return fault(
      `sends to port ${containerPort} of container "${containerName}", which has: ${ports.join(", ") || "none"}`,
    );
  }
  const needed = input.networkMode === "awsvpc" ? "ip" : "instance";
  if (type !== needed) {
    return fault(
      `has targets of type ${type}, but network mode ${String(input.networkMode ?? "bridge")} needs ${needed}`,
    );
  }
  return good("target group", `${name}: port ${containerPort} of ${containerName}`);
}
