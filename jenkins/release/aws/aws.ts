import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { AwsFault } from "./aws-fault";

/** How the clients of the SDK reach AWS, beside what they find in the environment. */
export interface AwsSettings {
  readonly region: string;
  /** @default AWS_ENDPOINT_URL, else AWS's own */
  readonly endpoint?: string;
  /** @default - the SDK's own chain: variables, the role of the pod, profiles */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Attempts of one call, with the SDK's backoff between them (its standard mode: doubling from 50 ms, from 1 s where AWS
 * throttles, up to 20 s, times a random share): throttling, lost connections and HTTP 5xx are tried again. All six take up
 * to 1.6 s, and up to 31 s where AWS throttles.
 */
const ATTEMPTS = 6;

const CONNECT_BOUND_MS = 5_000;
const ANSWER_BOUND_MS = 30_000;

/** The clients of a release, what was called, and what was changed. */
export class Aws {
  readonly ecs: ECSClient;
  /** For what must not be sent twice without a look in between. */
  readonly ecsOnce: ECSClient;
  readonly ecr: ECRClient;
  readonly ssm: SSMClient;
  /** Calls that had an answer. */
  calls = 0;
  /** What was changed so far, in the order in which it was: ends of the sentence "changed so far: ...". */
  readonly changes: string[] = [];
  /** ARNs of the task definitions of service revisions, by the ARN of the service revision: they never change. */
  readonly serviceRevisions = new Map<string, string>();

  readonly #clients: { destroy(): void }[] = [];

  constructor(readonly settings: AwsSettings) {
    const options = this.clientOptions;
    this.ecs = new ECSClient(options);
    this.ecsOnce = new ECSClient({ ...options, maxAttempts: 1 });
    this.ecr = new ECRClient(options);
    this.ssm = new SSMClient(options);
  }

  /** What further clients are made with. */
  get clientOptions() {
    return {
      ...this.settings,
      maxAttempts: ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_BOUND_MS,
        requestTimeout: ANSWER_BOUND_MS,
        throwOnRequestTimeout: true,
      },
    };
  }

  /** Address of an endpoint that is not AWS's own. */
  get endpoint(): string | undefined {
    return this.settings.endpoint ?? (process.env.AWS_ENDPOINT_URL || undefined);
  }

  /**
   * One call.
   *
   * @param action service and action as IAM writes them: `ecs:UpdateService`
   * @throws AwsFault
   */
  async call<Answer>(action: string, send: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await send();
      this.calls++;
      return answer;
    } catch (error) {
      throw new AwsFault(action, error, this.endpoint);
    }
  }

  /** As `call`; `undefined` where AWS answers with one of these codes. */
  async callUnless<Answer>(
    codes: readonly string[],
    action: string,
    send: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    try {
      return await this.call(action, send);
    } catch (error) {
      if (error instanceof AwsFault && codes.includes(error.code)) return undefined;
      throw error;
    }
  }

  /**
   * A client of a further service, which ends with the others.
   *
   * @param once whether what is sent must not be sent twice without a look in between
   */
  client<Client extends { destroy(): void }>(
    Client: new (options: Aws["clientOptions"]) => Client,
    once = false,
  ): Client {
    const client = new Client({ ...this.clientOptions, ...(once && { maxAttempts: 1 }) });
    this.#clients.push(client);
    return client;
  }

  end(): void {
    for (const client of [this.ecs, this.ecsOnce, this.ecr, this.ssm, ...this.#clients]) client.destroy();
  }
}
