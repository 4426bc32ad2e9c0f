import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { Construct } from "constructs";
import { LIFECYCLE_COUNT } from "../aws/limits";
import type { AwsLocation, PolicyStatement } from "../iam/policy";
import { accountRoot, EncryptionKey, type KeyPolicyStatement } from "../kms/encryption-key";
import { PropCheck } from "../prop-check";
import { type BucketProps, PrivateBucket } from "../s3/private-bucket";

export interface ArtifactStoreProps extends BucketProps {
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** What the key is described as. */
  readonly description: string;
  /** Days that artifacts are kept: how long an execution can be started again or rolled back. @default 30 */
  readonly expiryDays?: number;
}

/**
 * What pipelines hand from stage to stage: a private bucket, and a key that is used through S3 alone, by roles of the
 * account that are allowed to.
 *
 * Cost: $1 a month for the key.
 *
 * @see AWS CodePipeline User Guide, "Configure server-side encryption for artifacts stored in Amazon S3 for CodePipeline"
 */
export class ArtifactStore extends Construct {
  readonly bucket: S3Bucket;
  /** Holds whoever uses the bucket to TLS. */
  readonly policy: S3BucketPolicy;
  readonly key: KmsKey;

  constructor(scope: Construct, id: string, props: ArtifactStoreProps) {
    super(scope, id);
    const { location, description, expiryDays = 30, ...bucketProps } = props;
    new PropCheck(this).wholeNumber("expiryDays", expiryDays, LIFECYCLE_COUNT);
    this.key = new EncryptionKey(this, "Key", { description, location, statements: [throughS3(location)] }).key;
    const { bucket, policy } = new PrivateBucket(this, "Bucket", {
      ...bucketProps,
      preventDestroy: false,
      versioned: false,
      kmsKeyArn: this.key.arn,
      statements: () => [],
      lifecycleRule: { id: "expire-artifacts", expiration: [{ days: expiryDays }] },
    });
    this.bucket = bucket;
    this.policy = policy;
  }

  /** What a role needs that reads artifacts. */
  readStatements(): PolicyStatement[] {
    return [
      {
        Sid: "ReadArtifacts",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: `${this.bucket.arn}/*`,
      },
      { Sid: "DecryptArtifacts", Effect: "Allow", Action: ["kms:Decrypt"], Resource: this.key.arn },
    ];
  }

  /** What a role needs that writes artifacts as well, such as a pipeline's. */
  readWriteStatements(): PolicyStatement[] {
    return [
      ...this.readStatements(),
      { Sid: "WriteArtifacts", Effect: "Allow", Action: ["s3:PutObject"], Resource: `${this.bucket.arn}/*` },
      {
        Sid: "FindArtifacts",
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"],
        Resource: this.bucket.arn,
      },
      {
        Sid: "EncryptArtifacts",
        Effect: "Allow",
        Action: ["kms:DescribeKey", "kms:GenerateDataKey"],
        Resource: this.key.arn,
      },
    ];
  }
}

/** Who may use the key is left to the policies of the account's roles, and how is not: as S3 does for its objects. */
function throughS3(location: AwsLocation): KeyPolicyStatement {
  return {
    Sid: "ThroughS3",
    Effect: "Allow",
    Principal: { AWS: accountRoot(location) },
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: "*",
    Condition: {
      StringEquals: {
        "kms:CallerAccount": location.accountId,
        "kms:ViaService": `s3.${location.region}.amazonaws.com`,
      },
    },
  };
}
