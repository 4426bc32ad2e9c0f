import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { AwsLocation } from "../iam/policy";

/** One statement of a key policy. Source: KMS Developer Guide, "Key policies in AWS KMS". */
export interface KeyPolicyStatement {
  /** What the statement is called: letters and digits. */
  readonly Sid: string;
  /** Whether it allows or denies. */
  readonly Effect: "Allow" | "Deny";
  /** Who: an ARN of IAM, or the host name of an AWS service. */
  readonly Principal: { readonly AWS: string } | { readonly Service: string };
  /** What of the key: `kms:Decrypt` and the like. */
  readonly Action: readonly string[];
  /** In a key policy `*` is the key itself. */
  readonly Resource: "*";
  /**
   * Operator, key, value.
   * @default - always
   */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface EncryptionKeyProps {
  /** What a person reads of it in the console. */
  readonly description: string;
  /** The account that administers the key. */
  readonly location: AwsLocation;
  /** Who may use the key for what; nobody else can, whatever their own policies say. */
  readonly statements: readonly KeyPolicyStatement[];
}

/** What it takes to manage a key, without any use of it. Source: KMS Developer Guide, "Default key policy", key administrators. */
const ADMINISTRATION = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/**
 * A symmetric key that KMS rotates every year. The account may administer it, by the policies of its people; using it
 * takes one of `statements`. AWS's default key policy lets the whole account do both.
 *
 * Cost: $1 a month, and a dollar more for each of the first two rotations.
 *
 * @see KMS Developer Guide, "Rotate AWS KMS keys"
 */
export class EncryptionKey extends Construct {
  readonly key: KmsKey;

  constructor(scope: Construct, id: string, { description, location, statements }: EncryptionKeyProps) {
    super(scope, id);
    const administration: KeyPolicyStatement = {
      Sid: "Administration",
      Effect: "Allow",
      Principal: { AWS: accountRoot(location) },
      Action: ADMINISTRATION,
      Resource: "*",
    };
    this.key = new KmsKey(this, "Resource", {
      description,
      enableKeyRotation: true,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [administration, ...statements] }),
    });
  }
}

/** The account as a principal: whom of its people and roles it means, their own policies say. */
export function accountRoot({ partition, accountId }: AwsLocation): string {
  return `arn:${partition}:iam::${accountId}:root`;
}
