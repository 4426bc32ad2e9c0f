import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { Failure } from "../../tools/failure";
import type { Captured } from "../../tools/processes/capture";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ProcessGroup } from "../../tools/processes/process-group";
import { NAMES_VARIABLE } from "../names/names-file";
import { docker, wordsOf } from "./docker";
import { type ImageSource, removeImagesOf } from "./engine-images";
import { EngineStats } from "./engine-stats";
import {
  type ContainerExit,
  type ContainerSpec,
  OUT_OF_MEMORY,
  type RunningContainer,
  type Runtime,
  StartFault,
} from "./runtime";

const RUN_LABEL = "express-on-ecs.run";

const TASK_LABEL = "express-on-ecs.task";

/** How much longer than its stop timeout the end of a container may take. */
const STOP_BOUND_MS = 60_000;

/** The longest that a timer can be set to. */
const UNBOUND_MS = 2 ** 31 - 1;

const KILLED = 137;

/** Where a container has the folder of names. */
const NAMES_FOLDER = "/run/express-on-ecs-names";

/** What the engine keeps of a container's output: we copy it as it comes. */
const LOG_OPTIONS = ["--log-driver=json-file", "--log-opt=max-size=50m", "--log-opt=max-file=2"];

type Environment = Readonly<Record<string, string>>;

/**
 * Runs each container in the engine that the `docker` command reaches. An image that the engine has is taken as it is; one
 * that it lacks is pulled if the registry of the emulated ECR is to have it, and from nowhere else.
 */
export class DockerRuntime implements Runtime {
  readonly #stats = new EngineStats();

