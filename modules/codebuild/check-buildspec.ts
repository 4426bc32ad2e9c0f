import { block, buildspec } from "./buildspec";
import { REPORTS_FOLDER, REQUIRE_ENGINE, TAKE_COMMIT, testReport } from "./image-commands";

export interface CheckBuildspecProps {
  /** ARN of the group for test results. */
  readonly testReports: string;
}

/** All of them: what a pull request changes may be what any service is made of. */
const TEST = block(`
npm run --silent test:unit -- --reporter=default --reporter=junit --outputFile.junit=${REPORTS_FOLDER}/tests/junit.xml
`);

/** The version says what it is of; the name leads to no registry. */
const BUILD = block(`
${TAKE_COMMIT}
docker build --file "apps/$APP/Dockerfile" --build-arg "VERSION=$(printf '%.12s' "$commit")" --tag "$APP:pull-request" .
`);

/**
 * What is done with a pull request: runs the unit tests, and builds the image of an application, which goes with the machine
 * that it was built on. Nothing is pushed, deployed or handed on, and nothing of AWS is asked: the commands are those of
 * whoever opened the pull request.
 *
 * In its environment: `APP`, the folder of `apps/` that the image is made of; the commit as CodeBuild tells it.
 */
export function checkBuildspec({ testReports }: CheckBuildspecProps): string {
  return buildspec({
    phases: {
      install: { commands: [REQUIRE_ENGINE] },
      build: { commands: [TEST, BUILD] },
    },
    reports: testReport(testReports),
  });
}
