import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { whyNoGroovy } from "./groovy";
import { pipeline, run, stage, untilEnded } from "./pipeline.fixtures";

const WITHOUT_GROOVY = whyNoGroovy() !== undefined;

const POD_AGENT = "agent { kubernetes { yamlFile 'pod.yaml'; defaultContainer 'node' } }";

describe.skipIf(WITHOUT_GROOVY)("a pipeline", () => {
  it("runs its stages, and every sh for real, in the workspace of its agent", async () => {
    const { result, status, stages, steps, log, folder } = await run(
      pipeline(`stages {
        ${stage("Write", "steps { sh 'echo written > written.txt; pwd' }")}
        ${stage(
          "Read",
          `steps {
            script {
              env.PRINTED = sh(script: 'cat written.txt source.txt', returnStdout: true).trim()
              env.STATUS = sh(script: 'exit 7', returnStatus: true)
            }
            echo "printed: \${env.PRINTED}, status: \${STATUS}"
          }`,
        )}
      }`),
    );
    expect({ result, status }).toEqual({ result: "SUCCESS", status: 0 });
    expect(stages).toEqual([
      { name: "Write", result: "SUCCESS" },
      { name: "Read", result: "SUCCESS" },
    ]);
    expect(steps).toMatchObject([
      { stage: null, step: "checkout", agent: 1, container: null, post: null, status: 0 },
      { stage: "Write", step: "sh", agent: 1, status: 0 },
      { stage: "Read", step: "sh", script: "cat written.txt source.txt", status: 0 },
      { stage: "Read", step: "sh", script: "exit 7", status: 7 },
      { stage: "Read", step: "echo", status: 0 },
    ]);
    expect(log).toContain(`${folder}/run/agents/1/workspace\n`);
    expect(log).toContain("+ echo written\n");
    expect(log).toContain("printed: written\nfrom the source, status: 7\n");
  });

  it("ends a stage at the first step that fails, skips the later ones, and runs post in the order of Jenkins", async () => {
    const said = (name: string) => `${name} { echo 'post: ${name}' }`;
    const all = ["cleanup", "failure", "unsuccessful", "success", "unstable", "aborted", "changed", "fixed", "always"];
    const { result, status, stages, log, steps } = await run(
      pipeline(`stages {
        ${stage(
          "Outer",
          `stages {
            ${stage("Fails", `steps { sh 'false; echo unreached'\nsh 'echo unreached' }\npost { cleanup { echo 'clean' }\nalways { sh 'exit 3' } }`)}
            ${stage("Inner", "steps { echo 'unreached' }")}
          }
          post { failure { echo "outer: \${currentBuild.currentResult}" } }`,
        )}
        ${stage("Later", "steps { echo 'unreached' }\npost { always { echo 'unreached' } }")}
      }
      post { ${[...all, "regression"].map(said).join("\n")} }`),
      { previousResult: "UNSTABLE" },
    );
    expect({ result, status }).toEqual({ result: "FAILURE", status: 1 });
    expect(stages).toEqual([
      { name: "Outer", result: "FAILURE" },
      { name: "Fails", result: "FAILURE" },
      { name: "Inner", result: "SKIPPED" },
      { name: "Later", result: "SKIPPED" },
    ]);
    expect(log.match(/^post: .*$/gm)).toEqual(
      ["always", "changed", "regression", "unsuccessful", "failure", "cleanup"].map((name) => `post: ${name}`),
    );
    expect(log).toContain("ERROR: script returned exit code 1\n");
    // The post of a stage goes on after one of its conditions failed.
    expect(log).toMatch(/ERROR: script returned exit code 3\n.*post cleanup\nclean\n/);
    expect(log).toContain("outer: FAILURE\n");
    expect(log).not.toMatch(/^unreached/m);
    expect(steps.filter(({ post }) => post === "always").map(({ stage, step }) => [stage, step])).toEqual([
      ["Fails", "sh"],
      [null, "echo"],
    ]);
  });

  it("compares its result with the one before for changed, fixed and regression", async () => {
    const text = pipeline(`stages { ${stage("A", "steps { echo 'a' }")} }
      post { fixed { echo 'post: fixed' }\nchanged { echo 'post: changed' }\nregression { echo 'post: regression' } }`);
    const first = await run(text);
    const same = await run(text, { previousResult: "SUCCESS" });
    const fixed = await run(text, { previousResult: "FAILURE" });
    expect([first, same, fixed].map(({ log }) => log.match(/(?<=^post: ).*$/gm))).toEqual([
      ["changed"],
      null,
      ["changed", "fixed"],
    ]);
  });

  it("takes an error of post into its result, but not one that was retried", async () => {
    const { result, log } = await run(
      pipeline(`stages { ${stage("A", "steps { echo 'a' }")} }
        post { success { error 'in post' }\nfailure { echo 'too late for success' } }`),
    );
    expect(result).toBe("FAILURE");
    expect(log).toMatch(/ERROR: in post\n.*\ntoo late for success\n/);
    const tried = "options { retry(2) }\nsteps { sh 'test -e tried || { touch tried; exit 1; }' }";
    const retried = await run(
      pipeline(`stages { ${stage("A", `${tried}\npost { always { echo "post: \${currentBuild.currentResult}" } }`)} }`),
    );
    expect(retried.log.match(/^post: .*$/gm)).toEqual(["post: FAILURE", "post: SUCCESS"]);
    expect(retried.result).toBe("SUCCESS");
  });

  it("gives each agent a workspace and a home of its own, and each container the programs of its image", async () => {
    const { result, steps, log, archive, folder } = await run(`pipeline {
      agent none
      stages {
        stage('One') {
          ${POD_AGENT}
          steps {
            sh 'mkdir -p .out/deep && node --version > .out/deep/version && echo home > "$HOME/file"'
            sh 'sleep 1000 > /dev/null 2>&1 & echo $! > .out/left'
            container('docker') {
              sh 'test -f .out/deep/version; command -v node || echo no node here'
              container('node') { sh 'command -v node' }
            }
            stash name: 'out', includes: '.out/**'
            archiveArtifacts artifacts: '.out/*/version, nothing/*', fingerprint: true
          }
        }
        stage('Two') {
          ${POD_AGENT}
          options { skipDefaultCheckout() }
          steps {
            sh 'test ! -e "$HOME/file" && test ! -e source.txt && test ! -e .out'
            unstash 'out'
            sh 'cat .out/deep/version; ${untilEnded('"$(cat .out/left)"')}'
            checkout scm
            sh 'cat source.txt'
          }
        }
      }
    }`);
    expect(log).toContain(`${process.version}\n`);
    expect(log).toContain("no node here\n");
    expect(result).toBe("SUCCESS");
    expect(steps.map(({ agent, container, step }) => `${agent} ${container} ${step}`)).toEqual([
      "1 node checkout",
      "1 node sh",
      "1 node sh",
      "1 docker sh",
      "1 node sh",
      "1 node stash",
      "1 node archiveArtifacts",
      "2 node sh",
      "2 node unstash",
      "2 node sh",
      "2 node checkout",
      "2 node sh",
    ]);
    expect(readFileSync(join(archive, ".out/deep/version"), "utf8")).toBe(`${process.version}\n`);
    expect(readdirSync(join(folder, "run/agents"))).toEqual(["1", "2"]);
  });

  it("gives a shell a clean environment: what Jenkins, the job, the parameters and env set, and no more", async () => {
    const { result, log } = await run(
      `pipeline {
        agent none
        parameters { string(name: 'TEXT', defaultValue: 'default')\nbooleanParam(name: 'FLAG', defaultValue: true) }
        environment { A = 'a'\nB = "\${A}-b"\nC = '$B-c' + "\${params.TEXT}" }
        stages {
          stage('One') {
            ${POD_AGENT}
            environment { D = "\${env.A}-d" }
            steps {
              script { env.KEPT = "kept-\${D}" }
              withEnv(['A=inner', 'PATH+MORE=/more']) { sh 'env | grep -v "^_\\\\|^PWD=" | sort' }
            }
          }
          stage('Two') {
            agent any
            steps { sh 'echo "two: $KEPT $A \${D:-no D} $STAGE_NAME"' }
          }
        }
      }`,
      {
        environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
        buildNumber: 7,
        jobName: "team/release",
        commit: "abc",
      },
    );
    const lines = log.split("\n");
    const names = lines.flatMap((line) => /^([A-Za-z_]+)=/.exec(line)?.[1] ?? []);
    expect(result).toBe("SUCCESS");
    expect(names).toEqual(
      [
        ...[
          "A",
          "AWS_ENDPOINT_URL",
          "B",
          "BUILD_DISPLAY_NAME",
          "BUILD_ID",
          "BUILD_NUMBER",
          "BUILD_TAG",
          "BUILD_URL",
          "C",
          "CI",
          "D",
        ],
        ...[
          "FLAG",
          "GIT_COMMIT",
          "HOME",
          "JENKINS_NODE_COOKIE",
          "JOB_BASE_NAME",
          "JOB_NAME",
          "KEPT",
          "NODE_NAME",
          "PATH",
        ],
        ...["STAGE_NAME", "TEXT", "WORKSPACE", "WORKSPACE_TMP"],
      ].sort(),
    );
    for (const line of [
      "A=inner",
      "B=a-b",
      "C=a-b-cdefault",
      "D=a-d",
      "FLAG=true",
      "BUILD_TAG=jenkins-team-release-7",
    ]) {
      expect(lines).toContain(line);
    }
    expect(log).toMatch(/^PATH=\/more:.*\/containers\/node$/m);
    expect(log).toContain("two: kept-a-d a no D Two\n");
  });

  it("never hands a parameter to a shell as anything but text", async () => {
    const text = 'x"; touch pwned; " $(touch pwned) `touch pwned` $HOME \'';
    const { result, log, folder } = await run(
      pipeline(`parameters { string(name: 'TEXT') }
        stages { ${stage("A", `steps { sh 'printf "<%s>\\\\n" "$TEXT"; ls' }`)} }`),
      { parameters: { TEXT: text } },
    );
    expect(result).toBe("SUCCESS");
    expect(log).toContain(`\n<${text}>\n`);
    expect(existsSync(join(folder, "run/agents/1/workspace/pwned"))).toBe(false);
  });

  it("masks secrets in log and record, inside the block that binds them", async () => {
    const { result, log, steps, folder } = await run(
      pipeline(`environment { TOKEN = credentials('token')\nLOGIN = credentials('login') }
        stages { ${stage(
          "A",
          `steps {
            sh 'test "$TOKEN" = "t0ken" && echo "token $TOKEN, $LOGIN_USR, $LOGIN_PSW"'
            withCredentials([usernamePassword(credentialsId: 'login', usernameVariable: 'U', passwordVariable: 'P'),
                             string(credentialsId: 'other', variable: 'S'), file(credentialsId: 'file', variable: 'F')]) {
              sh 'test "$P" = \\'p$HOME w\\' && echo "$U:$P" "$S" && cat "$F" && ls -l "$F"'
              sh "echo \${env.S}"
            }
            sh 'echo "after: \${S:-gone}" && echo 0ther'
          }`,
        )} }`),
      {
        credentials: {
          token: { type: "string", secret: "t0ken" },
          login: { type: "usernamePassword", username: "user", password: "p$HOME w" },
          other: { type: "string", secret: "0ther" },
          file: { type: "file", content: "content\n" },
        },
      },
    );
    expect(result).toBe("SUCCESS");
    expect(log).toContain("token ****, user, ****\n");
    expect(log).toContain("\n**** ****\n");
    expect(log).toMatch(/^content\n.*\n-rw------- /m);
    expect(log).toContain("after: gone\n");
    expect(log).toContain("\n0ther\n");
    expect(steps.map(({ script }) => script)).toContain("echo ****");
    expect(log.replace(/\+ echo 0ther\n0ther\n/, "")).not.toMatch(/t0ken|0ther|p\$HOME w/);
    expect(readdirSync(join(folder, "run/agents/1/workspace@tmp")).filter((name) => name.startsWith("secret"))).toEqual(
      [],
    );
  });
});
