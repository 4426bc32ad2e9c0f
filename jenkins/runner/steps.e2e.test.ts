import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { descendants, isRunning } from "../../tools/processes/descendants";
import { Lifetime } from "../../tools/processes/lifetime";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { whyNoGroovy } from "./groovy";
import { pipeline, run, stage, type TestRun, untilEnded } from "./pipeline.fixtures";

const WITHOUT_GROOVY = whyNoGroovy() !== undefined;

/** A shell that tells its process id and that of a child, and does not want to end. */
const ENDLESS = `sh 'trap "" TERM; sleep 1000 & echo $! > child; echo $$ > shell; wait; sleep 1000'`;

function pidsIn(folder: string): readonly number[] {
  return ["child", "shell"].map((name) => Number(readFileSync(join(folder, "agents/1/workspace", name), "utf8")));
}

describe.skipIf(WITHOUT_GROOVY)("steps", () => {
  // The limits leave a shell that has a slow start the time to do what it is to do before it is ended.
  it("retry and timeout: what fails or takes too long inside a retry is tried again, what is outside ends it", async () => {
    const { result, stages, log, scripts, steps, folder } = await run(
      pipeline(`stages {
        ${stage("Retried", `steps { retry(3) { sh 'echo x >> tries; test $(wc -l < tries) -eq 3' } }`)}
        ${stage("Slow", `steps { retry(2) { timeout(time: 10, unit: 'SECONDS') { sh 'test -e slow && exit 0; touch slow; sleep 1000' } } }`)}
        ${stage(
          "Over",
          `options { timeout(time: 10, unit: 'SECONDS')\nretry(3) }
          steps { ${ENDLESS} }
          post { always { sh '${untilEnded('"$(cat child)"')}; echo post of the stage' } }`,
        )}
        ${stage("Later", "steps { echo 'unreached' }")}
      }
      post { aborted { echo 'post: aborted' } }`),
    );
    expect(result).toBe("ABORTED");
    expect(stages.map(({ result }) => result)).toEqual(["SUCCESS", "SUCCESS", "ABORTED", "SKIPPED"]);
    expect(scripts.filter((script) => script.includes("tries"))).toHaveLength(3);
    expect(scripts.filter((script) => script.includes("slow"))).toHaveLength(2);
    expect(scripts.filter((script) => script.includes("trap"))).toHaveLength(1);
    expect(steps.find(({ script }) => script?.includes("trap"))?.status).toBe(null);
    expect(log).toMatch(/post of the stage\n(.*\n)*post: aborted\n/);
    await haveEnded(pidsIn(join(folder, "run")));
  });

  it("on files work in their folder, and say which file or stash there is not", async () => {
    const { result, log, archive } = await run(
      pipeline(
        `stages { ${stage(
          "A",
          `steps {
          dir('deep/er') {
            writeFile file: 'a/b.txt', text: 'text'
            sh 'pwd; ls a'
            script { env.TEXT = readFile('a/b.txt') + fileExists('a/b.txt') + fileExists('c') }
          }
          echo "\${TEXT}"
          archiveArtifacts 'deep/**'
          archiveArtifacts artifacts: 'none/*', allowEmptyArchive: true
          dir('deep') { deleteDir() }
          script {
            for (broken in [{ readFile('deep/er/a/b.txt') }, { unstash('none') }, { stash(name: 's', includes: 'none/*') },
                            { archiveArtifacts('none/*') }, { container('node') { echo 'unreached' } }]) {
              catchError(buildResult: 'SUCCESS') { broken() }
            }
          }
        }`,
        )} }`,
      ),
    );
    expect(result).toBe("SUCCESS");
    expect(log).toMatch(/workspace\/deep\/er\n.*\nb.txt\ntexttruefalse\n/);
    expect(readFileSync(join(archive, "deep/er/a/b.txt"), "utf8")).toBe("text");
    expect(log.match(/(?<=^ERROR: ).*$/gm)).toEqual([
      expect.stringMatching(/^readFile: there is no file .*deep\/er\/a\/b.txt$/),
      "No such saved stash 'none'",
      "No files included in stash 's'",
      'No artifacts found that match the file pattern "none/*". Configuration error?',
      'container "node": the agent is no pod',
    ]);
  });

  it("unstable and catchError go on, and tell it of stage and build", async () => {
    const { result, status, stages, log, description, displayName } = await run(
      pipeline(`options { skipStagesAfterUnstable() }
        stages {
          ${stage("Caught", "steps { catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE', message: 'caught') { error 'inside' }\necho 'went on' }")}
          ${stage(
            "Unstable",
            `steps {
              unstable 'so so'
              script {
                currentBuild.description = 'described'
                currentBuild.displayName = "#\${currentBuild.number} \${currentBuild.currentResult}"
                currentBuild.result = 'SUCCESS'
              }
            }
            post { unstable { echo 'post: unstable' } }`,
          )}
          ${stage("Later", "steps { echo 'unreached' }")}
        }`),
    );
    expect({ result, status }).toEqual({ result: "UNSTABLE", status: 1 });
    expect({ description, displayName }).toEqual({ description: "described", displayName: "#1 UNSTABLE" });
    expect(stages.map(({ result }) => result)).toEqual(["FAILURE", "UNSTABLE", "SKIPPED"]);
    expect(log).toMatch(/caught\nERROR: inside\nwent on\n/);
    expect(log).toContain("post: unstable\n");
  });

  it("that need an agent fail where there is none", async () => {
    const { result, log, steps } = await run(
      "pipeline { agent none\nstages { stage('A') { steps { echo 'needs none'\nsh 'touch file' } } } }",
    );
    expect(result).toBe("FAILURE");
    expect(log).toContain(
      'ERROR: Required context class hudson.FilePath is missing: "sh" needs an agent, and there is none around it\n',
    );
    expect(steps.map(({ step }) => step)).toEqual(["echo"]);
  });

  it("of parallel stages all run, or none after the first that failed with failFast", async () => {
    const three = (failFast: string) => `${failFast}\nparallel {
      ${stage("A", "steps { echo 'a' }")} ${stage("B", "steps { error 'b' }")} ${stage("C", "steps { echo 'c' }")}
    }\npost { failure { echo 'post of the parallel stages' } }`;
    const text = (failFast: string) => pipeline(`stages { ${stage("Parallel", three(failFast))} }`);
    const slow = await run(text(""));
    const fast = await run(text("failFast true"));
    const results = ({ stages }: TestRun) => stages.map(({ name, result }) => `${name} ${result}`);
    expect(results(slow)).toEqual(["Parallel FAILURE", "A SUCCESS", "B FAILURE", "C SUCCESS"]);
    expect(results(fast)).toEqual(["Parallel FAILURE", "A SUCCESS", "B FAILURE", "C ABORTED"]);
    expect(slow.log).toContain("post of the parallel stages\n");
  });

  it("of functions of the file run as if they stood in the stage", async () => {
    const { result, log } = await run(
      `${pipeline(`stages { ${stage("A", "steps { around('x') { sh 'echo \"in $NAME\"' }\nscript { echo twice(2) } }")} }`)}
      void around(String name, Closure body) { withEnv(["NAME=\${name}"]) { retry(1) { body() } } }
      def twice(int count) { def text = "\${count * 2} \${env.JOB_NAME}"\nreturn text }`,
    );
    expect(result).toBe("SUCCESS");
    expect(log).toContain("\nin x\n");
    expect(log).toContain("\n4 job\n");
  });
});

