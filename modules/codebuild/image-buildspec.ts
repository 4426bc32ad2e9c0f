import { block, buildspec, RELEASE_FOLDER } from "./buildspec";

const REPORTS_FOLDER = ".local/reports";

export interface ImageBuildspecProps {
  /** ARN of the group for test results. */
  readonly testReports: string;
  /** ARN of the group for coverage. */
  readonly coverageReports: string;
}

/** Docker keeps its password here: not in the artifact, and of this build alone. */
const VARIABLES = { DOCKER_CONFIG: ".local/docker", RETRY_SECONDS: "5" };

const REQUIRE_ENGINE = block(`
if ! docker version > /dev/null 2>&1; then
  fail "no Docker engine answers: the project has to be privileged"
fi
`);

/** Which image it is, and which of the two repositories has it: refused here, before minutes of tests, is what is not deployed. */
const PREPARE = block(`
commit=$(printenv CODEBUILD_RESOLVED_SOURCE_VERSION || true)
if ! printf '%s' "$commit" | grep -Eq '^[0-9a-f]{40}$'; then
  fail "CODEBUILD_RESOLVED_SOURCE_VERSION is \\"$commit\\", and no commit: start the pipeline instead of the project"
fi
release=${RELEASE_FOLDER}
npm run --silent build:release
BUILD_NUMBER=$(printf '%.12s' "$commit")
export BUILD_NUMBER
node "$release/release.cjs" prepare "$SERVICE" --env "$ENVIRONMENT" --out "$release/development"
node "$release/release.cjs" prepare "$SERVICE" --env "$PRODUCTION" --out "$release/production"
if ! cmp -s "$release/development/registry" "$release/production/registry"; then
  fail "$ENVIRONMENT and $PRODUCTION have different registries ($(cat "$release/development/registry"), $(cat "$release/production/registry")): the same account and Region is needed for both"
fi
printf '%s\\n' "$commit" > "$release/commit"
cp "$release/development/tag" "$release/tag"
`);

/** The reports are there each time, also where nothing is built: they are of the commit. */
const TEST = block(`
folders=$(cat ${RELEASE_FOLDER}/development/folders)
set --
for folder in $folders; do set -- "$@" "--coverage.include=$folder/src/**"; done
npm run --silent test:unit -- $folders \\
  --reporter=default --reporter=junit --outputFile.junit=${REPORTS_FOLDER}/tests/junit.xml \\
  --coverage.enabled --coverage.reportOnFailure --coverage.reporter=text-summary --coverage.reporter=clover \\
  --coverage.reportsDirectory=${REPORTS_FOLDER}/coverage "$@"
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

push() {
  for attempt in 1 2 3; do
    if docker push --quiet "$1"; then return; fi
    echo "attempt $attempt to push $1 has failed" >&2
    sleep "$RETRY_SECONDS"
  done
  fail "$1 could not be pushed: see above; retry the stage"
}

digest_of() {
  aws ecr describe-images --region "$region" --repository-name "$(cat "$release/$1/repository")" \\
    --image-ids "imageTag=$tag" --query 'imageDetails[0].imageDigest' --output text
}

if [ "$in_development $in_production" = "release release" ]; then
  echo "both repositories have $tag: nothing is built"
else
  aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$registry"
  if [ "$in_development" = release ]; then
    docker pull --quiet "$development"
    docker tag "$development" "$production"
  elif [ "$in_production" = release ]; then
    docker pull --quiet "$production"
    docker tag "$production" "$development"
  else
    docker build --file "apps/$SERVICE/Dockerfile" --build-arg "VERSION=$tag" --tag "$development" .
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

const LOG_OUT = block(`
registry=${RELEASE_FOLDER}/development/registry
if [ -f "$registry" ]; then docker logout "$(cat "$registry")"; fi
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
    variables: VARIABLES,
    phases: {
      install: { commands: [REQUIRE_ENGINE] },
      pre_build: { commands: [PREPARE] },
      build: { commands: [TEST, BUILD_AND_PUSH], finally: [LOG_OUT] },
    },
    reports: {
      [testReports]: {
        files: ["junit.xml"],
        "base-directory": `${REPORTS_FOLDER}/tests`,
        "file-format": "JUNITXML",
      },
      [coverageReports]: {
        files: ["clover.xml"],
        "base-directory": `${REPORTS_FOLDER}/coverage`,
        "file-format": "CLOVERXML",
      },
    },
    artifact: [`${RELEASE_FOLDER}/**/*`, "config/environments/*.json", "apps/*/service.json"],
  });
}
