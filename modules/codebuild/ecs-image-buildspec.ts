import { IMAGE_DEFINITIONS } from "../codepipeline/ecs-action";
import { block, buildspec, RELEASE_FOLDER } from "./buildspec";
import type { ImageBuildspecProps } from "./image-buildspec";
import {
  coverageReport,
  IMAGE_VARIABLES,
  LOG_IN,
  logOut,
  PUSH,
  REQUIRE_ENGINE,
  TAG_BY_COMMIT,
  TAKE_COMMIT,
  testReport,
  testService,
} from "./image-commands";

/** What the release program has answered. */
const PREPARED = `${RELEASE_FOLDER}/image`;

/** Refused here, before minutes of tests, is what is not deployed. */
const PREPARE = block(`
${TAKE_COMMIT}
${TAG_BY_COMMIT}
node "$release/release.cjs" prepare "$SERVICE" --env "$ENVIRONMENT" --out ${PREPARED}
`);

/** A tag that is there is not pushed again, which the registry would refuse: it is of this commit, and stays. */
const BUILD_AND_PUSH = block(`
tag=$(cat ${PREPARED}/tag)
image=$(cat ${PREPARED}/image)
registry=$(cat ${PREPARED}/registry)
region=$(cat ${PREPARED}/region)

${PUSH}

if [ "$(cat ${PREPARED}/next)" = release ]; then
  echo "the repository has $tag: nothing is built"
else
  ${LOG_IN}
  docker build --file "$(cat ${PREPARED}/dockerfile)" --build-arg "VERSION=$tag" --tag "$image" .
  push "$image"
fi
`);

const DEFINE_IMAGE = block(`
printf '[{"name":"%s","imageUri":"%s"}]\\n' "$CONTAINER" "$(cat ${PREPARED}/image)" > ${IMAGE_DEFINITIONS}
cat ${IMAGE_DEFINITIONS}
`);

/**
 * What the build of a pipeline does whose next action is ECS's own: asks the release program what is to be made, runs the
 * service's unit tests, with coverage, builds the image and pushes it, and hands on nothing but `imagedefinitions.json`,
 * which gives the service's container that image: by its tag, which the repository has to keep IMMUTABLE.
 *
 * The image's tag is `<first 12 digits of the commit>-<service>`. An execution that runs again makes the same one; where the
 * repository has it already, nothing is built, and it is deployed.
 *
 * In its environment: `SERVICE`, `ENVIRONMENT` and `CONTAINER`, their names; the commit as CodeBuild tells it.
 */
export function ecsImageBuildspec({ testReports, coverageReports }: ImageBuildspecProps): string {
  return buildspec({
    variables: IMAGE_VARIABLES,
    phases: {
      install: { commands: [REQUIRE_ENGINE] },
      pre_build: { commands: [PREPARE] },
      build: { commands: [testService(PREPARED), BUILD_AND_PUSH, DEFINE_IMAGE], finally: [logOut(PREPARED)] },
    },
    reports: { ...testReport(testReports), ...coverageReport(coverageReports) },
    artifact: [IMAGE_DEFINITIONS],
  });
}
