import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { messageOf } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";
import { LogStream } from "./log-stream";
import { StartFault } from "./runtime";

const INTERVAL_MS = 500;

const BYTES_PER_UNIT: Readonly<Record<string, number>> = { "": 1, k: 1_024, m: 1_024 ** 2, g: 1_024 ** 3 };

/** Amazon ECS API Reference, "LogConfiguration". */
const DEFAULT_BUFFER = "10m";

/** Where a container logs to. */
export interface LogDestination {
  readonly group: string;
  readonly stream: string;
  readonly region?: string;
  readonly createsGroup: boolean;
  /** Bytes that may wait to be sent: Infinity in blocking mode. */
  readonly bufferBytes: number;
}

export interface LogShipperOptions {
  readonly lifetime: Lifetime;
  readonly settings: ClientSettings;
  readonly say: (text: string) => void;
  /** How long the last lines of a task may take, in milliseconds. @default - that of a log stream */
  readonly flushBoundMs?: number;
}

/** The awslogs log driver: sends what containers print to CloudWatch Logs. */
export class LogShipper {
  readonly #streams = new Set<LogStream>();
  readonly #clients = new Map<string, CloudWatchLogsClient>();

  constructor(private readonly options: LogShipperOptions) {
    void this.#run();
  }

  /** Makes the log stream and follows the file. @throws StartFault where the log group does not exist */
  async open(destination: LogDestination, file: string): Promise<LogStream> {
    const { group: logGroupName, stream: logStreamName, bufferBytes } = destination;
    const client = this.#client(destination.region ?? this.options.settings.region);
    await createStream(client, destination).catch((error: unknown) => {
      const name = error instanceof Error ? `${error.name}: ` : "";
      throw new StartFault(
        `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${name}${messageOf(error)} : exit status 1`,
      );
    });
    const send = async (messages: readonly string[]) => {
      const timestamp = Date.now();
      const logEvents = messages.map((message) => ({ message, timestamp }));
      await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    };
    const name = `${logGroupName} ${logStreamName}`;
    const { say, flushBoundMs } = this.options;
    const bound = flushBoundMs !== undefined && { flushBoundMs };
    const stream = await LogStream.open({ file, name, bufferBytes, send, say, ...bound });
    this.#streams.add(stream);
    return stream;
  }

  /** Sends the rest of a stream and lets go of its file. */
  async close(stream: LogStream): Promise<void> {
    this.#streams.delete(stream);
    await stream.close();
  }

  /** One batch at a time, so that the memory it takes does not grow with the tasks. */
  async #run(): Promise<void> {
    const { signal } = this.options.lifetime;
    while (!signal.aborted) {
      let more = false;
      for (const stream of this.#streams) more = (await stream.ship()) || more;
      if (!more) await sleep(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #client(region: string): CloudWatchLogsClient {
    const client = this.#clients.get(region) ?? new CloudWatchLogsClient({ ...this.options.settings, region });
    this.#clients.set(region, client);
    return client;
  }
}

async function createStream(client: CloudWatchLogsClient, { group, stream, createsGroup }: LogDestination) {
  const create = () => client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
  try {
    await create().catch(async (error: unknown) => {
      if (!(error instanceof ResourceNotFoundException) || !createsGroup) throw error;
      await client.send(new CreateLogGroupCommand({ logGroupName: group })).catch(unlessItExists);
      await create();
    });
  } catch (error) {
    unlessItExists(error);
  }
}

function unlessItExists(error: unknown): void {
  if (!(error instanceof ResourceAlreadyExistsException)) throw error;
}

/** Where the awslogs driver sends a container's log (Amazon ECS Developer Guide, "Send Amazon ECS logs to CloudWatch"). */
export function destinationOf(
  { name = "", logConfiguration }: ContainerDefinition,
  taskId: string,
): LogDestination | undefined {
  if (logConfiguration?.logDriver !== "awslogs") return undefined;
  const { options = {} } = logConfiguration;
  const prefix = options["awslogs-stream-prefix"];
  const region = options["awslogs-region"];
  return {
    group: options["awslogs-group"] ?? "",
    stream: prefix ? `${prefix}/${name}/${taskId}` : taskId,
    ...(region && { region }),
    createsGroup: options["awslogs-create-group"] === "true",
    bufferBytes: options.mode === "blocking" ? Number.POSITIVE_INFINITY : bytesOf(options["max-buffer-size"]),
  };
}

/** Bytes of a size as Docker writes it: `25m`. */
function bytesOf(size = DEFAULT_BUFFER): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(size) ?? [];
  if (!number) {
    throw new StartFault(
      `ResourceInitializationError: failed to validate logger args: invalid size: '${size}' : exit status 1`,
    );
  }
  return Number(number) * (BYTES_PER_UNIT[unit.toLowerCase()] ?? 1);
}
