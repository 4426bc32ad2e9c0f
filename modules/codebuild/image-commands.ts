import { block, RELEASE_FOLDER, type Report } from "./buildspec";

/** What the builds of images have in common, whatever becomes of the image. */

export const REPORTS_FOLDER = ".local/reports";

/** Docker keeps its password here: not in the artifact, and of this build alone. */
export const IMAGE_VARIABLES = { DOCKER_CONFIG: ".local/docker", RETRY_SECONDS: "5" };

/** Lines that end a build where no Docker engine answers: with a message that says how the project has to be set. */
export const REQUIRE_ENGINE = block(`
if ! docker version > /dev/null 2>&1; then
  fail "no Docker engine answers: the project has to be privileged"
fi
`);

/** Lines that set `commit`, which only a pipeline tells. */
export const TAKE_COMMIT = `commit=$(printenv CODEBUILD_RESOLVED_SOURCE_VERSION || true)
if ! printf '%s' "$commit" | grep -Eq '^[0-9a-f]{40}$'; then
  fail "CODEBUILD_RESOLVED_SOURCE_VERSION is \\"$commit\\", and no commit: start the pipeline instead of the project"
fi`;

/** Lines after `TAKE_COMMIT` with which the release program makes the image's tag of the commit. */
export const TAG_BY_COMMIT = `release=${RELEASE_FOLDER}
npm run --silent build:release
BUILD_NUMBER=$(printf '%.12s' "$commit")
export BUILD_NUMBER`;

/**
 * Runs the unit tests of what the service is made of. The reports are there each time, also where nothing is built: they are
 * of the commit.
 *
 * @param prepared folder of the release program's answers, which tell what that is
 */
export const testService = (prepared: string) =>
  block(`
folders=$(cat ${prepared}/folders)
set --
for folder in $folders; do set -- "$@" "--coverage.include=$folder/src/**"; done
npm run --silent test:unit -- $folders \\
  --reporter=default --reporter=junit --outputFile.junit=${REPORTS_FOLDER}/tests/junit.xml \\
  --coverage.enabled --coverage.reportOnFailure --coverage.reporter=text-summary --coverage.reporter=clover \\
  --coverage.reportsDirectory=${REPORTS_FOLDER}/coverage "$@"
`);

/** Lines that define `push IMAGE`, which tries three times. */
export const PUSH = `push() {
  for attempt in 1 2 3; do
    if docker push --quiet "$1"; then return; fi
    echo "attempt $attempt to push $1 has failed" >&2
    sleep "$RETRY_SECONDS"
  done
  fail "$1 could not be pushed: see above; retry the stage"
}`;

/** A line that logs in to `$registry` in `$region`. */
export const LOG_IN = `aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$registry"`;

/**
 * Lines that log out of the registries, so that no later command has their passwords.
 * @param prepared folder of the release program's answers, which tell the registry
 */
export const logOut = (prepared: string) =>
  block(`
registry=${prepared}/registry
if [ -f "$registry" ]; then docker logout "$(cat "$registry")"; fi
`);

/** The file that the tests write, for the group of this ARN. */
export const testReport = (group: string): Readonly<Record<string, Report>> => ({
  [group]: { files: ["junit.xml"], "base-directory": `${REPORTS_FOLDER}/tests`, "file-format": "JUNITXML" },
});

/** The file that `testService` writes, for the group of this ARN. */
export const coverageReport = (group: string): Readonly<Record<string, Report>> => ({
  [group]: { files: ["clover.xml"], "base-directory": `${REPORTS_FOLDER}/coverage`, "file-format": "CLOVERXML" },
});
