import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { describe, expect, it } from "vitest";
import { statementsOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { ArtifactStore, type ArtifactStoreProps } from "./artifact-store";
import { location } from "./release.fixtures";

const store = (props: Partial<ArtifactStoreProps> = {}) =>
  synthesise((scope) => {
    new ArtifactStore(scope, "Artifacts", { bucket: "shop-dev-artifacts", location, description: "of shop", ...props });
  });

describe("an artifact store", () => {
  const stack = store();

  it("is a private bucket and a key", () => {
    expect(stack.counts()).toEqual({
      aws_kms_key: 1,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
    });
    expect(stack.resource(S3Bucket)).toMatchObject({ bucket: "shop-dev-artifacts", force_destroy: false });
    expect(statementsOf(stack.resource(S3BucketPolicy).policy).map(({ Sid }) => Sid)).toEqual(["TlsOnly"]);
  });

  it("encrypts with its key, once for many objects", () => {
    expect(stack.resource(S3BucketServerSideEncryptionConfigurationA).rule).toEqual([
      {
        apply_server_side_encryption_by_default: {
          sse_algorithm: "aws:kms",
          kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Artifacts_Key_\w+\.arn\}$/),
        },
        bucket_key_enabled: true,
      },
    ]);
  });

  it("lets its key be used through S3 alone, and rotates it", () => {
    const key = stack.resource(KmsKey);
    expect(key).toMatchObject({ description: "of shop", enable_key_rotation: true });
    expect(statementsOf(key.policy).map(({ Sid }) => Sid)).toEqual(["Administration", "ThroughS3"]);
    expect(statementsOf(key.policy)[1]).toMatchObject({
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Condition: {
        StringEquals: { "kms:CallerAccount": "123456789012", "kms:ViaService": "s3.eu-west-1.amazonaws.com" },
      },
    });
  });

  const expiry = (made = stack) => made.resource(S3BucketLifecycleConfiguration).rule;

  it("forgets artifacts after 30 days, or as it is told", () => {
    expect(expiry()).toMatchObject([{ expiration: [{ days: 30 }], status: "Enabled" }]);
    expect(expiry(store({ expiryDays: 3 }))).toMatchObject([{ expiration: [{ days: 3 }] }]);
  });

  it("goes with its artifacts when asked to", () => {
    expect(store({ forceDestroy: true }).resource(S3Bucket).force_destroy).toBe(true);
  });

  const refusal = (props: Partial<ArtifactStoreProps>) =>
    refusalOf((scope) => {
      new ArtifactStore(scope, "Artifacts", { bucket: "shop", location, description: "of shop", ...props });
    });

  it("refuses to forget at once, and takes a day", () => {
    expect(refusal({ expiryDays: 0 })).toBe(
      'test/Artifacts: "expiryDays" is 0; allowed: a whole number from 1 to 2147483647',
    );
    expect(refusal({ expiryDays: 1 })).toBeUndefined();
  });

  it("refuses a name that is none of a bucket", () => {
    expect(refusal({ bucket: "Shop" })).toMatch(/^test\/Artifacts: "bucket" is "Shop"; allowed: 3 to 63 lower-case/);
  });
});
