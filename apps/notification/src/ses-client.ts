import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from "@aws-sdk/client-sesv2";

const CONNECT_TIMEOUT_MILLISECONDS = 2000;

/** What is used of SES. */
export interface SesClient {
  /** Asks once. */
  sendEmail(
    input: SendEmailCommandInput,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{ readonly MessageId?: string | undefined }>;
}

/**
 * Makes the SDK's client. Credentials are found by the SDK's default chain: the task role on ECS.
 *
 * It tries once (`maxAttempts: 1`): the SDK's own retries know no deadline, and the key of a mail is ours only until its
 * lease is over.
 */
export function createSdkClient(region: string): SESv2Client {
  return new SESv2Client({
    region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MILLISECONDS },
  });
}

/** SES of a Region, by the SDK. */
export function createSesClient(region: string): SesClient {
  const client = createSdkClient(region);
  return { sendEmail: (input, options) => client.send(new SendEmailCommand(input), options) };
}
