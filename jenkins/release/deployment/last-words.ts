import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Task } from "@aws-sdk/client-ecs";
import { isSecretText } from "../../../config/given";
import { lastPart } from "../../../modules/aws/arn";
import type { Aws } from "../aws/aws";
import { AwsFault } from "../aws/aws-fault";
import { describeRevision } from "../aws/revisions";
import { awslogsOptions } from "../task-definition/awslogs";
import type { Container } from "../task-definition/task-definition";

/** Lines of a log that are shown, and the characters of each. */
const LINES_MAX = 5;
const LINE_MAX = 300;

/**
 * What the container that ended a task has logged last, the newest line last; none where nothing can be read. A line that
 * looks like a secret is not shown.
 */
export async function lastWords(
  aws: Aws,
  { taskArn = "", taskDefinitionArn = "", containers }: Task,
): Promise<readonly string[]> {
  const ended = containers?.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
  if (!ended?.name) return [];
  const logs = aws.client(CloudWatchLogsClient);
  try {
    const { taskDefinition } = await describeRevision(aws, taskDefinitionArn);
    const definition = taskDefinition.containerDefinitions.find(({ name }) => name === ended.name);
    const place = definition && streamOf(definition, taskArn);
    if (!place) return [];
    const { events = [] } = await aws.call("logs:GetLogEvents", () =>
      logs.send(new GetLogEventsCommand({ ...place, limit: LINES_MAX })),
    );
    return events.map(({ message = "" }) => (isSecretText(message) ? "(not shown)" : message.slice(0, LINE_MAX)));
  } catch (error) {
    if (error instanceof AwsFault) return [];
    throw error;
  }
}

/** Source: "Send Amazon ECS logs to CloudWatch", awslogs-stream-prefix. */
function streamOf(container: Container, taskArn: string) {
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = awslogsOptions(container) ?? {};
  if (typeof group !== "string" || typeof prefix !== "string") return undefined;
  return { logGroupName: group, logStreamName: `${prefix}/${container.name}/${lastPart(taskArn)}` };
}
