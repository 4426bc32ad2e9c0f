import type { Service } from "../config/service";
import type { PolicyStatement } from "../modules/iam/policy";
import { sendStatements } from "../modules/ses/send-statements";
import type { MailStack } from "./mail";

/** What a service that sends mail is told, and may do; nothing for one that sends none. */
export interface ServiceMail {
  /** Plain environment of its tasks. */
  readonly variables: Readonly<Record<string, string>>;
  /** What its tasks may do in AWS. */
  readonly statements: readonly PolicyStatement[];
}

/** @throws Error for a service that sends mail where there is none to send with */
export function serviceMail({ name, mail: sends }: Service, region: string, mail: MailStack | undefined): ServiceMail {
  if (!sends) return { variables: {}, statements: [] };
  if (!mail) throw new Error(`service "${name}" sends mail, but its environment has none`);
  const { identity, configurationSet, sender } = mail;
  return {
    variables: {
      AWS_MAIL_SERVER_FROM_ADDRESS: sender,
      // The name itself, and not a reference: the variables do not wait for the other stack's state.
      MAIL_CONFIGURATION_SET: configurationSet.name,
      AWS_REGION: region,
    },
    statements: sendStatements({ identityArn: identity.arn, configurationSetArn: configurationSet.arn, sender }),
  };
}
