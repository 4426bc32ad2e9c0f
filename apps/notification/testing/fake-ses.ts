import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A mail that was given to SES. */
export interface SesMail {
  /** 1 for the first call. */
  readonly call: number;
  /** Of the header `X-Idempotency-Key`. */
  readonly key: string;
  readonly messageId: string;
  /** The body of SendEmail. */
  readonly input: SendEmailBody;
  /** Resolves when nobody waits for an answer any more: the caller has gone, or has it. */
  readonly gone: Promise<void>;
}

/** What is used of the body of SendEmail. */
export interface SendEmailBody {
  readonly FromEmailAddress: string;
  readonly ConfigurationSetName: string;
  readonly Destination: Readonly<Record<"ToAddresses" | "CcAddresses" | "BccAddresses", readonly string[]>>;
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text: { readonly Data: string }; readonly Html?: { readonly Data: string } };
      readonly Headers: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
  readonly EmailTags: readonly { readonly Name: string; readonly Value: string }[];
}

/**
 * What SES does with a call: it takes the mail and answers; takes it and never answers; refuses it; drops the connection; or
 * answers what is no JSON.
 */
export type SesBehaviour =
  | "accept"
  | "accept silently"
  | "drop"
  | "garbage"
  | { readonly status: number; readonly type: string; readonly message?: string };

/** Amazon SES as SendEmail of its API v2 shows it, on a free port of loopback: for `AWS_ENDPOINT_URL`. */
export class FakeSes {
  /** The mails that it took: these go out. */
  readonly accepted: SesMail[] = [];
  /** All calls, whatever became of them. */
  calls = 0;
  /** What becomes of a call. It may take its time; a caller that has gone meanwhile has sent nothing. */
  behaviour: (mail: SesMail) => SesBehaviour | Promise<SesBehaviour> = () => "accept";
  /** How long the answer to a mail takes that SES has taken. */
  beforeAnswer: () => Promise<void> = async () => undefined;
  /** Calls that are neither answered nor dropped yet. */
  open = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #waiting = new Set<() => void>();

  private constructor() {}

  static async start(): Promise<FakeSes> {
    const ses = new FakeSes();
    await new Promise<void>((resolve) => ses.#server.listen(0, "127.0.0.1", resolve));
    return ses;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Variables of a task that finds AWS here. */
  get variables(): Readonly<Record<string, string>> {
    return { AWS_ENDPOINT_URL: this.url, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  }

  /** The keys of the mails that it took, sorted. */
  get keys(): string[] {
    return this.accepted.map(({ key }) => key).sort();
  }

  /** Forgets everything, and accepts from now on. */
  reset(): void {
    this.accepted.length = 0;
    this.calls = 0;
    this.behaviour = () => "accept";
    this.beforeAnswer = async () => undefined;
  }

  /** Resolves when this holds; looked at after each step of a call. */
  until(holds: (ses: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open++;
    await this.#answer(request, response);
    this.open--;
    this.#look();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = await bodyOf(request);
    if (!input) return;
    if (request.method !== "POST" || request.url !== "/v2/email/outbound-emails" || !signed(request)) {
      answer(response, 404, { message: "no such operation, or not signed" }, "NotFoundException");
      return;
    }
    const key = input.Content.Simple.Headers.find(({ Name }) => Name === "X-Idempotency-Key")?.Value ?? "";
    const call = ++this.calls;
    const gone = new Promise<void>((resolve) => response.once("close", () => resolve()));
    const mail: SesMail = { call, key, messageId: `ses-${call}`, input, gone };
    this.#look();
    const behaviour = await this.behaviour(mail);
    if (response.destroyed) return;
    await this.#behave(behaviour, mail, response);
  }

  async #behave(behaviour: SesBehaviour, mail: SesMail, response: ServerResponse): Promise<void> {
    if (behaviour === "accept" || behaviour === "accept silently") this.accepted.push(mail);
    this.#look();
    if (behaviour === "accept") await this.beforeAnswer();
    if (behaviour === "accept") answer(response, 200, { MessageId: mail.messageId });
    else if (behaviour === "drop") response.destroy();
    else if (behaviour === "garbage") response.writeHead(200).end("<html>");
    else if (behaviour !== "accept silently") {
      answer(response, behaviour.status, { message: behaviour.message ?? "no" }, behaviour.type);
    }
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

const signed = ({ headers }: IncomingMessage) =>
  /^AWS4-HMAC-SHA256 Credential=\w+\/\d{8}\/[a-z0-9-]+\/ses\/aws4_request,/.test(headers.authorization ?? "");

/** @returns `undefined` when the caller went before it had said all */
async function bodyOf(request: IncomingMessage): Promise<SendEmailBody | undefined> {
  let text = "";
  try {
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
  } catch {
    return undefined;
  }
  return JSON.parse(text);
}

function answer(response: ServerResponse, status: number, body: object, error?: string): void {
  const headers = { "content-type": "application/json", ...(error !== undefined && { "x-amzn-errortype": error }) };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
