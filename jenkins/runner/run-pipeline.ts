/**
 * Runs a declarative Jenkinsfile on this machine, for tests: structure, steps, agents, `when`, `input` and `post` as Jenkins
 * has them, and every `sh` for real.
 *
 * What it cannot show: whether Jenkins' transformation into continuations can run and save the Groovy code (CPS), what the
 * script sandbox forbids, and what plugins do beyond what is written down in groovy/Known.groovy. Containers are search paths
 * on this machine, with no file system, user, or limit of their own; parallel stages run one after another.
 */
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Lifetime } from "../../tools/processes/lifetime";
import { containerFolders } from "./containers";
import { groovy } from "./groovy";
import { eventsOf, type RecordEvent, type Result, readRecord } from "./record";

const MAIN = "runner.Main";

/** Where a step runs in no container, or in the one that the kubernetes plugin adds. */
const SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const CLONE = 'git clone --quiet "$SOURCE" .';

export type Credential =
  | { readonly type: "usernamePassword"; readonly username: string; readonly password: string }
  | { readonly type: "string"; readonly secret: string }
  | { readonly type: "file"; readonly content: string };

/** What the person says whom a pipeline asks; to `wait` is to say nothing, until a time limit or the end. */
export interface InputAnswer {
  readonly answer: "approve" | "abort" | "wait";
  readonly submitter?: string;
  /** @default the defaults of the input */
  readonly parameters?: Readonly<Record<string, string | boolean>>;
}

export interface PipelineOptions {
  readonly jenkinsfile: string;
  /** Folder of the source: `yamlFile` is read from it, and `checkout` finds it in `SOURCE`. */
  readonly source: string;
  /** Folder of the run, which holds workspaces, log, record and archive. Made if it is not there. */
  readonly folder: string;
  readonly lifetime: Lifetime;
  /** Shell command that fills a new workspace. @default clones `SOURCE` with git */
  readonly checkout?: string;
  /** @default the defaults of the Jenkinsfile */
  readonly parameters?: Readonly<Record<string, string | boolean>>;
  /** Environment of the job, beside the variables of Jenkins itself. @default empty */
  readonly environment?: Readonly<Record<string, string>>;
  /** By their ids. @default none */
  readonly credentials?: Readonly<Record<string, Credential>>;
  /** The programs of each container of the pods, see {@link containerFolders}. @default none */
  readonly containers?: Readonly<Record<string, readonly string[]>>;
  /** @default nobody answers: a pipeline that asks fails */
  readonly input?: InputAnswer;
  /** @default there was no build before */
  readonly previousResult?: Result;
  /** @default 1 */
  readonly buildNumber?: number;
  /** @default "job" */
  readonly jobName?: string;
  /** Branch of the source, for `when { branch }`. @default the job knows of none */
  readonly branch?: string;
  /** Files that changed since the build before, for `when { changeset }`. @default none */
  readonly changedFiles?: readonly string[];
  /** Class of the cause of the build, for `when { triggeredBy }`. @default "UserIdCause" */
  readonly cause?: string;
  /** `GIT_COMMIT`. @default not set */
  readonly commit?: string;
  /** `GIT_PREVIOUS_SUCCESSFUL_COMMIT`. @default not set */
  readonly previousCommit?: string;
  /** Ends the build as the button of Jenkins does: what runs is ended, `post` is run. */
  readonly signal?: AbortSignal;
}

export interface PipelineRun {
  /** `NOT_BUILT` where the Jenkinsfile or a parameter was refused. */
  readonly result: Result;
  /** Exit status of the runner: 0 for SUCCESS, 2 where it was refused, 1 for everything else. */
  readonly status: number;
  readonly log: string;
  /** Why it was refused: nothing of it was executed then. */
  readonly refusals: readonly string[];
  /** In the order in which they began. */
  readonly stages: readonly { readonly name: string; readonly result: Result | "SKIPPED" }[];
  readonly steps: readonly Omit<Extract<RecordEvent, { event: "step" }>, "event">[];
  readonly inputs: readonly Omit<Extract<RecordEvent, { event: "input" }>, "event">[];
  /** `currentBuild.description`. */
  readonly description: string | undefined;
  /** `currentBuild.displayName`. */
  readonly displayName: string | undefined;
  /** Folder of what was archived; it is not there where nothing was. */
  readonly archive: string;
}

