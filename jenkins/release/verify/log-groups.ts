import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { awslogsOptions } from "../task-definition/awslogs";
import type { Container } from "../task-definition/task-definition";
import { type Check, good, textOf, wrong } from "./check";

/** The log groups of the containers exist: without one, no task starts. */
export const checkLogGroups: Check = async ({ context, input }) => {
  const { aws, howToDeploy } = context;
  const groups = new Set(input.containerDefinitions.flatMap((container) => groupOf(container) ?? []));
  const logs = aws.client(CloudWatchLogsClient);
  return await Promise.all(
    [...groups].map(async (name) => {
      const { logGroups = [] } = await aws.call("logs:DescribeLogGroups", () =>
        logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name })),
      );
      if (logGroups.some(({ logGroupName }) => logGroupName === name)) return good("log group", name);
      return wrong("log group", `${name} does not exist, so no task would start; ${howToDeploy}`);
    }),
  );
};

/** The group that has to exist; none where the container makes it, or logs elsewhere. */
function groupOf(container: Container): string | undefined {
  const options = awslogsOptions(container);
  if (!options || options["awslogs-create-group"] === "true") return undefined;
  return textOf(options["awslogs-group"]);
}
