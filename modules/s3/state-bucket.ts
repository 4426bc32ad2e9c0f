import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Construct } from "constructs";
import { LIFECYCLE_COUNT } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { type BucketProps, PrivateBucket } from "./private-bucket";

/** However old they are, the last ten states of every stack stay. */
const KEEP_NONCURRENT_VERSIONS = 10;

export interface StateBucketProps extends BucketProps {
  /**
   * Whether Terraform refuses any plan that would remove the bucket: with it goes the knowledge of what exists.
   * @default true
   */
  readonly preventDestroy?: boolean;
  /**
   * Days after which an old version of a state goes, unless it is one of the last ten.
   * @default 90
   */
  readonly noncurrentVersionExpiryDays?: number;
}

/**
 * The bucket that holds the Terraform states of all stacks, and their lock files.
 *
 * ```ts
 * new StateBucket(this, "StateBucket", { bucket: "shop-terraform-state" });
 * ```
 *
 * Objects are encrypted with S3's own keys (AES-256) and not with KMS: Terraform's S3 backend with `encrypt` asks for
 * AES-256 in every request unless it is given the key as well, so a KMS default of the bucket would not be used; and
 * whoever has to mend a state would need the key's permission too.
 *
 * Cost: $0.023 per GB and month; states are kilobytes.
 *
 * @see Terraform documentation, "Backend Type: s3"
 */
export class StateBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    const { preventDestroy = true, noncurrentVersionExpiryDays = 90, ...bucketProps } = props;
    new PropCheck(this).wholeNumber("noncurrentVersionExpiryDays", noncurrentVersionExpiryDays, LIFECYCLE_COUNT);
    this.bucket = new PrivateBucket(this, "Bucket", {
      ...bucketProps,
      preventDestroy,
      versioned: true,
      statements: () => [],
      lifecycleRule: {
        id: "expire-old-states",
        noncurrentVersionExpiration: [
          { noncurrentDays: noncurrentVersionExpiryDays, newerNoncurrentVersions: KEEP_NONCURRENT_VERSIONS },
        ],
        // Every released lock leaves a delete marker behind.
        expiration: [{ expiredObjectDeleteMarker: true }],
      },
    }).bucket;
  }
}
