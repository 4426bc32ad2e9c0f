import { appendFileSync } from "node:fs";
import { messageOf } from "../../tools/failure";
import type { LogShipper } from "../agent/log-shipper";
import type { LogStream } from "../agent/log-stream";
import type { ViewAccessLog, ViewApi } from "../cloud/view";
import { accessLogLine, type GatewayRequest } from "./access-log";

export interface AccessLogsOptions {
  readonly logs: Pick<LogShipper, "open" | "close">;
  /** The file that lines wait in until they are sent, by what they are of. */
  readonly file: (name: string) => string;
  readonly say: (text: string) => void;
}

/** Writes the access logs of APIs to their log groups, each as a stream named after the API. */
export class AccessLogs {
  /** By file. */
  readonly #streams = new Map<string, Promise<LogStream | undefined>>();

  constructor(private readonly options: AccessLogsOptions) {}

  /** Logs a request of an API that has an access log. */
  write(request: GatewayRequest): void {
    const { api } = request;
    const { accessLog } = api;
    if (!accessLog) return;
    const group = logGroupName(accessLog);
    const file = this.options.file(`api-${api.id}${group.replaceAll(/[^\w-]+/g, "-")}`);
    appendFileSync(file, `${accessLogLine(accessLog.format, request)}\n`);
    if (!this.#streams.has(file)) this.#streams.set(file, this.#open(api, group, file));
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    const streams = await Promise.all(this.#streams.values());
    this.#streams.clear();
    await Promise.all(streams.map((stream) => stream && this.options.logs.close(stream)));
  }

  async #open({ id }: ViewApi, group: string, file: string): Promise<LogStream | undefined> {
    const { logs, say } = this.options;
    try {
      const bufferBytes = Number.POSITIVE_INFINITY;
      return await logs.open({ group, stream: id, createsGroup: false, bufferBytes }, file);
    } catch (error) {
      say(`the access log of API ${id} can't be written to log group ${group}: ${messageOf(error)}`);
      // The next request tries again.
      this.#streams.delete(file);
      return undefined;
    }
  }
}

/** Of its ARN, `arn:aws:logs:us-east-1:123456789012:log-group:NAME:*`, or as it is. */
function logGroupName({ logGroup }: ViewAccessLog): string {
  return /:log-group:([^:]+)/.exec(logGroup)?.[1] ?? logGroup;
}
