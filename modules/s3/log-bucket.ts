import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { Construct } from "constructs";
import { LIFECYCLE_COUNT } from "../aws/limits";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import { type BucketPolicyStatement, type BucketProps, PrivateBucket } from "./private-bucket";

export interface LogBucketProps extends BucketProps {
  /** Where the load balancers are: only those of this account and region may write. */
  readonly location: AwsLocation;
  /**
   * Days that logs are kept.
   * @default 90
   */
  readonly expiryDays?: number;
}

/**
 * The bucket that application load balancers write their access logs to. It has to be in their region.
 *
 * ```ts
 * const logs = new LogBucket(this, "LogBucket", { bucket: "shop-dev-alb-logs", location });
 * new LoadBalancer(this, "LoadBalancer", {
 *   ...props,
 *   accessLogs: { bucket: logs.bucket.bucket, dependsOn: [logs.policy] },
 * });
 * ```
 *
 * Encrypted with S3's own keys: access logs support no other kind.
 *
 * Cost: $0.023 per GB and month; a million requests are about 0.1 GB, compressed.
 *
 * @see Application Load Balancers User Guide, "Enable access logs for your Application Load Balancer"
 */
export class LogBucket extends Construct {
  readonly bucket: S3Bucket;
  /** Lets the load balancers write: a load balancer with access logs has to depend on it. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, { location, expiryDays = 90, ...bucketProps }: LogBucketProps) {
    super(scope, id);
    new PropCheck(this).wholeNumber("expiryDays", expiryDays, LIFECYCLE_COUNT);
    const { bucket, policy } = new PrivateBucket(this, "Bucket", {
      ...bucketProps,
      preventDestroy: false,
      versioned: false,
      statements: (bucketArn) => [loadBalancersMayWrite(bucketArn, location)],
      lifecycleRule: { id: "expire-logs", expiration: [{ days: expiryDays }] },
    });
    this.bucket = bucket;
    this.policy = policy;
  }
}

/** The service principal serves all regions now; the older policies name an AWS account per region. */
function loadBalancersMayWrite(
  bucketArn: string,
  { partition, region, accountId }: AwsLocation,
): BucketPolicyStatement {
  return {
    Sid: "LoadBalancersMayWrite",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    // The optional first part is the prefix that a load balancer may put in front.
    Resource: `${bucketArn}/*AWSLogs/${accountId}/*`,
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:${partition}:elasticloadbalancing:${region}:${accountId}:loadbalancer/*` },
    },
  };
}
