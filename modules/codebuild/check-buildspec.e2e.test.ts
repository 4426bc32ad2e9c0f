import { describe, expect, it } from "vitest";
import { checkBuildspec } from "./check-buildspec";
import { type Answer, runStubbed } from "./stubbed-build.fixtures";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const SPEC = checkBuildspec({ testReports: "arn:tests" });

const check = (answers: readonly Answer[] = [], commit = COMMIT) =>
  runStubbed(SPEC, { APP: "cart", CODEBUILD_RESOLVED_SOURCE_VERSION: commit }, answers);

describe("the check of a pull request", () => {
  it("runs all unit tests, builds the image, and does nothing else: no login, no push, nothing of AWS", async () => {
    const result = await check();
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(result.calls.map(({ line }) => line)).toEqual([
      "docker version",
      "npm run --silent test:unit -- --reporter=default --reporter=junit --outputFile.junit=.local/reports/tests/junit.xml",
      "docker build --file apps/cart/Dockerfile --build-arg VERSION=0123456789ab --tag cart:pull-request .",
    ]);
  });

  it("reports its tests, and hands nothing on", () => {
    const { reports, artifacts } = JSON.parse(SPEC);
    expect(reports).toEqual({
      "arn:tests": { files: ["junit.xml"], "base-directory": ".local/reports/tests", "file-format": "JUNITXML" },
    });
    expect(artifacts).toBeUndefined();
  });

  it.each([
    ["no engine answers", "docker version", 0],
    ["a test fails", "npm run --silent test:unit", 0],
    ["the image can't be built", "docker build", 1],
  ])("fails where %s", async (_, to, builds) => {
    const { status, calls } = await check([{ to, status: 1 }]);
    expect(status).toBe(1);
    expect(calls.filter(({ line }) => line.startsWith("docker build"))).toHaveLength(builds);
  });

  it("fails where it is started of something that is no commit", async () => {
    const { status, stderr } = await check([], "main");
    expect(status).toBe(1);
    expect(stderr).toBe(
      'CODEBUILD_RESOLVED_SOURCE_VERSION is "main", and no commit: start the pipeline instead of the project\n',
    );
  });

  it("has nothing that Terraform would take for an expression", () => {
    expect(SPEC).not.toMatch(/[$%]\{/);
  });
});
