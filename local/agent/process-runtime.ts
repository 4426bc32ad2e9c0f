import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ProcessGroup } from "../../tools/processes/process-group";
import { NAMES_MODULE, NAMES_VARIABLE } from "../names/names-file";
import { cpuOf, cpuOfChildren, neverFalling } from "./cpu";
import { memoryOf, memoryOfChildren } from "./memory";
import {
  type ContainerExit,
  type ContainerSpec,
  OUT_OF_MEMORY,
  type RunningContainer,
  type Runtime,
  StartFault,
} from "./runtime";

/** What the image of an app runs by default (apps/service-a/Dockerfile). */
const IMAGE_COMMAND = ["node", "--enable-source-maps", "main.cjs"];

const MEMORY_INTERVAL_MS = 250;

/** By /proc. */
const IS_MEASURED = process.platform === "linux";

const BYTES_PER_MIB = 1_024 ** 2;

const EXIT_WITH_PARENT = fileURLToPath(new URL("../../tools/processes/exit-with-parent.mjs", import.meta.url));

const RUN_WITH_PARENT = fileURLToPath(new URL("run-with-parent.mjs", import.meta.url));

export interface ProcessRuntimeOptions {
  readonly lifetime: Lifetime;
  /** Folder of the bundle (`main.cjs`) that was built for an image reference; `undefined` where there is none. */
  readonly bundleOf: (image: string) => string | undefined;
  /** Address book of the run, by which Node programs find the names of AWS. @default - they find none of them */
  readonly names?: string;
}

/**
 * Runs each container as a process: a bundle stands for its image. The process has the container's environment and
 * nothing of the shell's but the search path, and ends with us even when we are killed. Its memory limit is watched on
 * Linux. A process cannot be held to a CPU limit, to another user or to a read-only root, and has neither volumes nor the
 * task metadata endpoint (ECS_CONTAINER_METADATA_URI_V4): for those there is the docker runtime.
 */
export class ProcessRuntime implements Runtime {
  constructor(private readonly options: ProcessRuntimeOptions) {}

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const { image = "", entryPoint, command } = spec.definition;
    const folder = this.options.bundleOf(image);
    if (folder === undefined) throw new StartFault(cannotPull(image));
    const [program = "", ...args] = argvOf(entryPoint, command);
    const isNode = program === "node";
    const { names } = this.options;
    const preloaded = [EXIT_WITH_PARENT, ...(names === undefined ? [] : [NAMES_MODULE])];
    const argv = isNode
      ? [...preloaded.flatMap((module) => ["--import", module]), ...args]
      : [RUN_WITH_PARENT, program, ...args];
    const file = openSync(spec.log, "a");
    let group: ProcessGroup;
    try {
      group = this.options.lifetime.start(process.execPath, argv, {
        cwd: folder,
        env: { ...environmentOf(spec), ...(names !== undefined && { [NAMES_VARIABLE]: names }) },
        stdio: ["ignore", file, file, "ipc"],
      });
    } finally {
      closeSync(file);
    }
    const { pid } = group;
    if (pid === undefined) throw new StartFault(`CannotStartContainerError: ${(await group.exited).reason}`);
    const memory = () => (isNode ? memoryOf(pid) : memoryOfChildren(pid));
    const cpu = neverFalling(() => (isNode ? cpuOf(pid) : cpuOfChildren(pid)));
    const isOver = watchMemory(group, memory, spec.memoryMiB);
    return {
      runtimeId: String(pid),
      exited: exitOf(group, isOver),
      stop: (timeoutMs) => stop(group, timeoutMs),
      kill: () => group.kill(),
      usage: async () => (IS_MEASURED ? { cpuSeconds: cpu(), memoryBytes: memory() } : undefined),
    };
  }
}

/** As Docker puts it together: an entry point of the task definition's own takes the image's command away. */
export function argvOf(entryPoint: readonly string[] = [], command: readonly string[] = []): readonly string[] {
  const own = [...entryPoint, ...command];
  return own.length > 0 ? own : IMAGE_COMMAND;
}

function environmentOf({ environment, host, ports: [port] }: ContainerSpec): Record<string, string | undefined> {
  // Processes share the machine's ports: each has to listen on its own address and on the port that it was given.
  return {
    PATH: process.env.PATH,
    ...environment,
    ...(port && { HOST: host, PORT: String(port.hostPort) }),
  };
}

/** Only the first process hears of it, as in a container: what it started is its own affair. */
function stop(group: ProcessGroup, timeoutMs: number): void {
  group.child.kill("SIGTERM");
  const timer = setTimeout(() => group.kill(), timeoutMs);
  void group.exited.then(() => clearTimeout(timer));
}

async function exitOf(group: ProcessGroup, isOver: () => boolean): Promise<ContainerExit> {
  await group.exited;
  // With its first process, a container ends as a whole.
  group.kill();
  const { exitCode, signalCode } = group.child;
  return {
    exitCode: signalCode ? 128 + constants.signals[signalCode] : (exitCode ?? 1),
    ...(isOver() && { reason: OUT_OF_MEMORY }),
  };
}

/** Ends a process that is over its limit; tells whether it was. */
function watchMemory(group: ProcessGroup, used: () => number, limitMiB = Number.POSITIVE_INFINITY): () => boolean {
  let over = false;
  const timer = setInterval(() => {
    if (used() <= limitMiB * BYTES_PER_MIB) return;
    over = true;
    group.kill();
  }, MEMORY_INTERVAL_MS);
  timer.unref();
  void group.exited.then(() => clearInterval(timer));
  return () => over;
}

function cannotPull(image: string): string {
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;
}
