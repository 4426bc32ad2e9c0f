import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { describe, expect, it } from "vitest";
import { type Synthesised, synthesise } from "../testing/synth";
import { LogBucket, type LogBucketProps } from "./log-bucket";
import { stateBackend } from "./state-backend";
import { StateBucket, type StateBucketProps } from "./state-bucket";

const location = { partition: "aws", region: "us-east-1", accountId: "123456789012" };

const stateBucket = (props: Partial<StateBucketProps> = {}) =>
  synthesise((stack) => {
    new StateBucket(stack, "StateBucket", { bucket: "shop-state", ...props });
  });

const logBucket = (props: Partial<LogBucketProps> = {}) =>
  synthesise((stack) => {
    new LogBucket(stack, "LogBucket", { bucket: "shop-logs", location, ...props });
  });

const statements = (synthesised: Synthesised) =>
  JSON.parse(String(synthesised.resource(S3BucketPolicy).policy)).Statement as Record<string, unknown>[];

const arn = expect.stringMatching(/^\$\{aws_s3_bucket\.\w+\.arn\}$/);
const objects = expect.stringMatching(/^\$\{aws_s3_bucket\.\w+\.arn\}\/\*$/);

describe.each([
  ["StateBucket", stateBucket()],
  ["LogBucket", logBucket()],
])("%s", (_, synthesised) => {
  it("blocks public access in all four ways", () => {
    expect(synthesised.resource(S3BucketPublicAccessBlock)).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  it("has no ACLs: its owner owns every object", () => {
    expect(synthesised.resource(S3BucketOwnershipControls)).toMatchObject({
      rule: { object_ownership: "BucketOwnerEnforced" },
    });
  });

  it("is encrypted with S3's own keys", () => {
    expect(synthesised.resource(S3BucketServerSideEncryptionConfigurationA)).toMatchObject({
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    });
  });

  it("refuses every request without TLS", () => {
    expect(statements(synthesised)[0]).toEqual({
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [arn, objects],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("gets its policy after the public access block, because S3 refuses both at once", () => {
    expect(synthesised.resource(S3BucketPolicy).depends_on).toEqual([
      expect.stringMatching(/^aws_s3_bucket_public_access_block\./),
    ]);
  });

  it("is not removed with objects in it", () => {
    expect(synthesised.resource(S3Bucket).force_destroy).toBe(false);
  });

  it("clears away uploads that were never finished, in the whole bucket", () => {
    expect(synthesised.resource(S3BucketLifecycleConfiguration).rule).toEqual([
      expect.objectContaining({
        status: "Enabled",
        filter: [{ prefix: "" }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      }),
    ]);
  });
});

describe("StateBucket", () => {
  it("has exactly these resources", () => {
    expect(stateBucket().counts()).toEqual({
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    });
  });

  it("keeps versions, and its rule for old ones waits for that", () => {
    const synthesised = stateBucket();
    expect(synthesised.json).toHaveResourceWithProperties(S3BucketVersioningA, {
      versioning_configuration: { status: "Enabled" },
    });
    const lifecycle = synthesised.resource(S3BucketLifecycleConfiguration);
    expect(lifecycle.depends_on).toEqual([expect.stringMatching(/^aws_s3_bucket_versioning\./)]);
    expect(lifecycle.rule).toEqual([
      expect.objectContaining({
        noncurrent_version_expiration: [{ noncurrent_days: 90, newer_noncurrent_versions: 10 }],
        expiration: [{ expired_object_delete_marker: true }],
      }),
    ]);
  });

  it("keeps old versions as long as asked", () => {
    expect(stateBucket({ noncurrentVersionExpiryDays: 365 }).json).toContain('"noncurrent_days": 365');
  });

  it("cannot be removed by Terraform unless that is asked for", () => {
    expect(stateBucket().resource(S3Bucket)).toMatchObject({
      bucket: "shop-state",
      lifecycle: { prevent_destroy: true },
    });
    const removable = stateBucket({ preventDestroy: false, forceDestroy: true }).resource(S3Bucket);
    expect(removable.force_destroy).toBe(true);
    expect(removable).not.toHaveProperty("lifecycle");
  });

  it("grants nothing to anybody", () => {
    expect(statements(stateBucket()).map((statement) => statement.Effect)).toEqual(["Deny"]);
  });
});

describe("LogBucket", () => {
  it("has exactly these resources, and keeps no versions", () => {
    expect(logBucket().counts()).toEqual({
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
    });
  });

  it("lets only the load balancers of its own account and region write logs", () => {
    expect(statements(logBucket()).slice(1)).toEqual([
      {
        Sid: "LoadBalancersMayWrite",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: expect.stringMatching(/^\$\{aws_s3_bucket\.\w+\.arn\}\/\*AWSLogs\/123456789012\/\*$/),
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/*" },
        },
      },
    ]);
  });

  it("keeps logs for 90 days, or as long as asked", () => {
    const expiration = (props: Partial<LogBucketProps>) =>
      logBucket(props).resource(S3BucketLifecycleConfiguration).rule;
    expect(expiration({})).toEqual([expect.objectContaining({ expiration: [{ days: 90 }] })]);
    expect(expiration({ expiryDays: 7 })).toEqual([expect.objectContaining({ expiration: [{ days: 7 }] })]);
  });

  it("can be removed with its logs when asked to, and is not held back by Terraform", () => {
    const bucket = logBucket({ forceDestroy: true }).resource(S3Bucket);
    expect(bucket.force_destroy).toBe(true);
    expect(bucket).not.toHaveProperty("lifecycle");
  });
});

describe("stateBackend", () => {
  it("keeps the state encrypted in S3, and locks it there", () => {
    const { json } = synthesise((stack) => {
      stateBackend(stack, { bucket: "shop-state", key: "dev/network.tfstate", region: "us-east-1" });
    });
    expect(JSON.parse(json).terraform.backend).toEqual({
      s3: { bucket: "shop-state", key: "dev/network.tfstate", region: "us-east-1", encrypt: true, use_lockfile: true },
    });
  });
});
