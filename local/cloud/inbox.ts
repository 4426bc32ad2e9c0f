import { Failure } from "../../tools/failure";

/** A mail that the emulator has delivered: one of Amazon SES, or of Amazon SNS to an e-mail subscription. */
export interface Mail {
  /** The first one is 1. */
  readonly id: number;
  /** As SES told who sent it. */
  readonly messageId: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | null;
}

/**
 * Reads the mails of an emulator, oldest first.
 *
 * @param since only those with an id above this one
 * @throws Failure with the emulator's words
 */
export async function readInbox(emulatorUrl: string, since = 0): Promise<readonly Mail[]> {
  const response = await fetch(`${emulatorUrl}/_local/inbox?since=${since}`);
  if (!response.ok) throw new Failure(`the inbox can't be read: ${response.status} ${await response.text()}`);
  const { mails } = (await response.json()) as { mails: readonly Mail[] };
  return mails;
}
