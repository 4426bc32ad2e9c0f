import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describeRevision } from "../aws/revisions";
import { loadBalancersOf, primaryOf, readService, revisionOf } from "../aws/services";
import type { Context } from "../context";
import { imageOf } from "../task-definition/image-of";
import { parseImage } from "../task-definition/image-reference";

/** What is wrong with the tasks that the load balancer sends to: another image, or fewer healthy ones than there should be. */
export async function judgeTargets(context: Context, imageTag: string): Promise<readonly string[]> {
  const { aws, place, howToDeploy, names } = context;
  const service = await readService(aws, place, howToDeploy);
  const [balancer] = loadBalancersOf(service);
  const elb = aws.client(ElasticLoadBalancingV2Client);
  const [revision, { TargetHealthDescriptions: targets = [] }] = await Promise.all([
    describeRevision(aws, revisionOf(service)),
    aws.call("elasticloadbalancing:DescribeTargetHealth", () =>
      elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: balancer?.targetGroupArn })),
    ),
  ]);
  const { tag } = parseImage(imageOf(revision, names.container));
  const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
  const wanted = primaryOf(service)?.desiredCount ?? 0;
  return [
    ...(tag === undefined || tag === imageTag ? [] : [`${place.service} runs tag ${tag}, not ${imageTag}`]),
    ...(healthy >= wanted ? [] : [`${healthy} of ${wanted} targets of ${place.service} are healthy`]),
  ];
}