  /**
   * @param lifetime ends the copying of logs
   * @param run tells what a run has left behind from what another one is running: see `removeLeftOvers`
   * @param images where images come from that the engine lacks. @default - nowhere
   * @param names folder with the containers' address book (`names.json`) and the module that reads it (`use-names.mjs`), by
   * which Node programs find the names of AWS. @default - they find none of them
   */
  constructor(
    private readonly lifetime: Lifetime,
    private readonly run: string,
    private readonly images?: ImageSource,
    private readonly names?: string,
  ) {}

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const id = await this.#create(spec);
    try {
      const started = await docker(["start", id]);
      if (started.status !== 0) throw new StartFault(`CannotStartContainerError: ${wordsOf(started)}`);
      const copying = this.#copyLog(id, spec.log);
      const address = await addressOf(id);
      return {
        runtimeId: id,
        ...(address !== undefined && { address }),
        exited: exitOf(id, copying),
        stop: (timeoutMs) => {
          const seconds = Math.ceil(timeoutMs / 1_000);
          void docker(["stop", `--time=${seconds}`, id], { timeoutMs: timeoutMs + STOP_BOUND_MS });
        },
        kill: () => void docker(["kill", id]),
        usage: () => this.#stats.usageOf(id),
      };
    } catch (error) {
      await docker(["rm", "--force", "--volumes", id]);
      throw error;
    }
  }

  /** The environment goes by a file that only we can read: a command line can be read by everybody. */
  async #create(given: ContainerSpec): Promise<string> {
    const spec = this.names === undefined ? given : withNames(given);
    const folder = mkdtempSync(join(tmpdir(), "express-on-ecs-"));
    const environmentFile = join(folder, "environment");
    const env = severalLines(spec.environment);
    const lines = Object.entries(spec.environment).map(([name, value]) => (name in env ? "" : `${name}=${value}\n`));
    try {
      writeFileSync(environmentFile, lines.join(""), { mode: 0o600 });
      const args = createArguments(spec, { run: this.run, environmentFile, names: this.names });
      const create = () => docker(args, { env: { ...process.env, ...env } });
      const { image = "" } = spec.definition;
      let created = await create();
      if (lacksImage(created) && this.images?.has(image)) {
        await this.images.pull(image);
        created = await create();
      }
      if (created.status === 0) return created.stdout.trim();
      const error = lacksImage(created) ? "CannotPullContainerError" : "CannotCreateContainerError";
      throw new StartFault(`${error}: ${wordsOf(created)}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  #copyLog(id: string, log: string): ProcessGroup {
    const file = openSync(log, "a");
    try {
      return this.lifetime.start("docker", ["logs", "--follow", id], { stdio: ["ignore", file, file] });
    } finally {
      closeSync(file);
    }
  }
}

/** Its address in the engine's network; none where it has ended already. */
async function addressOf(id: string): Promise<string | undefined> {
  const format = "--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const address = (await docker(["inspect", format, id])).stdout.trim();
  return isIPv4(address) ? address : undefined;
}

/** By a variable, for the program of a container is its image's affair. */
function withNames(spec: ContainerSpec): ContainerSpec {
  const { NODE_OPTIONS: own } = spec.environment;
  const preload = `--import ${NAMES_FOLDER}/use-names.mjs`;
  const added = {
    NODE_OPTIONS: own === undefined ? preload : `${own} ${preload}`,
    [NAMES_VARIABLE]: `${NAMES_FOLDER}/names.json`,
  };
  return { ...spec, environment: { ...spec.environment, ...added } };
}

export interface CreateOptions {
  /** Name of the run. */
  readonly run: string;
  /** File with the values of one line. */
  readonly environmentFile: string;
  /** Folder of names, to be mounted. @default none */
  readonly names?: string | undefined;
}

/** Arguments of `docker` that make a container as its definition says. */
export function createArguments(
  spec: ContainerSpec,
  { run, environmentFile, names }: CreateOptions,
): readonly string[] {
  const { definition, memoryMiB, cpus, host, ports } = spec;
  const { image = "", entryPoint: [program, ...rest] = [], command = [], linuxParameters } = definition;
  return [
    "create",
    "--pull=never",
    `--label=${RUN_LABEL}=${run}`,
    `--label=${TASK_LABEL}=${spec.taskArn}`,
    ...LOG_OPTIONS,
    `--env-file=${environmentFile}`,
    ...Object.keys(severalLines(spec.environment)).map((name) => `--env=${name}`),
    ...(names === undefined ? [] : [`--mount=type=bind,readonly,source=${names},target=${NAMES_FOLDER}`]),
    ...ports.map(({ containerPort, hostPort }) => `--publish=${host}:${hostPort}:${containerPort}`),
    // No swap: a container that is over its limit is ended, as it is on Fargate.
    ...(memoryMiB ? [`--memory=${memoryMiB}m`, `--memory-swap=${memoryMiB}m`] : []),
    ...(definition.memoryReservation ? [`--memory-reservation=${definition.memoryReservation}m`] : []),
    ...(cpus ? [`--cpus=${cpus}`] : definition.cpu ? [`--cpu-shares=${definition.cpu}`] : []),
    ...(definition.user ? [`--user=${definition.user}`] : []),
    ...(definition.workingDirectory ? [`--workdir=${definition.workingDirectory}`] : []),
    ...(definition.readonlyRootFilesystem ? ["--read-only"] : []),
    ...(linuxParameters?.initProcessEnabled ? ["--init"] : []),
    ...temporaryFileSystems(definition),
    ...(definition.ulimits ?? []).map(({ name, softLimit, hardLimit }) => `--ulimit=${name}=${softLimit}:${hardLimit}`),
    ...(program === undefined ? [] : [`--entrypoint=${program}`]),
    image,
    ...rest,
    ...command,
  ];
}

function temporaryFileSystems({ linuxParameters }: ContainerDefinition): readonly string[] {
  const { tmpfs = [] } = linuxParameters ?? {};
  return tmpfs.map(
    ({ containerPath, size, mountOptions = [] }) =>
      `--tmpfs=${containerPath}:${[`size=${size}m`, ...mountOptions].join(",")}`,
  );
}

/** Values of several lines: no environment file can hold them, so they go by the environment of the `docker` command. */
export function severalLines(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => /[\r\n]/.test(value)));
}

/** Makes sure that an engine answers. @throws Failure that says how to mend it */
export async function requireEngine(): Promise<void> {
  const version = await docker(["version", "--format={{.Server.Version}}"]);
  if (version.status === 0) return;
  throw new Failure(
    `--runtime docker needs a container engine, but none answers: ${wordsOf(version)}\nstart it, name another one by DOCKER_HOST, or leave --runtime out: then tasks run as Node processes`,
  );
}

/**
 * Removes the containers and images of runs that are gone: nobody ends them when a run is killed. Gives how many containers
 * there were.
 *
 * @param isGone whether the run of this name is gone
 */
export async function removeLeftOvers(isGone: (run: string) => boolean): Promise<number> {
  const listed = await docker([
    "ps",
    "--all",
    `--filter=label=${RUN_LABEL}`,
    `--format={{.ID}} {{.Label "${RUN_LABEL}"}}`,
  ]);
  const lines = listed.stdout.trim().split("\n").filter(Boolean);
  const left = lines.map((line) => line.split(" ")).filter(([, run = ""]) => isGone(run));
  if (left.length > 0) await docker(["rm", "--force", "--volumes", ...left.map(([id = ""]) => id)]);
  await removeImagesOf(isGone);
  return left.length;
}

/** How a container ended, once its last lines are in the log; removes it. */
async function exitOf(id: string, copying: ProcessGroup): Promise<ContainerExit> {
  await copying.exited;
  // Whoever copies its log can end before it does.
  await docker(["wait", id], { timeoutMs: UNBOUND_MS });
  const { stdout } = await docker(["inspect", "--format={{.State.ExitCode}} {{.State.OOMKilled}}", id]);
  const [exitCode, outOfMemory] = stdout.trim().split(" ");
  void docker(["rm", "--force", "--volumes", id]);
  return {
    exitCode: exitCode ? Number(exitCode) : KILLED,
    ...(outOfMemory === "true" && { reason: OUT_OF_MEMORY }),
  };
}

function lacksImage(created: Captured): boolean {
  return created.status !== 0 && /no such image/i.test(wordsOf(created));
}
