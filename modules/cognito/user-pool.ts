import { CognitoUserPool, type CognitoUserPoolEmailConfiguration } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { Construct } from "constructs";
import { USER_POOL_NAME } from "../aws/api-forms";
import { CONFIGURATION_SET_NAME, MAIL_ADDRESS } from "../aws/forms";
import { PASSWORD_LENGTH, TEMPORARY_PASSWORD_DAYS } from "../aws/limits";
import { PropCheck } from "../prop-check";

/** Whether users sign in with a one-time password of an app on their phone (TOTP) besides their own. */
export type Mfa = "off" | "optional" | "required";

export interface UserPoolProps {
  /** 1 to 128 letters, digits, spaces and `_ + = , . @ -`. A change replaces the pool: all users are lost. */
  readonly name: string;
  /**
   * Whether Cognito refuses to delete the pool, and Terraform to plan it. Where it was on, it takes an apply without it
   * before the pool can be destroyed.
   */
  readonly deletionProtection: boolean;
  /**
   * `required` lets Cognito's pages lead users through setting it up as they first sign in. `optional` asks those only who
   * have set it up, which Cognito's pages do not offer: the application has to (AssociateSoftwareToken).
   * @default "optional"
   */
  readonly mfa?: Mfa;
  /** Whether anybody may make a user for themselves; else an administrator invites each. @default false */
  readonly selfSignUp?: boolean;
  /**
   * Characters of a password, 6 to 99; there has to be a lower-case letter, an upper-case letter, a digit and a symbol
   * among them.
   * @default 12
   */
  readonly minimumPasswordLength?: number;
  /** Days for which the password of an invitation is good: 1 to 365. @default 3 */
  readonly temporaryPasswordDays?: number;
  /**
   * Who sends the pool's mail: invitations, codes.
   * @default - Cognito, from no-reply@verificationemail.com, 50 mails a day at most
   */
  readonly mail?: UserPoolMail;
}

/** Mail by SES. */
export interface UserPoolMail {
  /** ARN of the identity of SES that the sender belongs to, in a Region that Cognito takes for the pool's. */
  readonly identityArn: string;
  /** Address of the sender, such as `no-reply@example.com`. */
  readonly sender: string;
  /** Name of a configuration set of SES. @default - none */
  readonly configurationSet?: string;
}

/** Cognito's words for the kinds of MFA. */
const MFA_CONFIGURATION: Readonly<Record<Mfa, string>> = { off: "OFF", optional: "OPTIONAL", required: "ON" };

/**
 * Users that sign in with their address of e-mail, which Cognito verifies, and which they recover their account by. A new
 * address counts once it is verified; until then the old one does. Addresses are the same in upper and lower case.
 *
 * What they sign in with is fixed for good: a change of `username_attributes` or `username_configuration` replaces the
 * pool, and of an attribute in `schema` is refused. So neither is a prop.
 *
 * ```ts
 * const pool = new UserPool(this, "UserPool", { name: "shop-prod", deletionProtection: true, mfa: "required" });
 * const api = new ResourceServer(this, "Cart", { pool, identifier: "cart", scopes: [{ name: "read", description: "see carts" }] });
 * new AppClient(this, "Client", { pool, name: "shop", resourceServers: [api], callbackUrls: ["https://shop.example.com/callback"] });
 * new PoolDomain(this, "Domain", { pool, prefix: "shop-prod", region: "eu-central-1" });
 * ```
 *
 * Cost: the first 10,000 users who sign in within a month are free, each further one is $0.015 (plan Essentials, which
 * Cognito gives to new pools).
 *
 * @see Amazon Cognito Developer Guide, "Amazon Cognito user pools" and "User pool deletion protection"
 */
export class UserPool extends Construct {
  readonly pool: CognitoUserPool;

  constructor(scope: Construct, id: string, props: UserPoolProps) {
    super(scope, id);
    this.checkProps(props);
    const { deletionProtection, mfa = "optional", selfSignUp = false, mail } = props;
    this.pool = new CognitoUserPool(this, "Resource", {
      name: props.name,
      usernameAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ["email"],
      userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdate: ["email"] },
      accountRecoverySetting: { recoveryMechanism: [{ name: "verified_email", priority: 1 }] },
      adminCreateUserConfig: { allowAdminCreateUserOnly: !selfSignUp },
      passwordPolicy: passwordPolicy(props),
      mfaConfiguration: MFA_CONFIGURATION[mfa],
      // Cognito refuses MFA without a second factor: InvalidParameterException, "SMS configuration and Auto verification
      // for phone_number are required".
      ...(mfa !== "off" && { softwareTokenMfaConfiguration: { enabled: true } }),
      ...(mail && { emailConfiguration: mailBySes(mail) }),
      deletionProtection: deletionProtection ? "ACTIVE" : "INACTIVE",
      ...(deletionProtection && { lifecycle: { preventDestroy: true } }),
    });
  }

  get id(): string {
    return this.pool.id;
  }

  get arn(): string {
    return this.pool.arn;
  }

  /** Who signs the pool's tokens, as their claim `iss` says: `https://cognito-idp.<region>.amazonaws.com/<pool id>`. */
  get issuer(): string {
    return `https://${this.pool.endpoint}`;
  }

  private checkProps(props: UserPoolProps): void {
    const check = new PropCheck(this);
    check.text("name", props.name, USER_POOL_NAME);
    check.wholeNumber("minimumPasswordLength", props.minimumPasswordLength, PASSWORD_LENGTH);
    check.wholeNumber("temporaryPasswordDays", props.temporaryPasswordDays, TEMPORARY_PASSWORD_DAYS);
    check.text("mail.sender", props.mail?.sender, MAIL_ADDRESS);
    check.text("mail.configurationSet", props.mail?.configurationSet, CONFIGURATION_SET_NAME);
  }
}

function passwordPolicy({ minimumPasswordLength = 12, temporaryPasswordDays = 3 }: UserPoolProps) {
  return {
    minimumLength: minimumPasswordLength,
    requireLowercase: true,
    requireUppercase: true,
    requireNumbers: true,
    requireSymbols: true,
    temporaryPasswordValidityDays: temporaryPasswordDays,
  };
}

const mailBySes = ({ identityArn, sender, configurationSet }: UserPoolMail): CognitoUserPoolEmailConfiguration => ({
  emailSendingAccount: "DEVELOPER",
  sourceArn: identityArn,
  fromEmailAddress: sender,
  ...(configurationSet !== undefined && { configurationSet }),
});
