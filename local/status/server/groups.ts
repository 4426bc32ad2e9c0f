import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { loopbackOf } from "../../cloud/loopback";
import type { ClientSettings } from "../../cloud/variables";
import type { GroupState } from "../state";
import type { TaskAt } from "./request-log";

/** Reads every target group, with the health of its targets and the tasks behind them. */
export async function readGroups(settings: ClientSettings, taskAt: TaskAt): Promise<readonly GroupState[]> {
  const client = new elb.ElasticLoadBalancingV2Client(settings);
  try {
    const groups: elb.TargetGroup[] = [];
    for await (const page of elb.paginateDescribeTargetGroups({ client }, {}))
      groups.push(...(page.TargetGroups ?? []));
    return await Promise.all(groups.map((group) => groupOf(client, group, taskAt)));
  } finally {
    client.destroy();
  }
}

async function groupOf(
  client: elb.ElasticLoadBalancingV2Client,
  { TargetGroupArn = "", TargetGroupName = "", TargetType }: elb.TargetGroup,
  taskAt: TaskAt,
): Promise<GroupState> {
  const { TargetHealthDescriptions = [] } = await client.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn }));
  const targets = TargetHealthDescriptions.map(({ Target, TargetHealth }) => {
    const { Id: id = "", Port: port = 0 } = Target ?? {};
    return {
      id,
      port,
      health: TargetHealth?.State ?? "unknown",
      reason: TargetHealth?.Description ?? TargetHealth?.Reason,
      task: taskAt(TargetType === "instance" ? loopbackOf(id) : id, port),
    };
  });
  return { arn: TargetGroupArn, name: TargetGroupName, targets };
}
