import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { environmentNames } from "../config/names";
import { StateBucket } from "../modules/s3/state-bucket";
import { EnvironmentStack } from "./environment-stack";

export interface StateStackProps {
  readonly environment: Environment;
}

/**
 * The bucket that Terraform keeps the state of the environment in; nothing where the state is local. It has to exist
 * before its own state can move into it: README, "Deploy to your account".
 */
export class StateStack extends EnvironmentStack {
  constructor(scope: Construct, { environment }: StateStackProps) {
    super(scope, "state", environment);
    const bucket = new StateBucket(this, "StateBucket", {
      bucket: stateBucketName(environment),
      preventDestroy: environment.removal === "retain",
      forceDestroy: environment.removal === "destroy",
    });
    new TerraformOutput(this, "bucket", {
      value: bucket.bucket.bucket,
      description: "bucket that holds Terraform's state",
    });
  }
}

/** An environment with local state gets a bucket all the same: the same stacks are tried there as run elsewhere. */
function stateBucketName({ name, state, accountId }: Environment): string {
  return state.backend === "s3" ? state.bucket : `${environmentNames(name).stateBucketPrefix}${accountId ?? "state"}`;
}
