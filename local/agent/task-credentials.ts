import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { lastPart } from "../../modules/aws/arn";
import { Failure, messageOf } from "../../tools/failure";
import { close, listen } from "../../tools/listen";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";

/** Where ECS's agent gives tasks their credentials. Source: Amazon ECS Developer Guide, "Amazon ECS task IAM role". */
export const CREDENTIALS_HOST = "169.254.170.2";

export const CREDENTIALS_PORT = 80;

const PATH = "/v2/credentials/";

interface TaskRole {
  /** ARN of the role. */
  readonly role: string;
  /** ARN of the task. */
  readonly task: string;
}

/**
 * Gives tasks the credentials of their task role, as ECS's agent does: by an address that only the task is told, for an hour
 * at a time, for the AWS SDK's default chain to find. So none is in an environment, where a log or `docker inspect` could
 * show it, and the SDK renews them as it does on AWS. `169.254.170.2` is no address of this machine: the address book
 * (local/names) leads there.
 */
export class TaskCredentials {
  readonly #roles = new Map<string, TaskRole>();

  private constructor(
    /** Of the loopback interface. */
    readonly port: number,
    private readonly settings: ClientSettings,
  ) {}

  /** Listens on a free port of the loopback interface. */
  static async start(lifetime: Lifetime, settings: ClientSettings): Promise<TaskCredentials> {
    const server = createServer();
    const credentials = new TaskCredentials(await listen(server, 0), settings);
    server.on("request", (request, response) => void credentials.#answer(request, response));
    lifetime.onEnd(() => close(server));
    return credentials;
  }

  /** The variables by which a task finds its credentials. */
  variablesOf(task: TaskRole): Readonly<Record<string, string>> {
    const path = `${PATH}${randomUUID()}`;
    this.#roles.set(path, task);
    return { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path };
  }

  async #answer({ method, url = "" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const task = method === "GET" ? this.#roles.get(url) : undefined;
    response.setHeader("content-type", "application/json");
    try {
      if (!task) throw new Failure("no task has been given this address");
      response.end(JSON.stringify(await assumeRole(task, this.settings)));
    } catch (error) {
      response.writeHead(task ? 500 : 404).end(JSON.stringify({ message: messageOf(error) }));
    }
  }
}

/** STS by its query protocol: a client of the SDK for one call of an emulator would be a package more. */
async function assumeRole({ role, task }: TaskRole, { endpoint, region, credentials }: ClientSettings) {
  const scope = `${credentials.accessKeyId}/20110615/${region}/sts/aws4_request`;
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=emulated` },
    body: new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: lastPart(task),
    }),
  });
  const text = await response.text();
  const elementOf = (tag: string) => {
    const value = new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(text)?.[1];
    if (value === undefined) throw new Failure(`AssumeRole of ${role} has failed: ${response.status}`);
    return value;
  };
  return {
    RoleArn: role,
    AccessKeyId: elementOf("AccessKeyId"),
    SecretAccessKey: elementOf("SecretAccessKey"),
    Token: elementOf("SessionToken"),
    Expiration: elementOf("Expiration"),
  };
}
