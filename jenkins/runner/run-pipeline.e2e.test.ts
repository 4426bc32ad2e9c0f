import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeScript } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { containerFolders } from "./containers";
import { groovy, whyNoGroovy } from "./groovy";
import { pipeline, run, stage } from "./pipeline.fixtures";

const WITHOUT_GROOVY = whyNoGroovy() !== undefined;

const PARAMETERS = `parameters {
  string(name: 'TEXT', defaultValue: 'default', trim: true)
  choice(name: 'SIZE', choices: ['small', 'large'])
  booleanParam(name: 'FLAG', defaultValue: true)
}`;

const ECHO = stage(
  "A",
  `steps { echo "<\${params.TEXT}> \${params.SIZE} \${params.FLAG.class.simpleName} \${env.FLAG}" }`,
);

describe.skipIf(WITHOUT_GROOVY)("a run of a pipeline", () => {
  it("that is refused executes nothing, and says why", async () => {
    const { result, status, refusals, stages, steps, log, folder } = await run(
      `new File("\${System.getProperty('user.dir')}/executed").text = ''\n${pipeline(`stagse { }\nstages { ${ECHO} }`)}`,
    );
    expect({ result, status, stages, steps }).toEqual({ result: "NOT_BUILT", status: 2, stages: [], steps: [] });
    expect(refusals).toEqual([
      'Jenkinsfile:4: unknown section "stagse" in pipeline; allowed: agent, environment, options, parameters, post, stages, triggers',
    ]);
    expect(log).toBe(`${refusals[0]}\n`);
    expect(() => readFileSync(join(folder, "run/executed"))).toThrow("ENOENT");
  });

  it("gives the parameters their defaults, or the values of the caller", async () => {
    const text = pipeline(`${PARAMETERS}\nstages { ${ECHO} }`);
    const defaults = await run(text);
    const given = await run(text, { parameters: { TEXT: "  a b ", SIZE: "large", FLAG: "false" } });
    expect(defaults.log).toContain("\n<default> small Boolean true\n");
    expect(given.log).toContain("\n<a b> large Boolean false\n");
  });

  it.each([
    [
      "that is not declared",
      { OTHER: "x" },
      'Jenkinsfile: parameter "OTHER" is not declared; declared: TEXT, SIZE, FLAG',
    ],
    [
      "that is not a choice",
      { SIZE: "huge" },
      'Jenkinsfile: parameter "SIZE" must be one of small, large; given: huge',
    ],
    ["that is no boolean", { FLAG: "yes" }, 'Jenkinsfile: parameter "FLAG" must be true or false; given: yes'],
  ])("refuses a parameter %s", async (_what, parameters, refusal) => {
    const { status, refusals, steps } = await run(pipeline(`${PARAMETERS}\nstages { ${ECHO} }`), { parameters });
    expect({ status, refusals, steps }).toEqual({ status: 2, refusals: [refusal], steps: [] });
  });

  it("refuses a container that the definition of the pod does not have, and a definition that is not there", async () => {
    const agent = (file: string) => `agent { kubernetes {\nyamlFile '${file}'\ndefaultContainer 'nod'\n} }`;
    const steps = "steps { container('docker') { echo 'a' }\ncontainer('prepare') { echo 'a' } }";
    const unknown = await run(`pipeline { ${agent("pod.yaml")}\nstages { ${stage("A", steps)} } }`);
    const missing = await run(`pipeline { ${agent("pods.yaml")}\nstages { ${stage("A", steps)} } }`);
    expect(unknown.refusals).toEqual([
      'Jenkinsfile:3: unknown container "nod" in the definition of the pod; allowed: docker, node',
      'Jenkinsfile:7: unknown container "prepare" in the definition of the pod; allowed: docker, node',
    ]);
    expect(missing.refusals).toEqual(['Jenkinsfile:2: yamlFile: there is no file "pods.yaml" in the source']);
  });

  it("fails where a container is not known before the pipeline runs, or nobody said what it has", async () => {
    const { result, log } = await run(
      `pipeline { agent none
        stages { stage('A') {
          agent { kubernetes { yaml "spec:\\n  containers:\\n  - name: \${'node'}" } }
          steps { container("\${'docker'}") { sh 'true' } } } } }`,
    );
    const untold = await run(
      "pipeline { agent { kubernetes { yamlFile 'pod.yaml' } }\nstages { stage('A') { steps { sh 'true'\ncontainer('docker') { sh 'true' } } } } }",
      {
        containers: { node: [] },
      },
    );
    expect(result).toBe("FAILURE");
    expect(log).toContain('ERROR: the pod has no container "docker"; it has: node, jnlp\n');
    expect(untold.scripts).toEqual(["true"]);
    expect(untold.log).toContain(
      'ERROR: the runner was not told which programs the container "docker" has; it knows: node\n',
    );
  });

  it("needs Java, Groovy and the programs of its containers", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "bin"));
    const lifetime = testLifetime();
    await expect(groovy(lifetime, { PATH: folder })).rejects.toThrow(
      "there is no Java to run a Jenkinsfile with, in JAVA_HOME or on the PATH: install one (Debian: default-jre-headless)",
    );
    writeScript(folder, "bin/java", "exit 0");
    await expect(groovy(lifetime, { PATH: folder, JAVA_HOME: folder })).rejects.toThrow(
      "there is no Groovy to run a Jenkinsfile with on the PATH: install one (Debian: groovy, without recommended packages)",
    );
    expect(() => containerFolders(folder, { "aws-cli": ["aws"] }, folder)).toThrow(
      'container "aws-cli" needs the program "aws", which is not on the PATH: install it',
    );
  });
});
