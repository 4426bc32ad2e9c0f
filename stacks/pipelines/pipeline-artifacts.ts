import type { TerraformStack } from "cdktf";
import type { Environment } from "../../config/environment";
import { systemNames } from "../../config/names";
import { ArtifactStore } from "../../modules/codepipeline/artifact-store";
import type { AwsLocation } from "../../modules/iam/policy";

/** Makes what the pipelines of a system hand on from action to action, and where their reports go. */
export function createArtifactStore(
  stack: TerraformStack,
  system: string,
  environment: Pick<Environment, "name" | "removal">,
  location: AwsLocation,
): ArtifactStore {
  const { pipelineArtifactBucketPrefix, prefix } = systemNames(system, environment.name);
  return new ArtifactStore(stack, "Artifacts", {
    bucket: `${pipelineArtifactBucketPrefix}${location.accountId}`,
    location,
    forceDestroy: environment.removal === "destroy",
    description: `artifacts and reports of the pipelines of ${prefix}`,
  });
}
