import { join } from "node:path";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { BASIC_PROGRAMS } from "./containers";
import { type PipelineOptions, type PipelineRun, runPipeline } from "./run-pipeline";

const POD = `apiVersion: v1
kind: Pod
spec:
  # containers:
  volumes:
    - name: cache
  initContainers:
    - name: prepare
      image: busybox
  containers:
    - name: node
      image: node:24
      env:
        - name: HOME
          value: /home/node
    - image: docker:cli
      name: "docker" # the client only
  serviceAccountName: build
`;

/** A pipeline that ran in a test, and the folder of its run. */
export interface TestRun extends PipelineRun {
  readonly folder: string;
  /** What shells ran, in their order. */
  readonly scripts: readonly string[];
}

/**
 * Runs the text of a Jenkinsfile on a source that holds `pod.yaml` (containers node and docker) and `source.txt`.
 *
 * @param onFolder is told the folder of the run before it begins
 */
export async function run(
  jenkinsfile: string,
  options: Partial<PipelineOptions> = {},
  onFolder: (folder: string) => void = () => undefined,
): Promise<TestRun> {
  const folder = temporaryFolder();
  onFolder(join(folder, "run"));
  const source = join(folder, "source");
  writeFile(source, "pod.yaml", POD);
  writeFile(source, "source.txt", "from the source\n");
  const pipeline = await runPipeline({
    jenkinsfile: writeFile(folder, "Jenkinsfile", jenkinsfile),
    source,
    folder: join(folder, "run"),
    lifetime: testLifetime(),
    checkout: 'cp -a "$SOURCE/." .',
    containers: { node: [...BASIC_PROGRAMS, "node"], docker: BASIC_PROGRAMS },
    ...options,
  });
  const scripts = pipeline.steps.flatMap(({ step, script }) => (step === "sh" && script !== null ? [script] : []));
  return { ...pipeline, folder, scripts };
}

/**
 * Shell commands that wait until a process has ended, and fail where it does not. What was killed ends in its own time, and
 * stays a zombie where nobody collects it.
 */
export function untilEnded(pid: string): string {
  const runs = `grep -qs "State:.[^Z]" /proc/${pid}/status`;
  return `left=600; while ${runs}; do test $((left -= 1)) -gt 0; sleep 0.1; done`;
}

/** A pipeline on any agent, of these sections. */
export function pipeline(sections: string): string {
  return `pipeline {\nagent any\n${sections}\n}\n`;
}

/** A stage of these sections. */
export function stage(name: string, sections: string): string {
  return `stage('${name}') {\n${sections}\n}\n`;
}
