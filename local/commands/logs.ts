import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient, type FilteredLogEvent, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { readServices } from "../cloud/services";
import { type CommandOptions, type Context, misuse, wholeNumber } from "./command";
import { idOf, readTasks } from "./tasks";

const POLL_MS = 500;

/** A flush of the log driver may bring a line that is older than one that has been shown. */
const LATE_MS = 5_000;

const LINES_MAX = 10_000;

/** Prints what tasks have written, as CloudWatch Logs has it: all of them, or those of a service or a task. */
export async function showLogs(context: Context, args: readonly string[], options: CommandOptions): Promise<void> {
  const { lifetime, settings, terminal } = context;
  const lines = wholeNumber("--lines", options.lines, 1, LINES_MAX);
  if (args.length > 1) throw misuse("logs takes one service or one task, or none for all of them");
  const wanted = await sourceOf(context, args[0]);
  const client = new CloudWatchLogsClient(settings);
  lifetime.onEnd(() => client.destroy());
  const shown = new Set<string>();
  let since = 0;
  for (;;) {
    const events = await lifetime.until(read(client, wanted, since));
    const fresh = events.filter(({ eventId = "" }) => !shown.has(eventId));
    for (const event of since === 0 ? fresh.slice(-lines) : fresh) terminal.line(lineOf(event));
    for (const { eventId = "" } of fresh) shown.add(eventId);
    if (!options.follow) return;
    since = Math.max(since, 1, (events.at(-1)?.timestamp ?? 0) - LATE_MS);
    await lifetime.until(sleep(POLL_MS));
  }
}

interface Source {
  readonly groups: readonly string[];
  /** Only streams whose name holds this. */
  readonly stream: string;
}

async function sourceOf({ lifetime, settings }: Context, wanted?: string): Promise<Source> {
  const services = await lifetime.until(readServices(settings));
  const groupsOf = (some: typeof services) => [
    ...new Set(
      some
        .flatMap(({ taskDefinition }) => taskDefinition.containerDefinitions ?? [])
        .flatMap(({ logConfiguration }) => logConfiguration?.options?.["awslogs-group"] ?? []),
    ),
  ];
  if (wanted === undefined) return { groups: groupsOf(services), stream: "" };
  const named = services.filter(({ name }) => name === wanted);
  if (named.length > 0) return { groups: groupsOf(named), stream: "" };
  const tasks = (await lifetime.until(readTasks(settings))).map(idOf).filter((id) => id.startsWith(wanted));
  if (tasks.length === 1) return { groups: groupsOf(services), stream: tasks[0] ?? "" };
  const names = services.map(({ name }) => name).join(", ");
  throw misuse(`"${wanted}" is no service (there are: ${names}) and no beginning of exactly one task's id`);
}

async function read(
  client: CloudWatchLogsClient,
  { groups, stream }: Source,
  startTime: number,
): Promise<readonly FilteredLogEvent[]> {
  const found: FilteredLogEvent[] = [];
  for (const logGroupName of groups) {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime })) {
      found.push(...events.filter(({ logStreamName = "" }) => logStreamName.includes(stream)));
    }
  }
  return found.sort((first, second) => (first.timestamp ?? 0) - (second.timestamp ?? 0));
}

/** The task's id, shortened, and what it wrote. */
function lineOf({ logStreamName = "", message = "" }: FilteredLogEvent): string {
  const [service = "", , task = ""] = logStreamName.split("/");
  return `${service}/${task.slice(0, 8)} ${message}`;
}
