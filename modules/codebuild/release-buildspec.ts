import { block, buildspec, RELEASE_FOLDER } from "./buildspec";

/** What the release program is asked for. `deploy` releases the image, `smoke` looks whether it serves. */
export type ReleaseCommand = "deploy" | "smoke";

/**
 * What a stage of a pipeline does with what its build has handed on: runs the release program, as people and Jenkins do.
 * It fails as the program does, whose message says what serves now.
 *
 * In its environment: `SERVICE` and `ENVIRONMENT`; `SMOKE_URL` says where to ask, where that is not the public name.
 */
export function releaseBuildspec(command: ReleaseCommand): string {
  return buildspec({ phases: { build: { commands: [release(command)] } } });
}

const release = (command: ReleaseCommand) =>
  block(`
release=${RELEASE_FOLDER}
if [ ! -f "$release/tag" ]; then
  fail "there is no $release/tag: the artifact has to be that of the pipeline's build"
fi
tag=$(cat "$release/tag")
GIT_COMMIT=$(cat "$release/commit")
BUILD_NUMBER=$(printenv CODEBUILD_BUILD_NUMBER || true)
BUILD_URL=$(printenv CODEBUILD_BUILD_URL || true)
export GIT_COMMIT BUILD_NUMBER BUILD_URL
node "$release/release.cjs" ${command} "$SERVICE" --env "$ENVIRONMENT" --image-tag "$tag"
`);
