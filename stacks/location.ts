import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import type { Construct } from "constructs";
import type { AwsLocation } from "../modules/iam/policy";

/** The account and the partition that Terraform works in, asked for once per scope. */
export function locate(scope: Construct, region: string): AwsLocation {
  return {
    partition: new DataAwsPartition(scope, "Partition").partition,
    region,
    accountId: new DataAwsCallerIdentity(scope, "Caller").accountId,
  };
}
