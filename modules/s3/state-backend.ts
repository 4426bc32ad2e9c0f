import { S3Backend, type TerraformStack } from "cdktf";

export interface StateBackendProps {
  /** Name of the state bucket. */
  readonly bucket: string;
  /** The state's key within the bucket; each stack needs its own. The lock is the object `<key>.tflock`. */
  readonly key: string;
  /** The bucket's region. */
  readonly region: string;
}

/**
 * Keeps a stack's state in S3, encrypted, and locked by S3 itself: a second run is refused while one is under way.
 *
 * Needs Terraform 1.10 or later.
 *
 * ```ts
 * stateBackend(this, { bucket: "shop-terraform-state", key: "dev/network.tfstate", region: "us-east-1" });
 * ```
 *
 * @see Terraform documentation, "Backend Type: s3", section "State Locking"
 */
export function stateBackend(stack: TerraformStack, { bucket, key, region }: StateBackendProps): S3Backend {
  const backend = new S3Backend(stack, { bucket, key, region, encrypt: true });
  // S3Backend of cdktf 0.21 has no `useLockfile`; its `dynamodbTable` is the way that Terraform has deprecated.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
  return backend;
}
