import { block, buildspec, RELEASE_FOLDER } from "./buildspec";
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

/** What the release program has answered about the environment that is deployed to first. */
const DEVELOPMENT = `${RELEASE_FOLDER}/development`;

export interface ImageBuildspecProps {
  /** ARN of the group for test results. */
  readonly testReports: string;
  /** ARN of the group for coverage. */
  readonly coverageReports: string;
}

/** Which image it is, and which of the two repositories has it: refused here, before minutes of tests, is what is not deployed. */
const PREPARE = block(`
${TAKE_COMMIT}
${TAG_BY_COMMIT}
node "$release/release.cjs" prepare "$SERVICE" --env "$ENVIRONMENT" --out "$release/development"
node "$release/release.cjs" prepare "$SERVICE" --env "$PRODUCTION" --out "$release/production"
if ! cmp -s "$release/development/registry" "$release/production/registry"; then
  fail "$ENVIRONMENT and $PRODUCTION have different registries ($(cat "$release/development/registry"), $(cat "$release/production/registry")): the same account and Region is needed for both"
fi
printf '%s\\n' "$commit" > "$release/commit"
cp "$release/development/tag" "$release/tag"
`);

/** What one of the repositories has is not built again: the other one gets the same image. */
const BUILD_AND_PUSH = block(`
release=${RELEASE_FOLDER}
tag=$(cat "$release/tag")
registry=$(cat "$release/development/registry")
region=$(cat "$release/development/region")
development=$(cat "$release/development/image")
production=$(cat "$release/production/image")
in_development=$(cat "$release/development/next")
in_production=$(cat "$release/production/next")

${PUSH}

digest_of() {
  aws ecr describe-images --region "$region" --repository-name "$(cat "$release/$1/repository")" \\
    --image-ids "imageTag=$tag" --query 'imageDetails[0].imageDigest' --output text
}

if [ "$in_development $in_production" = "release release" ]; then
  echo "both repositories have $tag: nothing is built"
else
  ${LOG_IN}
  if [ "$in_development" = release ]; then
    docker pull --quiet "$development"
    docker tag "$development" "$production"
  elif [ "$in_production" = release ]; then
    docker pull --quiet "$production"
    docker tag "$production" "$development"
  else
    docker build --file "$(cat "$release/development/dockerfile")" --build-arg "VERSION=$tag" --tag "$development" .
    docker tag "$development" "$production"
  fi
  if [ "$in_development" != release ]; then push "$development"; fi
  if [ "$in_production" != release ]; then push "$production"; fi
fi

digest=$(digest_of development)
other=$(digest_of production)
if [ "$digest" != "$other" ]; then
  fail "$development is $digest, but $production is $other: remove the tag from one of the repositories, and retry the stage"
fi
printf '%s\\n' "$digest" > "$release/digest"
echo "$tag is $digest in both repositories"
`);

/**
 * What the build of a pipeline does from source: asks the release program what is to be made for both environments, runs
 * the service's unit tests, with coverage, builds the image once, and pushes it to the repositories of both. It hands on
 * the release program, with what that reads: the configuration, and which image it is.
 *
 * The image's tag is `<first 12 digits of the commit>-<service>`. An execution that runs again makes the same one.
 *
 * In its environment: `SERVICE`; `ENVIRONMENT` and `PRODUCTION`, the environments' names; the commit as CodeBuild tells it.
 */
export function imageBuildspec({ testReports, coverageReports }: ImageBuildspecProps): string {
  return buildspec({
    variables: IMAGE_VARIABLES,
    phases: {
      install: { commands: [REQUIRE_ENGINE] },
      pre_build: { commands: [PREPARE] },
      build: { commands: [testService(DEVELOPMENT), BUILD_AND_PUSH], finally: [logOut(DEVELOPMENT)] },
    },
    reports: { ...testReport(testReports), ...coverageReport(coverageReports) },
    artifact: [`${RELEASE_FOLDER}/**/*`, "config/environments/*.json", "apps/*/service.json"],
  });
}