/**
 * Runs a Jenkinsfile to its end.
 *
 * @throws Failure where Java, Groovy or a program of a container is missing
 * @throws Interrupted when the lifetime ends first
 */
export async function runPipeline(options: PipelineOptions): Promise<PipelineRun> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const { status, events } = await runMain(options.lifetime, folder, configOf(options, folder), options.signal);
  const refusals = eventsOf(events, "refused").flatMap((event) => event.refusals);
  const [end] = eventsOf(events, "end");
  if (!end && refusals.length === 0) throw new Error(`the runner ended with the build: ${outputOf(folder)}`);
  const stages = [...eventsOf(events, "stage")].sort((one, other) => one.index - other.index);
  return {
    result: end?.result ?? "NOT_BUILT",
    status,
    log: readFileSync(join(folder, "log.txt"), "utf8"),
    refusals,
    stages: stages.map(({ name, result }) => ({ name, result })),
    steps: eventsOf(events, "step").map(({ event: _, ...step }) => step),
    inputs: eventsOf(events, "input").map(({ event: _, ...input }) => input),
    description: end?.description ?? undefined,
    displayName: end?.displayName ?? undefined,
    archive: join(folder, "archive"),
  };
}

/** What is refused of each of several Jenkinsfiles; nothing is executed. */
export async function checkPipelines(
  lifetime: Lifetime,
  folder: string,
  files: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const { status, events } = await runMain(lifetime, folder, { folder, check: files.map((file) => resolve(file)) });
  if (status !== 0) throw new Error(`the runner could not read the files: ${outputOf(folder)}`);
  return eventsOf(events, "refused").map(({ refusals }) => refusals);
}

async function runMain(
  lifetime: Lifetime,
  folder: string,
  config: object,
  signal?: AbortSignal,
): Promise<{ status: number; events: readonly RecordEvent[] }> {
  const { java, arguments: javaArguments } = await groovy(lifetime);
  const output = openSync(join(folder, "runner.txt"), "w");
  const group = lifetime.start(java, [...javaArguments, MAIN], { cwd: folder, stdio: ["pipe", output, output] });
  closeSync(output);
  // It may end before it has read what is written: the exit status says so.
  group.child.stdin?.on("error", () => undefined);
  group.child.stdin?.write(`${JSON.stringify(config)}\n`);
  const abort = () => void group.child.kill("SIGTERM");
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  try {
    const { status } = await lifetime.until(group.exited);
    return { status: status ?? 1, events: readRecord(join(folder, "record.jsonl")) };
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function configOf(options: PipelineOptions, folder: string): object {
  return {
    jenkinsfile: resolve(options.jenkinsfile),
    source: resolve(options.source),
    folder,
    checkout: options.checkout ?? CLONE,
    parameters: options.parameters ?? {},
    environment: { ...environmentOf(options), ...options.environment },
    credentials: options.credentials ?? {},
    containers: containerFolders(join(folder, "containers"), options.containers ?? {}),
    path: SEARCH_PATH,
    input: options.input,
    previousResult: options.previousResult,
    buildNumber: options.buildNumber ?? 1,
    branch: options.branch,
    changedFiles: options.changedFiles ?? [],
    cause: options.cause ?? "UserIdCause",
  };
}

/** The variables that Jenkins and its git plugin give to every build. */
function environmentOf(options: PipelineOptions): Readonly<Record<string, string>> {
  const { buildNumber = 1, jobName = "job", branch, commit, previousCommit } = options;
  const number = String(buildNumber);
  return {
    BUILD_DISPLAY_NAME: `#${number}`,
    BUILD_ID: number,
    BUILD_NUMBER: number,
    BUILD_TAG: `jenkins-${jobName.replaceAll("/", "-")}-${number}`,
    BUILD_URL: `http://jenkins.invalid/job/${jobName.replaceAll("/", "/job/")}/${number}/`,
    CI: "true",
    JOB_BASE_NAME: jobName.split("/").at(-1) ?? jobName,
    JOB_NAME: jobName,
    ...(branch && { BRANCH_NAME: branch }),
    ...(commit && { GIT_COMMIT: commit }),
    ...(previousCommit && { GIT_PREVIOUS_SUCCESSFUL_COMMIT: previousCommit }),
  };
}

function outputOf(folder: string): string {
  return readFileSync(join(folder, "runner.txt"), "utf8").trim();
}
