import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lifetime } from "../../tools/processes/lifetime";
import { writeFile } from "../../tools/testing/temporary-folder";
import { whyNoGroovy } from "./groovy";
import { checkPipelines } from "./run-pipeline";

const WITHOUT_GROOVY = whyNoGroovy() !== undefined;

const STEPS =
  "archiveArtifacts, catchError, checkout, container, deleteDir, dir, echo, error, fileExists, input, readFile, retry, script, sh, sleep, stash, timeout, unstable, unstash, withCredentials, withEnv, writeFile";

const CONDITIONS =
  "aborted, always, changed, cleanup, failure, fixed, notBuilt, regression, success, unstable, unsuccessful";

/** What is wrong, the lines of the pipeline from line 2 on, and what the runner says of them. */
const REFUSED: readonly [what: string, lines: string, refusals: readonly string[]][] = [
  [
    "an unknown section of the pipeline",
    "agent any\nstagse { }\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '3: unknown section "stagse" in pipeline; allowed: agent, environment, options, parameters, post, stages, triggers',
    ],
  ],
  [
    "a section of Jenkins that the runner does not run",
    "agent any\ntools { jdk '17' }\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '3: unknown section "tools" in pipeline; allowed: agent, environment, options, parameters, post, stages, triggers',
    ],
  ],
  [
    "a pipeline without an agent",
    "stages { stage('A') { steps { echo 'a' } } }",
    ['1: pipeline has no "agent" section'],
  ],
  ["a pipeline without stages", "agent any", ['1: pipeline has no "stages" section']],
  [
    "a section twice",
    "agent any\nagent none\nstages { stage('A') { steps { echo 'a' } } }",
    ['3: pipeline has the section "agent" twice'],
  ],
  [
    "Groovy code outside of steps",
    "agent any\ndef x = 1\nstages { stage('A') { steps { echo 'a' } } }",
    ["3: this can't stand in pipeline, outside of steps: (x = 1)"],
  ],
  [
    "an unknown agent type",
    "agent docker\nstages { stage('A') { agent { docker { image 'node' } }\nsteps { echo 'a' } } }",
    [
      '2: unknown agent type "docker" in agent of pipeline; allowed: any, kubernetes { ... }, none',
      '3: unknown agent type "docker" in agent of stage "A"; allowed: any, kubernetes { ... }, none',
    ],
  ],
  [
    "an unknown key of kubernetes",
    "agent { kubernetes {\n  yamlfile 'pod.yaml'\n} }\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '3: unknown key "yamlfile" in kubernetes in agent of pipeline; allowed: activeDeadlineSeconds, cloud, defaultContainer, idleMinutes, inheritFrom, instanceCap, label, namespace, nodeSelector, retries, serviceAccount, showRawYaml, slaveConnectTimeout, yaml, yamlFile',
    ],
  ],
  [
    "yaml together with yamlFile, and a key of the wrong type",
    "agent { kubernetes {\n  yamlFile 'pod.yaml'\n  yaml ''\n  retries 'two'\n} }\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '5: "retries" of kubernetes in agent of pipeline must be number; given: two',
      "4: kubernetes in agent of pipeline has yaml and yamlFile; give one of them",
    ],
  ],
  [
    "an option of a plugin that is not assumed",
    "agent any\noptions { ansiColor('xterm') }\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '3: unknown option "ansiColor" in options of pipeline; allowed: buildDiscarder, disableConcurrentBuilds, disableResume, parallelsAlwaysFailFast, retry, skipDefaultCheckout, skipStagesAfterUnstable, timeout, timestamps',
    ],
  ],
  [
    "an option of the pipeline in a stage",
    "agent any\nstages { stage('A') {\noptions { disableConcurrentBuilds() }\nsteps { echo 'a' } } }",
    [
      '4: unknown option "disableConcurrentBuilds" in options of stage "A"; allowed: retry, skipDefaultCheckout, timeout, timestamps',
    ],
  ],
  [
    "arguments of an option that it does not take",
    "agent any\noptions {\ntimeout(time: 1, unit: 'HOUR')\nretry(count: '3')\nbuildDiscarder(50)\n}\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '4: "unit" of "timeout" in options of pipeline must be one of NANOSECONDS, MICROSECONDS, MILLISECONDS, SECONDS, MINUTES, HOURS, DAYS; given: HOUR',
      '5: "count" of "retry" in options of pipeline must be number; given: 3',
      '6: "buildDiscarder" in options of pipeline must be logRotator(...); given: 50',
    ],
  ],
  [
    "an unknown type of parameter",
    "agent any\nparameters { bool(name: 'DRY_RUN') }\nstages { stage('A') { steps { echo 'a' } } }",
    ['3: unknown parameter type "bool" in parameters; allowed: booleanParam, choice, password, string, text'],
  ],
  [
    "a parameter without its name, and a name twice",
    "agent any\nparameters {\nstring(defaultValue: 'a')\ntext(name: 'B')\ntext(name: 'B')\n}\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '4: "string" in parameters has no "name"; it takes: name (required), defaultValue, description, trim',
      '6: parameters has "B" twice',
    ],
  ],
  [
    "an unknown condition of post",
    "agent any\nstages { stage('A') { steps { echo 'a' } } }\npost { ever { echo 'b' } }",
    [`4: unknown condition "ever" in post of pipeline; allowed: ${CONDITIONS}`],
  ],
  [
    "an unknown condition of when",
    "agent any\nstages { stage('A') {\nwhen { env name: 'A', value: 'b' }\nsteps { echo 'a' } } }",
    [
      '4: unknown condition "env" in when of stage "A"; allowed: allOf, anyOf, beforeAgent, beforeInput, beforeOptions, branch, changeset, environment, equals, expression, not, triggeredBy',
    ],
  ],
  [
    "a not with two conditions",
    "agent any\nstages { stage('A') {\nwhen { not { branch 'a'\nbranch 'b' } }\nsteps { echo 'a' } } }",
    ['4: "not" in when of stage "A" needs exactly 1 condition'],
  ],
  [
    "an unknown key of input, and no message",
    "agent any\nstages { stage('A') {\ninput { submiter 'me' }\nsteps { echo 'a' } } }",
    [
      '4: unknown key "submiter" in input of stage "A"; allowed: id, message, ok, parameters, submitter, submitterParameter',
      '4: input of stage "A" has no message',
    ],
  ],
  [
    "a stage without content",
    "agent any\nstages { stage('A') { agent any } }",
    ['3: stage "A" needs exactly one of steps, stages, parallel, and has none of them'],
  ],
  [
    "a stage with two kinds of content",
    "agent any\nstages { stage('A') { steps { echo 'a' }\nstages { stage('B') { steps { echo 'b' } } } } }",
    ['3: stage "A" needs exactly one of steps, stages, parallel, and has steps and stages'],
  ],
  [
    "an agent around parallel stages, and parallel stages in parallel stages",
    "agent any\nstages { stage('A') { agent any\nparallel { stage('B') {\nparallel { stage('C') { steps { echo 'c' } } } } } } }",
    [
      '3: stage "A" has parallel stages, so it can have no agent: give each of them one',
      '5: stage "B" is parallel itself, so it can hold no parallel stages',
    ],
  ],
  [
    "two stages of one name",
    "agent any\nstages { stage('A') { steps { echo 'a' } }\nstage('A') { steps { echo 'b' } } }",
    ['4: duplicate stage name "A" in stages'],
  ],
  [
    "a step that is not known",
    "agent any\nstages { stage('A') { steps {\nshell 'make'\n} } }",
    [`4: unknown step or function "shell" in steps of stage "A"; steps: ${STEPS}`],
  ],
  [
    "a step that is not known in a script and in a function",
    "agent any\nstages { stage('A') { steps { script {\nif (true) { bat 'make' }\n} } } }\n}\nvoid build(Closure body) {\ncmake()\nbody()",
    [
      `8: unknown step or function "cmake" in Groovy code; steps: ${STEPS}; functions of this file: build`,
      `4: unknown step or function "bat" in Groovy code; steps: ${STEPS}; functions of this file: build`,
    ],
  ],
  [
    "a step that declarative Jenkins forbids",
    "agent any\nstages { stage('A') { steps {\nparallel(a: { echo 'a' })\n} } }",
    ['4: step "parallel" is not allowed in steps of stage "A": parallel stages belong to a "parallel" section'],
  ],
  [
    "Groovy code in steps",
    "agent any\nstages { stage('A') { steps {\nenv.A = 'a'\n} } }",
    ['4: this is no step, and steps of stage "A" holds nothing else; put it into script { ... }: (env.A = a)'],
  ],
  [
    "a step without what it needs",
    "agent any\nstages { stage('A') { steps {\nwriteFile file: 'a'\nretry(2)\nsh returnStdout: true\n} } }",
    [
      '4: "writeFile" in steps of stage "A" has no "text"; it takes: file (required), text (required), encoding',
      '5: "retry" in steps of stage "A" needs a block',
      '6: "sh" in steps of stage "A" has no "script"; it takes: script (required), returnStdout, returnStatus, label, encoding',
    ],
  ],
  [
    "arguments that a step does not take",
    "agent any\nstages { stage('A') { steps {\nsh script: 'a', returnstdout: true\nwithCredentials([sshUserPrivateKey(credentialsId: 'a')]) { echo 'a' }\nwriteFile 'a', 'b'\necho('a') { }\n} } }",
    [
      '4: unknown argument "returnstdout" in "sh" in steps of stage "A"; allowed: encoding, label, returnStatus, returnStdout, script',
      '5: unknown binding "sshUserPrivateKey" in "withCredentials" in steps of stage "A"; allowed: file, string, usernamePassword',
      '6: "writeFile" in steps of stage "A" takes arguments with names: file (required), text (required), encoding',
      '7: "echo" in steps of stage "A" takes no block',
      '7: "echo" in steps of stage "A" is empty: write a step into it or remove it',
    ],
  ],
  [
    "a value of an environment variable that Jenkins does not take",
    "agent any\nenvironment {\nA = params.B\nA = 'b'\nsh 'c'\n}\nstages { stage('A') { steps { echo 'a' } } }",
    [
      '4: "A" in environment of pipeline must be text in quotes, such texts joined by +, or a call; given: params.B',
      '5: environment of pipeline has "A" twice',
      "6: environment of pipeline holds lines of the form NAME = 'value'; given: this.sh(c)",
    ],
  ],
  [
    "an empty section",
    "agent any\nstages { stage('A') { steps { } } }",
    ['3: steps of stage "A" is empty: write a step into it or remove it'],
  ],
  [
    "two sections on a line",
    "agent any\nstages { stage('A') { when { branch 'a' } steps { echo 'a' } } }",
    [
      '3: this can\'t stand in stage "A", outside of steps: this.when({ -> ... }).steps({ -> ... })',
      '3: stage "A" needs exactly one of steps, stages, parallel, and has none of them',
    ],
  ],
  ["a file that is no Groovy", "agent any\nstages {\n)", ["4: unexpected token: )"]],
];

describe.skipIf(WITHOUT_GROOVY)("the runner of a Jenkinsfile", () => {
  const folder = mkdtempSync(join(tmpdir(), "refusals-"));
  const lifetime = new Lifetime();
  let refusals: readonly (readonly string[])[];

  beforeAll(async () => {
    const files = REFUSED.map(([, lines], index) =>
      writeFile(folder, `${index}/Jenkinsfile`, `pipeline {\n${lines}\n}\n`),
    );
    refusals = await checkPipelines(lifetime, folder, [...files, "jenkins/Jenkinsfile"]);
  });
  afterAll(async () => {
    await lifetime.end();
    rmSync(folder, { recursive: true });
  });

  it.each(REFUSED.map(([what, , said], index) => [what, said, index] as const))("refuses %s", (_what, said, index) => {
    expect(refusals[index]?.map((refusal) => refusal.replace("Jenkinsfile:", ""))).toEqual(said);
  });

  it("accepts the Jenkinsfile of this repository", () => {
    expect(refusals.at(-1)).toEqual([]);
    expect(refusals).toHaveLength(REFUSED.length + 1);
  });
});