describe.skipIf(WITHOUT_GROOVY)("a build that is ended", () => {
  it("by its button ends what runs, runs post, and leaves no process behind", async () => {
    const button = new AbortController();
    const text =
      pipeline(`stages { ${stage("A", `steps { retry(3) { ${ENDLESS} } }\npost { always { sh 'echo post of the stage' } }`)} }
      post { aborted { echo 'post: aborted' } }`);
    const { result, log, folder, scripts } = await runUntil(text, { signal: button.signal }, () => button.abort());
    expect(result).toBe("ABORTED");
    expect(scripts).toHaveLength(2);
    expect(log).toMatch(/ERROR: Aborted by SIGTERM\n(.*\n)*post of the stage\n(.*\n)*post: aborted\n/);
    await haveEnded(pidsIn(join(folder, "run")));
  });

  it("with its runner, by a signal that nobody can hear, leaves no process behind", async () => {
    const lifetime = new Lifetime();
    let pids: readonly number[] = [];
    const ended = runUntil(pipeline(`stages { ${stage("A", `steps { ${ENDLESS} }`)} }`), { lifetime }, (folder) => {
      pids = pidsIn(folder);
      lifetime.kill();
    });
    await expect(ended).rejects.toThrow("interrupted");
    expect(pids).toHaveLength(2);
    await haveEnded(pids);
  });

  it("by the death of who wanted it leaves no process behind", async () => {
    const folder = temporaryFolder();
    const jenkinsfile = writeFile(folder, "Jenkinsfile", pipeline(`stages { ${stage("A", `steps { ${ENDLESS} }`)} }`));
    const program = writeFile(
      folder,
      "program.ts",
      `import { runPipeline } from ${JSON.stringify(resolve("jenkins/runner/run-pipeline.ts"))};
      import { Lifetime } from ${JSON.stringify(resolve("tools/processes/lifetime.ts"))};
      const [jenkinsfile = "", folder = ""] = process.argv.slice(2);
      void runPipeline({ jenkinsfile, source: folder, folder: folder + "/run", lifetime: new Lifetime(), checkout: "true" });`,
    );
    const lifetime = testLifetime();
    const group = lifetime.start(process.execPath, ["--import", "tsx", program, jenkinsfile, folder]);
    const run = join(folder, "run");
    while (!isTold(run) && isRunning(group.pid ?? 0)) await sleep(25);
    const runner = descendants(group.pid ?? 0);
    // Not the group: what is left has to notice by itself.
    group.child.kill("SIGKILL");
    expect(runner.length).toBeGreaterThanOrEqual(3);
    await haveEnded(runner);
  });
});

/** What was killed ends in its own time, and the runner needs a moment to notice that nobody wants it any more. */
async function haveEnded(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isRunning), { timeout: 60_000 }).toEqual([]);
}

function isTold(folder: string): boolean {
  return existsSync(join(folder, "agents/1/workspace/shell")) && pidsIn(folder).every((pid) => pid > 0);
}

/** Runs a pipeline, and does something to it when its endless shell runs. */
async function runUntil(
  text: string,
  options: NonNullable<Parameters<typeof run>[1]>,
  then: (folder: string) => void,
): Promise<TestRun> {
  let going = true;
  let folder = "";
  const ended = run(text, options, (given) => {
    folder = given;
  }).finally(() => {
    going = false;
  });
  ended.catch(() => undefined);
  while (going && !isTold(folder)) await sleep(25);
  then(folder);
  return ended;
}
