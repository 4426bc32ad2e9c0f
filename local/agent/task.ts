import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { lastPart } from "../../modules/aws/arn";
import { Interrupted, messageOf } from "../../tools/failure";
import { loopbackOf } from "../cloud/loopback";
import type { ClientSettings } from "../cloud/variables";
import type { ContainerReport, TaskReport, ViewTask } from "../cloud/view";
import type { Place } from "../names/address-book";
import { containersOf, limitsOf, valuesOf } from "./container-spec";
import type { HostPorts } from "./host-ports";
import { destinationOf, type LogShipper } from "./log-shipper";
import type { LogStream } from "./log-stream";
import { type ContainerExit, type Port, type RunningContainer, type Runtime, StartFault, type Usage } from "./runtime";
import { resolveSecrets } from "./secrets";
import { tailOf } from "./tail";

/** Amazon ECS API Reference, "ContainerDefinition", stopTimeout. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

const SHORT_ID_LENGTH = 8;

/** What tasks are run with. */
export interface TaskMeans {
  readonly runtime: Runtime;
  readonly hostPorts: HostPorts;
  readonly logs: LogShipper;
  /** Where the values of secrets are. */
  readonly settings: ClientSettings;
  /** What ECS adds to the environment of a task's containers; the task definition's own values have precedence. */
  readonly variables: (task: ViewTask, definition: TaskDefinition) => Readonly<Record<string, string>>;
  /** File for what a container of a task prints. */
  readonly logFile: (task: ViewTask, container: string) => string;
  readonly report: (tasks: readonly TaskReport[]) => void;
  /** Nothing listens there any more. */
  readonly onTaskGone: (host: string, port: number) => void;
  readonly say: (text: string) => void;
}

export type TaskStatus = "PENDING" | "RUNNING" | "STOPPED";

/** How a task stopped; empty where somebody asked it to. */
type End = Pick<TaskReport, "stopCode" | "stoppedReason">;

const ESSENTIAL_EXITED: End = {
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
};

interface Container {
  readonly definition: ContainerDefinition;
  readonly name: string;
  readonly log: string;
  ports: readonly Port[];
  stream?: LogStream;
  running?: RunningContainer;
  exit?: ContainerExit;
  /** As it was read last. */
  cpuSeconds: number;
}

