import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { whyNoGroovy } from "./groovy";
import { callsAt, type DslCall, runJobDsl } from "./jobs";

const WITHOUT_GROOVY = whyNoGroovy() !== undefined;

const JOBS = `folder('team') { description 'Releases' }
SERVICES.each { service ->
  pipelineJob("team/\${service}") {
    description "Releases \${service}."
    logRotator { numToKeep 50 }
    parameters {
      stringParam('SERVICE', service, 'What to release.')
      choiceParam('ENVIRONMENT', ['dev', 'prod'])
      booleanParam('DRY_RUN')
    }
    properties { disableConcurrentBuilds() }
    definition {
      cpsScm {
        scm { git { remote { url REPOSITORY_URL
          credentials 'git' }
          branch 'main' } }
        scriptPath 'jenkins/Jenkinsfile'
        lightweight()
      }
    }
  }
}
`;

function run(text: string): Promise<readonly DslCall[]> {
  const file = writeFile(temporaryFolder(), "jobs.groovy", text);
  return runJobDsl(testLifetime(), file, { SERVICES: ["a", "b"], REPOSITORY_URL: "https://example.com/r.git" });
}

describe.skipIf(WITHOUT_GROOVY)("a Job DSL file", () => {
  it("gives its jobs as the calls that define them", async () => {
    const jobs = await run(JOBS);
    const argumentsAt = (...path: readonly string[]) => callsAt(jobs, ...path).map((call) => call.arguments);
    expect(jobs.map(({ name, arguments: [first] }) => [name, first])).toEqual([
      ["folder", "team"],
      ["pipelineJob", "team/a"],
      ["pipelineJob", "team/b"],
    ]);
    expect(argumentsAt("pipelineJob", "description")).toEqual([["Releases a."], ["Releases b."]]);
    expect(argumentsAt("pipelineJob", "parameters", "choiceParam")[0]).toEqual(["ENVIRONMENT", ["dev", "prod"]]);
    expect(argumentsAt("pipelineJob", "definition", "cpsScm", "scm", "git", "remote", "url")).toEqual([
      ["https://example.com/r.git"],
      ["https://example.com/r.git"],
    ]);
  });

  it("of this repository defines a pipeline for each service", async () => {
    const bindings = { SERVICES: ["a", "b"], REPOSITORY_URL: "url", BRANCH: "main", GIT_CREDENTIALS_ID: "git" };
    const jobs = await runJobDsl(testLifetime(), "jenkins/jobs.groovy", bindings);
    expect(callsAt(jobs, "pipelineJob").map((job) => job.arguments)).toEqual([["release/a"], ["release/b"]]);
    expect(callsAt(jobs, "pipelineJob", "definition", "cpsScm", "scriptPath")[0]?.arguments).toEqual([
      "jenkins/Jenkinsfile",
    ]);
  });

  it.each([
    [
      "a method that its block does not have",
      "pipelineJob('a') {\n  definition { cpsScm {\n    scriptpath 'Jenkinsfile'\n  } }\n}",
      'jobs.groovy:3: pipelineJob.definition.cpsScm: unknown method "scriptpath"; allowed: lightweight, scm, scriptPath',
    ],
    [
      "a method that the file itself does not have",
      "freeStyleJob('a') { }",
      'jobs.groovy:1: unknown method "freeStyleJob"; allowed: folder, pipelineJob',
    ],
    [
      "values that a method does not take",
      "pipelineJob('a') { parameters {\n  choiceParam('A')\n} }",
      'jobs.groovy:2: pipelineJob.parameters: "choiceParam" takes 2 to 3 values; given: 1',
    ],
    [
      "a block where none belongs",
      "pipelineJob('a') { description('b') { } }",
      'jobs.groovy:1: pipelineJob: "description" takes no block',
    ],
    ["a missing block", "pipelineJob('a')", 'jobs.groovy:1: "pipelineJob" needs a block'],
  ])("is refused for %s", async (_what, text, message) => {
    await expect(run(text)).rejects.toThrow(expect.objectContaining({ message, status: 2 }));
  });
});
