import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { ContainerReport } from "../cloud/view";

/** A container port, and the port of the task's address that leads to it. */
export type Port = ContainerReport["ports"][number];

/** A container that is to be started: nothing in it has to be looked up any more. */
export interface ContainerSpec {
  readonly taskArn: string;
  readonly name: string;
  /** With the overrides of its task applied. */
  readonly definition: ContainerDefinition;
  /** With the values of its secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Address of this machine that the container's ports are reached at. */
  readonly host: string;
  readonly ports: readonly Port[];
  /** Hard limit in MiB: the container's own, else the task's; absent: none. */
  readonly memoryMiB?: number;
  /** CPUs that the container may use at most; absent: all. */
  readonly cpus?: number;
  /** File for what the container prints. */
  readonly log: string;
}

export interface ContainerExit {
  /** Exit status, or 128 and the number of the signal that ended the container. */
  readonly exitCode: number;
  /** As ECS words it, where there is more to say than the exit code. */
  readonly reason?: string;
}

/** What a container has used of the machine. */
export interface Usage {
  /** Processor time since the container was started; never less than before. */
  readonly cpuSeconds: number;
  /** Memory in use now. */
  readonly memoryBytes: number;
}

export interface RunningContainer {
  /** Process id, or the container's id in the engine. */
  readonly runtimeId: string;
  /** Its address in the network of the containers; absent where it has the machine's. */
  readonly address?: string;
  /** Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /** Asks the container to end, and ends it when the time is up. */
  stop(timeoutMs: number): void;
  /** SIGKILL. */
  kill(): void;
  /** `undefined` where it cannot be told. Never rejects. */
  usage(): Promise<Usage | undefined>;
}

/** What runs containers: Node processes, or a container engine. */
export interface Runtime {
  /** @throws StartFault */
  start(spec: ContainerSpec): Promise<RunningContainer>;
}

/** A task that could not be started; the message is its stopped reason, as ECS words it. */
export class StartFault extends Error {
  override readonly name = "StartFault";
}

/** ECS API Reference, "Container": the reason of a container that the system ended for its memory. */
export const OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage";
