import type { PolicyStatement } from "../iam/policy";

export interface SendStatementsProps {
  /** ARN of the identity of SES that mails are sent as. */
  readonly identityArn: string;
  /** ARN of the configuration set that mails are sent with. */
  readonly configurationSetArn: string;
  /** The only address that mail may come from. */
  readonly sender: string;
}

/**
 * Lets a role send mail from one address, with one configuration set. SES asks for leave on both: on the identity alone, mail
 * could go past the configuration set's events and suppressions.
 *
 * For messages that SES puts together (`Simple`, `Template`): a raw message asks for `ses:SendRawEmail`.
 *
 * @see SES Developer Guide, "Identity and access management in Amazon SES"
 */
export function sendStatements({ identityArn, configurationSetArn, sender }: SendStatementsProps): PolicyStatement[] {
  return [
    {
      Sid: "SendMail",
      Effect: "Allow",
      Action: ["ses:SendEmail"],
      Resource: [identityArn, configurationSetArn],
      Condition: { StringEquals: { "ses:FromAddress": sender } },
    },
  ];
}
