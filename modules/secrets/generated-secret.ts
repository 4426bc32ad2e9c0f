import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { DATABASE_USER_NAME, SECRET_NAME } from "../aws/forms";
import { SECRET_RECOVERY_DAYS } from "../aws/limits";
import { isKnown, PropCheck } from "../prop-check";

/** Letters and digits alone: no URL, shell, SQL or JSON has to quote them. 40 of 62 characters are 238 bits. */
const VALUE_LENGTH = 40;

const EPHEMERAL_TYPE = "aws_secretsmanager_random_password";

/** The keys of the JSON that a generated secret holds. */
export type SecretKey = "username" | "password" | "value";

export interface GeneratedSecretProps {
  /** Name of the secret: 1 to 512 letters, digits and `/_+=.@-`. */
  readonly name: string;
  /** What a person reads of it in the console. */
  readonly description: string;
  /**
   * The user that the value is the password of: the secret holds `{"username": ..., "password": ...}`.
   * @default - the secret holds `{"value": ...}`
   */
  readonly username?: string;
  /** Days until the secret is gone for good once it is deleted: 7 to 30, or 0 for at once. */
  readonly recoveryWindowDays: number;
}

/**
 * A secret whose random value nobody has seen: 40 letters and digits that Secrets Manager makes while Terraform
 * applies, and that Terraform hands back to it without writing them down: not in the state, not in a plan, not in the
 * synthesised JSON. Needs Terraform 1.11, the first with write-only arguments.
 *
 * ```ts
 * const secret = new GeneratedSecret(this, "Database", {
 *   name: "shop/dev/cart/database", description: "...", username: "cart", recoveryWindowDays: 7,
 * });
 * new TaskDefinition(this, "TaskDefinition", { ...props, secrets: { DB_PASSWORD: secret.reference("password") } });
 * ```
 *
 * To change the value, put a new version into the secret (`aws secretsmanager put-secret-value`) and start new tasks:
 * Terraform does not look at it again.
 *
 * Cost: $0.40 a month.
 *
 * @see Terraform documentation, "Use temporary write-only arguments"
 * @see Amazon ECS Developer Guide, "Pass Secrets Manager secrets through Amazon ECS environment variables"
 */
export class GeneratedSecret extends Construct {
  readonly arn: string;
  /** The value. Tasks have to come after it: a secret without a version stops a task from starting. */
  readonly version: SecretsmanagerSecretVersion;
  private readonly keys: readonly SecretKey[];

  constructor(scope: Construct, id: string, props: GeneratedSecretProps) {
    super(scope, id);
    this.checkProps(props);
    this.keys = props.username === undefined ? ["value"] : ["username", "password"];
    const secret = new SecretsmanagerSecret(this, "Resource", {
      name: props.name,
      description: props.description,
      recoveryWindowInDays: props.recoveryWindowDays,
    });
    this.arn = secret.arn;
    this.version = new SecretsmanagerSecretVersion(this, "Value", {
      secretId: secret.id,
      secretStringWo: secretString(this.createEphemeral(secret.friendlyUniqueId), props.username),
      // A new number makes a new value; the value itself says nothing to Terraform.
      secretStringWoVersion: 1,
    });
  }

  /**
   * What `valueFrom` of a container's secret takes to get one key: `ARN:key::`.
   * @throws PropError when the secret has no such key
   */
  reference(key: SecretKey): string {
    if (!this.keys.includes(key)) {
      throw new PropCheck(this).error("reference", `is of the key ${JSON.stringify(key)}`, this.keys.join(", "));
    }
    return `${this.arn}:${key}::`;
  }

  /** An ephemeral block, which CDKTF has no class for; returns the expression of the value. */
  private createEphemeral(id: string): string {
    TerraformStack.of(this).addOverride(`ephemeral.${EPHEMERAL_TYPE}.${id}`, {
      password_length: VALUE_LENGTH,
      exclude_punctuation: true,
    });
    return `ephemeral.${EPHEMERAL_TYPE}.${id}.random_password`;
  }

  private checkProps({ name, username, recoveryWindowDays }: GeneratedSecretProps): void {
    const check = new PropCheck(this);
    check.text("name", name, SECRET_NAME);
    check.text("username", username, DATABASE_USER_NAME);
    const { min, max } = SECRET_RECOVERY_DAYS;
    if (isKnown(recoveryWindowDays) && recoveryWindowDays !== 0 && !isWithin(recoveryWindowDays, min, max)) {
      throw check.error("recoveryWindowDays", `is ${recoveryWindowDays}`, `0, or a whole number from ${min} to ${max}`);
    }
  }
}

const isWithin = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max;

function secretString(value: string, username: string | undefined): string {
  const content =
    username === undefined ? `{ value = ${value} }` : `{ username = ${JSON.stringify(username)}, password = ${value} }`;
  return `\${jsonencode(${content})}`;
}
