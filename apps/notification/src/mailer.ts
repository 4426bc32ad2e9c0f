import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import { Problem } from "@express-on-ecs/kit/problem";
import type { Logger } from "pino";
import { fullJitter } from "./backoff";
import type { Deadline } from "./deadline";
import type { Message } from "./message";
import { pause } from "./pause";
import { type SesFault, sesFault } from "./ses-fault";

/** How long SES may take for one mail: it answers in tenths of a second, and who asks again too early sends twice. */
export const ATTEMPT_MILLISECONDS = 5000;
/** An attempt that would be cut short sooner than this is not begun: it would end without an answer. */
export const SHORTEST_ATTEMPT_MILLISECONDS = 1000;
const CONNECT_TIMEOUT_MILLISECONDS = 2000;

const RETRY_AFTER_SECONDS = { passing: 2, setup: 10 } as const;

/** SES could not be had in time. The client gets 503 and when to come back. */
export class MailUnavailable extends Problem {
  constructor({ kind, reason }: { readonly kind: keyof typeof RETRY_AFTER_SECONDS; readonly reason: string }) {
    super(503, "The mail could not be sent at the moment. Please try again in a few seconds.", {
      "Retry-After": String(RETRY_AFTER_SECONDS[kind]),
    });
    this.message = `the mail could not be sent: ${reason}`;
  }
}

/** SES takes this mail never. */
class MailRefused extends Problem {
  constructor() {
    super(
      422,
      "Amazon SES refuses this mail: its recipients or its content. It was not sent, and would not be if tried again.",
    );
  }
}

/** What every mail has of the configuration. */
export interface MailerOptions {
  /** The address of the sender. */
  readonly from: string;
  readonly configurationSet: string;
}

/** What is used of the SDK's client. */
export type SesClient = Pick<SESv2Client, "send">;

/**
 * Makes the client. Credentials are found by the SDK's default chain: the task role on ECS.
 *
 * It tries once (`maxAttempts: 1`): the SDK's own retries know no deadline, and the key of a mail is ours only until its
 * lease is over.
 */
export function createSesClient(region: string): SESv2Client {
  return new SESv2Client({
    region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MILLISECONDS },
  });
}

function inputOf({ from, configurationSet }: MailerOptions, message: Message, key: string): SendEmailCommandInput {
  const { subject, text, html, recipients } = message;
  const part = (data: string) => ({ Data: data, Charset: "UTF-8" });
  return {
    FromEmailAddress: from,
    ConfigurationSetName: configurationSet,
    Destination: {
      ToAddresses: [...recipients.to],
      CcAddresses: [...recipients.cc],
      BccAddresses: [...recipients.bcc],
    },
    Content: {
      Simple: {
        Subject: part(subject),
        Body: { Text: part(text), ...(html !== undefined && { Html: part(html) }) },
        Headers: [{ Name: "X-Idempotency-Key", Value: key }],
      },
    },
    EmailTags: [{ Name: "idempotency-key", Value: key }],
  };
}

/** Sends mails by Amazon SES (API v2, SendEmail). */
export class Mailer {
  constructor(
    private readonly client: SesClient,
    private readonly options: MailerOptions,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * Sends a mail; tries again, with full jitter, after throttling, a fault of SES, and no answer, as long as there is time.
   *
   * SES has no idempotency token: after an attempt without an answer (timeout, connection lost) SES may have sent the mail,
   * and the next attempt sends it again. Both have the same key in their header `X-Idempotency-Key` and tag
   * `idempotency-key`.
   *
   * @returns SES's id of the message
   * @throws MailUnavailable (503), Problem 422
   */
  async send(message: Message, key: string, deadline: Deadline, logger: Logger): Promise<string> {
    const input = inputOf(this.options, message, key);
    for (let failures = 1; ; failures++) {
      const fault = await this.#attempt(input, deadline);
      if (typeof fault === "string") return fault;
      const { kind, reason, unanswered } = fault;
      logger[kind === "passing" ? "warn" : "error"](
        { key, attempt: failures, kind, reason, unanswered },
        "mail not sent",
      );
      if (kind === "refused") throw new MailRefused();
      const milliseconds = fullJitter(failures, this.random);
      if (kind === "setup" || deadline.left < milliseconds + SHORTEST_ATTEMPT_MILLISECONDS)
        throw new MailUnavailable({ kind, reason });
      await pause(milliseconds);
    }
  }

  async #attempt(input: SendEmailCommandInput, deadline: Deadline): Promise<string | SesFault> {
    // Behind the other promises the event loop may have stood still for as long as it likes.
    if (deadline.left < SHORTEST_ATTEMPT_MILLISECONDS)
      return { kind: "passing", reason: "no time left", unanswered: false };
    const abortSignal = AbortSignal.timeout(Math.min(ATTEMPT_MILLISECONDS, deadline.left));
    try {
      const { MessageId = "" } = await this.client.send(new SendEmailCommand(input), { abortSignal });
      return MessageId;
    } catch (error) {
      return sesFault(error);
    }
  }
}
