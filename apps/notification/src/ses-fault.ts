import type { SESv2ServiceException } from "@aws-sdk/client-sesv2";

/**
 * What a fault of SES means for the mail:
 * - `passing`: the same call may succeed in a moment (throttled, a fault of SES, no answer)
 * - `setup`: no call succeeds before somebody has mended the account, the identity or the rights
 * - `refused`: this mail never succeeds
 */
export type SesFaultKind = "passing" | "setup" | "refused";

/** A fault without SES's own message: it may name addresses. */
export interface SesFault {
  readonly kind: SesFaultKind;
  /** For the log: the name of the fault, and its status if it was an answer. */
  readonly reason: string;
  /** Whether SES may have taken the mail all the same. */
  readonly unanswered: boolean;
}

/** Source: Amazon SES API v2, "SendEmail", errors; "Common Errors". */
const ABOUT_THE_MAIL: ReadonlySet<string> = new Set(["BadRequestException", "MessageRejected"]);
const THROTTLING: ReadonlySet<string> = new Set([
  "TooManyRequestsException",
  "LimitExceededException",
  "ThrottlingException",
]);

/**
 * "Email address is not verified. The following identities failed the check in region US-EAST-1: ..." comes as
 * MessageRejected, too: the sender's identity, or in the sandbox a recipient's. The mail can be sent once it is verified.
 */
const NOT_VERIFIED = /^Email address is not verified/;

/** No connection was made, so nothing was sent. */
const NOT_CONNECTED: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"]);

function kindOf({ name, message, $metadata }: SESv2ServiceException): SesFaultKind {
  const status = $metadata.httpStatusCode ?? 500;
  if (ABOUT_THE_MAIL.has(name)) return NOT_VERIFIED.test(message) ? "setup" : "refused";
  return status >= 500 || status === 429 || status === 408 || THROTTLING.has(name) ? "passing" : "setup";
}

/** By what it has, as the SDK's own `isInstance` does: the class would have the whole SDK loaded at the start. */
function isAnswer(error: unknown): error is SESv2ServiceException {
  return error instanceof Error && "$fault" in error && "$metadata" in error;
}

/** Reads what the SDK throws. */
export function sesFault(error: unknown): SesFault {
  if (isAnswer(error)) {
    const { name, $metadata } = error;
    return { kind: kindOf(error), reason: `${name} (${$metadata.httpStatusCode})`, unanswered: false };
  }
  const { name = "Error", code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (name === "CredentialsProviderError") return { kind: "setup", reason: name, unanswered: false };
  return { kind: "passing", reason: code ?? name, unanswered: !NOT_CONNECTED.has(code ?? "") };
}