/** A task from its start to its end: its containers are started once, and never again. */
export class Task {
  /** The address that its ports are reached at. */
  readonly host: string;
  /** Resolves when the task has stopped; never rejects. */
  readonly stopped: Promise<void>;
  #status: TaskStatus = "PENDING";
  #containers: readonly Container[] = [];
  #end: End | undefined;
  #killed = false;
  #onEnd = (): void => undefined;
  readonly #over = new Promise<void>((resolve) => {
    this.#onEnd = resolve;
  });

  constructor(
    readonly view: ViewTask,
    private readonly definition: TaskDefinition | undefined,
    private readonly means: TaskMeans,
  ) {
    this.host = loopbackOf(view.instanceId ?? lastPart(view.arn));
    this.stopped = this.#run();
  }

  get status(): TaskStatus {
    return this.#status;
  }

  get containers() {
    return this.#containers.map(({ name, running, ports, log }) => ({
      name,
      runtimeId: running?.runtimeId,
      ports,
      log,
    }));
  }

  /**
   * Where a container port is reached; `undefined` where it is not.
   *
   * @param from from a process of this machine, or from a container of this run
   */
  placeOf(container: string, containerPort: number, from: "machine" | "containers"): Place | undefined {
    const { ports = [], running, exit } = this.#containers.find(({ name }) => name === container) ?? {};
    const port = ports.find((one) => one.containerPort === containerPort);
    if (!port || !running || exit) return undefined;
    if (from === "machine") return { address: this.host, port: port.hostPort };
    return running.address === undefined ? undefined : { address: running.address, port: containerPort };
  }

  /** What its containers have used; `undefined` where none runs, or it cannot be told of each that does. */
  async usage(): Promise<Usage | undefined> {
    const started = this.#containers.filter(({ running }) => running);
    if (started.every(({ exit }) => exit)) return undefined;
    const used = await Promise.all(started.map(usageOf));
    const known = used.filter((usage) => usage !== undefined);
    if (known.length < used.length) return undefined;
    return {
      cpuSeconds: known.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      memoryBytes: known.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    };
  }

  /** SIGTERM, the stop timeout, SIGKILL. */
  stop(): void {
    this.#endWith({});
  }

  /** SIGKILL at once, as if the task had crashed. */
  kill(): void {
    this.#killed = true;
    this.#endWith(ESSENTIAL_EXITED);
    for (const { running } of this.#containers) running?.kill();
  }

  /** Only the first reason counts. */
  #endWith(end: End): void {
    this.#end ??= end;
    this.#onEnd();
  }

  async #run(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.#endWith(endBy(error));
    }
    if (!this.#end) {
      this.#status = "RUNNING";
      this.#report("RUNNING");
    }
    await this.#over;
    await this.#stopInOrder();
    this.#status = "STOPPED";
    this.#report("STOPPED", this.#end);
    this.#sayWhy(this.#end);
  }

  async #start(): Promise<void> {
    const { definition, view, means } = this;
    if (!definition) throw new StartFault(`CannotStartContainerError: ${view.taskDefinitionArn} does not exist`);
    this.#containers = containersOf(view, definition).map((container) => {
      const { name = "" } = container;
      return { definition: container, name, log: means.logFile(view, name), ports: [], cpuSeconds: 0 };
    });
    const common = means.variables(view, definition);
    const looking = Promise.all(
      this.#containers.map(async ({ definition }) => ({ ...common, ...(await this.#environment(definition)) })),
    );
    const environments = await Promise.race([looking, this.#over]);
    if (this.#end || !environments) return;
    for (const [index, container] of this.#containers.entries()) {
      await Promise.race([this.#over, this.#dependencies(container)]);
      if (this.#end) return;
      await this.#startContainer(container, definition, environments[index] ?? {});
    }
  }

  async #environment({ environment, secrets = [] }: ContainerDefinition) {
    return { ...valuesOf(environment), ...(await resolveSecrets(secrets, this.means.settings)) };
  }

  async #startContainer(
    container: Container,
    task: TaskDefinition,
    environment: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { host, view } = this;
    const { runtime, hostPorts, logs } = this.means;
    const { definition, name, log } = container;
    const destination = destinationOf(definition, lastPart(view.arn));
    if (destination) container.stream = await logs.open(destination, log);
    const ports = await hostPorts.take(host, task.networkMode, definition.portMappings);
    container.ports = ports;
    const limits = limitsOf(view, task, definition);
    const running = await runtime.start({
      taskArn: view.arn,
      name,
      definition,
      environment,
      host,
      ports,
      ...limits,
      log,
    });
    container.running = running;
    void running.exited.then((exit) => this.#exited(container, exit));
  }

  /** Waits for what a container depends on; that others have been started is seen to by their order. */
  async #dependencies({ name, definition: { dependsOn = [] } }: Container): Promise<void> {
    for (const { containerName, condition = "" } of dependsOn) {
      if (condition === "START") continue;
      if (condition !== "COMPLETE" && condition !== "SUCCESS") {
        throw new StartFault(
          `CannotStartContainerError: container ${name} waits for ${containerName} to be ${condition} (dependsOn), but health checks of containers are not run here; START, COMPLETE and SUCCESS are`,
        );
      }
      const exit = await this.#containers.find((other) => other.name === containerName)?.running?.exited;
      if (condition === "SUCCESS" && exit?.exitCode !== 0) {
        throw new StartFault(
          `CannotStartContainerError: container ${name} depends on the success of ${containerName}, which exited with ${exit?.exitCode}`,
        );
      }
    }
  }

  #exited(container: Container, exit: ContainerExit): void {
    container.exit = exit;
    for (const { hostPort } of container.ports) this.means.onTaskGone(this.host, hostPort);
    const isEssential = container.definition.essential !== false;
    if (isEssential || this.#containers.every(({ exit }) => exit)) this.#endWith(ESSENTIAL_EXITED);
  }

  /** Each after those that depend on it. Source: Amazon ECS API Reference, "ContainerDefinition", dependsOn. */
  async #stopInOrder(): Promise<void> {
    const stopped = new Map<string, Promise<void>>();
    for (const container of [...this.#containers].reverse()) {
      const dependents = this.#containers.filter(({ definition: { dependsOn = [] } }) =>
        dependsOn.some(({ containerName }) => containerName === container.name),
      );
      const free = Promise.all(dependents.map(({ name }) => stopped.get(name)));
      stopped.set(
        container.name,
        free.then(() => this.#stop(container)),
      );
    }
    await Promise.all(stopped.values());
  }

  async #stop({ definition, running, exit, stream, ports }: Container): Promise<void> {
    if (running && !exit) {
      const timeoutMs = (definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS) * 1_000;
      if (this.#killed) running.kill();
      else running.stop(timeoutMs);
      await running.exited;
    }
    if (stream) await this.means.logs.close(stream);
    this.means.hostPorts.free(this.host, ports);
  }

  #report(lastStatus: TaskReport["lastStatus"], end: End = {}): void {
    const containers = this.#containers.map(
      ({ name, running, exit, ports }): ContainerReport => ({
        name,
        ...(running && { runtimeId: running.runtimeId }),
        ...exit,
        ports,
      }),
    );
    this.means.report([{ arn: this.view.arn, lastStatus, ...end, address: this.host, containers }]);
  }

  /** A one-off task that did its work is nobody's trouble. */
  #sayWhy({ stoppedReason }: End = {}): void {
    const exits = this.#containers.flatMap(({ name, exit }) => (exit ? [{ name, ...exit }] : []));
    const isService = this.view.group.startsWith("service:");
    const worked = exits.length > 0 && exits.every(({ exitCode }) => exitCode === 0);
    if (!stoppedReason || (worked && !isService)) return;
    const how = exits.map(({ name, exitCode, reason }) => `${name}: ${reason ?? `exit code ${exitCode}`}`);
    const task = `${this.view.group.replace(/^\w+:/, "")} ${lastPart(this.view.arn).slice(0, SHORT_ID_LENGTH)}`;
    const [first] = this.#containers;
    const tail = first?.exit ? tailOf(first.log) : "";
    this.means.say(`${task} stopped: ${stoppedReason}${how.length > 0 ? ` (${how.join(", ")})` : ""}${tail}`);
  }
}

/** Of one that has ended, the processor time stays. */
async function usageOf(container: Container): Promise<Usage | undefined> {
  const usage = container.exit ? undefined : await container.running?.usage();
  if (usage) container.cpuSeconds = usage.cpuSeconds;
  else if (!container.exit) return undefined;
  return { cpuSeconds: container.cpuSeconds, memoryBytes: usage?.memoryBytes ?? 0 };
}

/** How a task ends that could not be started. */
function endBy(error: unknown): End {
  // Nobody has to be told that Ctrl-C was pressed.
  if (error instanceof Interrupted) return {};
  const stoppedReason = error instanceof StartFault ? error.message : `CannotStartContainerError: ${messageOf(error)}`;
  return { stopCode: "TaskFailedToStart", stoppedReason };
}
