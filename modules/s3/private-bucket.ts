import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { BUCKET_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

/** One statement of a bucket policy. Source: Amazon S3 User Guide, "Bucket policies for Amazon S3". */
export interface BucketPolicyStatement {
  /** What the statement is called: letters and digits. */
  readonly Sid: string;
  /** Whether it allows or denies. */
  readonly Effect: "Allow" | "Deny";
  /** Who: everybody (`"*"`), or an AWS service. */
  readonly Principal: "*" | { readonly Service: string };
  /** Such as `s3:PutObject`. */
  readonly Action: string;
  /** ARNs of the bucket, or of objects in it. */
  readonly Resource: string | readonly string[];
  /** Operator, key, value. */
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What the buckets of this module let their users choose. */
export interface BucketProps {
  /** Name of the bucket; unique in all of AWS: 3 to 63 lower-case letters, digits, dots and hyphens. */
  readonly bucket: string;
  /**
   * Whether the bucket may be removed with the objects in it.
   * @default false
   */
  readonly forceDestroy?: boolean;
}

/** What the buckets of this module differ in. */
export interface PrivateBucketProps extends BucketProps {
  /** Whether old versions of objects are kept. */
  readonly versioned: boolean;
  /** Whether Terraform refuses any plan that would remove the bucket. */
  readonly preventDestroy: boolean;
  /** When objects, old versions and unfinished uploads go. */
  readonly lifecycleRule: Omit<
    S3BucketLifecycleConfigurationRule,
    "status" | "filter" | "abortIncompleteMultipartUpload"
  >;
  /**
   * ARN of the KMS key that encrypts the objects, with a bucket key: one call to KMS for many objects.
   * @default - AES-256 with S3's own keys
   */
  readonly kmsKeyArn?: string;
  /** Who else may do what, given the bucket's ARN. Everybody is held to TLS in any case. */
  readonly statements: (bucketArn: string) => readonly BucketPolicyStatement[];
}

/**
 * A bucket that nobody outside the account reads: no public access, no ACLs, TLS only, encrypted.
 *
 * @see Amazon S3 User Guide, "Security best practices for Amazon S3"
 */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    new PropCheck(scope).text("bucket", props.bucket, BUCKET_NAME);
    this.bucket = this.createBucket(props);
    this.disableAcls();
    this.encrypt(props);
    this.policy = this.createPolicy(this.blockPublicAccess(), props);
    const versioning = props.versioned ? [this.enableVersioning()] : [];
    this.createLifecycle(props, versioning);
  }

  private createBucket({ bucket, forceDestroy = false, preventDestroy }: PrivateBucketProps): S3Bucket {
    return new S3Bucket(this, "Resource", {
      bucket,
      forceDestroy,
      ...(preventDestroy && { lifecycle: { preventDestroy } }),
    });
  }

  private disableAcls(): void {
    new S3BucketOwnershipControls(this, "OwnershipControls", {
      bucket: this.bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  }

  private encrypt({ kmsKeyArn }: PrivateBucketProps): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: this.bucket.id,
      rule: [
        kmsKeyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
              bucketKeyEnabled: true,
            },
      ],
    });
  }

  private blockPublicAccess(): S3BucketPublicAccessBlock {
    return new S3BucketPublicAccessBlock(this, "PublicAccessBlock", {
      bucket: this.bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }

  private createPolicy(
    publicAccessBlock: S3BucketPublicAccessBlock,
    { statements }: PrivateBucketProps,
  ): S3BucketPolicy {
    const { arn } = this.bucket;
    return new S3BucketPolicy(this, "Policy", {
      bucket: this.bucket.id,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [tlsOnly(arn), ...statements(arn)] }),
      // S3 refuses both at once: "OperationAborted: A conflicting conditional operation is currently in progress".
      dependsOn: [publicAccessBlock],
    });
  }

  private enableVersioning(): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "Versioning", {
      bucket: this.bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  private createLifecycle({ lifecycleRule }: PrivateBucketProps, versioning: readonly S3BucketVersioningA[]): void {
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket: this.bucket.id,
      rule: [
        {
          ...lifecycleRule,
          status: "Enabled",
          // The whole bucket. The provider warns about a rule without a filter.
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      // Rules for old versions are only valid once there are versions.
      ...(versioning.length > 0 && { dependsOn: [...versioning] }),
    });
  }
}

function tlsOnly(bucketArn: string): BucketPolicyStatement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
