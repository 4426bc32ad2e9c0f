import type { SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import { lazy } from "@express-on-ecs/kit/lazy";
import { Problem } from "@express-on-ecs/kit/problem";
import type { WarmUp } from "@express-on-ecs/kit/warm-up";
import type { Logger } from "pino";
import { fullJitter } from "./backoff";
import type { Deadline } from "./deadline";
import type { Message } from "./message";
import { pause } from "./pause";
import type { SesClient } from "./ses-client";
import { type SesFault, sesFault } from "./ses-fault";

/** How long SES may take for one mail: it answers in tenths of a second, and who asks again too early sends twice. */
export const ATTEMPT_MILLISECONDS = 5000;
/** An attempt that would be cut short sooner than this is not begun: it would end without an answer. */
export const SHORTEST_ATTEMPT_MILLISECONDS = 1000;

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
  readonly #client: () => Promise<SesClient>;

  /** @param loadClient called once, before the first mail or by {@link warmUp}: the SDK takes as long to load as all the rest */
  constructor(
    loadClient: () => Promise<SesClient>,
    private readonly options: MailerOptions,
    private readonly random: () => number = Math.random,
  ) {
    this.#client = lazy(loadClient);
  }

  /** Makes the client, and asks nothing. */
  get warmUp(): WarmUp {
    return { name: "mails", run: this.#client };
  }

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
    const client = await this.#client();
    const abortSignal = AbortSignal.timeout(Math.min(ATTEMPT_MILLISECONDS, deadline.left));
    try {
      const { MessageId = "" } = await client.sendEmail(input, { abortSignal });
      return MessageId;
    } catch (error) {
      return sesFault(error);
    }
  }
}
