import { describe, expect, it } from "vitest";
import { whyNoGroovy } from "./groovy";
import { pipeline, run, stage } from "./pipeline.fixtures";

const WITHOUT_GROOVY = whyNoGroovy() !== undefined;

const POD_AGENT = "agent { kubernetes { yamlFile 'pod.yaml'; defaultContainer 'node' } }";

const ECHO = "steps { echo 'ran' }";

describe.skipIf(WITHOUT_GROOVY)("when", () => {
  it("lets a stage run where its conditions hold, and skips it with the stages inside it where not", async () => {
    const conditions: readonly [condition: string, runs: boolean][] = [
      ["environment name: 'A', value: 'a'", true],
      ["environment name: 'A', value: 'b'", false],
      ["expression { params.FLAG && env.A == 'a' }", true],
      ["expression { return !params.FLAG }", false],
      ["not { environment name: 'A', value: 'b' }", true],
      ["environment name: 'A', value: 'a'\nnot { environment name: 'A', value: 'a' }", false],
      ["allOf { environment name: 'A', value: 'a'\nbranch 'feature/*' }", true],
      ["anyOf { branch 'main'\nbranch 'feature/**' }", true],
      ["anyOf { branch 'main'\nnot { branch 'feature/x' } }", false],
      ["changeset 'apps/*/src/**'", true],
      ["changeset 'apps/*'", false],
      ["triggeredBy 'TimerTrigger'", true],
      ["triggeredBy 'UserIdCause'", false],
      ["equals expected: 2, actual: currentBuild.number", true],
      ["equals expected: 3, actual: currentBuild.number", false],
    ];
    const { result, stages } = await run(
      pipeline(`environment { A = 'a' }
        parameters { booleanParam(name: 'FLAG') }
        stages {
          ${conditions.map(([condition], index) => stage(String(index), `when { ${condition} }\n${ECHO}`)).join("")}
          ${stage("outer", `when { branch 'main' }\nstages { ${stage("inner", ECHO)} }\npost { always { error 'unreached' } }`)}
        }`),
      {
        parameters: { FLAG: true },
        branch: "feature/x",
        changedFiles: ["README.md", "apps/service-a/src/main.ts"],
        cause: "TimerTrigger",
        buildNumber: 2,
      },
    );
    expect(result).toBe("SUCCESS");
    expect(stages).toEqual([
      ...conditions.map(([, runs], index) => ({ name: String(index), result: runs ? "SUCCESS" : "SKIPPED" })),
      { name: "outer", result: "SKIPPED" },
      { name: "inner", result: "SKIPPED" },
    ]);
  });

  it("is asked inside the agent and after the input, or before them where it says so", async () => {
    const never = "environment name: 'NEVER', value: 'set'";
    const { inputs, stages, steps } = await run(
      `pipeline { agent none\nstages {
        ${stage("late", `input { message 'late' }\n${POD_AGENT}\nwhen { ${never} }\n${ECHO}`)}
        ${stage("before agent", `input { message 'before agent' }\n${POD_AGENT}\nwhen { beforeAgent true\n${never} }\n${ECHO}`)}
        ${stage("before input", `input { message 'before input' }\n${POD_AGENT}\nwhen { beforeInput true\n${never} }\n${ECHO}`)}
        ${stage("outer", `agent any\nstages { ${stage("held", `input { message 'held' }\n${ECHO}`)} }`)}
      } }`,
      { input: { answer: "approve" } },
    );
    expect(inputs.map(({ message, agentHeld }) => [message, agentHeld])).toEqual([
      ["late", false],
      ["before agent", false],
      ["held", true],
    ]);
    expect(steps.map(({ stage, step }) => `${stage}: ${step}`)).toEqual([
      "late: checkout",
      "outer: checkout",
      "held: echo",
    ]);
    expect(stages.map(({ result }) => result)).toEqual(["SKIPPED", "SKIPPED", "SKIPPED", "SUCCESS", "SUCCESS"]);
  });
});

describe.skipIf(WITHOUT_GROOVY)("input", () => {
  it("gives the answer's parameters to the stage, and tells what was asked of whom", async () => {
    const { inputs, log } = await run(
      pipeline(
        `stages { ${stage(
          "A",
          `input {
          message 'Release?'
          ok 'Do it'
          submitter 'approvers'
          submitterParameter 'WHO'
          parameters { choice(name: 'SIZE', choices: ['small', 'large'])\nstring(name: 'NOTE', defaultValue: 'none') }
        }
        steps { sh 'echo "$WHO: $SIZE, $NOTE"' }`,
        )} }`,
      ),
      { input: { answer: "approve", submitter: "ann", parameters: { SIZE: "large" } } },
    );
    expect(inputs).toEqual([
      { message: "Release?", ok: "Do it", submitter: "approvers", agentHeld: true, answer: "approve" },
    ]);
    expect(log).toContain("\nann: large, none\n");
  });

  it("aborts the build where it is refused, and runs post of the pipeline but not of the stage", async () => {
    const { result, status, stages, log } = await run(
      pipeline(`stages {
          ${stage("Ask", `input { message 'Go?' }\n${ECHO}\npost { always { echo 'unreached' } }`)}
          ${stage("Later", ECHO)}
        }
        post { failure { echo 'unreached' }\naborted { echo 'post: aborted' } }`),
      { input: { answer: "abort", submitter: "ann" } },
    );
    expect({ result, status }).toEqual({ result: "ABORTED", status: 1 });
    expect(stages).toEqual([
      { name: "Ask", result: "ABORTED" },
      { name: "Later", result: "SKIPPED" },
    ]);
    expect(log).toContain("ERROR: Rejected by ann\n");
    expect(log).toContain("post: aborted\n");
    expect(log).not.toContain("unreached");
  });

  it("waits no longer than the time limit of its stage", async () => {
    const { result, log } = await run(
      pipeline(
        `stages { ${stage("Ask", `options { timeout(time: 200, unit: 'MILLISECONDS') }\ninput { message 'Go?' }\n${ECHO}`)} }`,
      ),
      { input: { answer: "wait" } },
    );
    expect(result).toBe("ABORTED");
    expect(log).toMatch(/Cancelling nested steps due to timeout\nERROR: Timeout has been exceeded\n/);
  });

  it("fails the build where the test has no answer to it", async () => {
    const { result, log } = await run(pipeline(`stages { ${stage("Ask", `input { message 'Go?' }\n${ECHO}`)} }`));
    expect(result).toBe("FAILURE");
    expect(log).toContain('ERROR: nobody answers the input "Go?": tell the runner how\n');
  });
});
