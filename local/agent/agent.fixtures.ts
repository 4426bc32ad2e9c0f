import { join } from "node:path";
import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { vi } from "vitest";
import type { Lifetime } from "../../tools/processes/lifetime";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { clientSettings } from "../cloud/variables";
import type { TaskReport, View, ViewTask } from "../cloud/view";
import { Agent, type AgentOptions } from "./agent";
import { LogShipper } from "./log-shipper";
import type { ContainerExit, ContainerSpec, RunningContainer, Runtime, Usage } from "./runtime";

export const REVISION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:1";

/** Containers take longer than processes. */
const REPORT_BOUND_MS = 60_000;

/** An emulator on a busy machine may take long for the last lines of a task: no test is of that. */
const FLUSH_BOUND_MS = 30_000;

/** Waits until something no longer fails: long enough for a machine that has other things to do. */
export function eventually<T>(check: () => T | Promise<T>, timeout = 20_000): Promise<T> {
  return vi.waitFor(check, { timeout, interval: 5 });
}

export function taskArn(id: string): string {
  return `arn:aws:ecs:eu-west-1:123456789012:task/shop/${id}`;
}

export function viewTask(id: string, given: Partial<ViewTask> = {}): ViewTask {
  return {
    arn: taskArn(id),
    group: "service:cart",
    launchType: "FARGATE",
    taskDefinitionArn: REVISION,
    overrides: {},
    desired: "run",
    ...given,
  };
}

export function viewOf(
  tasks: readonly ViewTask[],
  containers: readonly ContainerDefinition[] = [{ name: "cart", image: "cart:1" }],
  definition: TaskDefinition = {},
): Pick<View, "tasks" | "taskDefinitions"> {
  const containerDefinitions = [...containers];
  return {
    tasks,
    taskDefinitions: {
      [REVISION]: { networkMode: "awsvpc", memory: "512", cpu: "256", containerDefinitions, ...definition },
    },
  };
}

/** A container that a test ends when it likes. */
export class FakeContainer implements RunningContainer {
  readonly runtimeId = "1";
  readonly address = "172.17.0.2";
  used: Usage | undefined;
  exit: (exit: ContainerExit) => void = () => undefined;
  readonly exited = new Promise<ContainerExit>((resolve) => {
    this.exit = resolve;
  });
  readonly stop = vi.fn((_timeoutMs: number) => this.exit({ exitCode: 0 }));
  readonly kill = vi.fn(() => this.exit({ exitCode: 137 }));

  constructor(readonly spec: ContainerSpec) {}

  async usage(): Promise<Usage | undefined> {
    return this.used;
  }
}

export class FakeRuntime implements Runtime {
  readonly containers: FakeContainer[] = [];
  /** What a start waits for. */
  before: () => Promise<void> = async () => undefined;

  async start(spec: ContainerSpec): Promise<FakeContainer> {
    await this.before();
    const container = new FakeContainer(spec);
    this.containers.push(container);
    return container;
  }

  container(name: string): FakeContainer | undefined {
    return this.containers.find(({ spec }) => spec.name === name);
  }
}

export interface TestAgentOptions {
  readonly runtime: Runtime;
  readonly lifetime?: Lifetime;
  /** Address of the emulator. @default - none is asked */
  readonly url?: string;
  /** What ECS adds to the environment of a task. @default nothing */
  readonly variables?: AgentOptions["variables"];
}

/** An agent, and all that it tells. */
export function testAgent(options: TestAgentOptions) {
  const { runtime, lifetime = testLifetime(), url = "http://127.0.0.1:1", variables = () => ({}) } = options;
  const folder = temporaryFolder();
  const settings = clientSettings(url, "eu-west-1");
  const reports: TaskReport[] = [];
  const gone: string[] = [];
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const agent = new Agent({
    lifetime,
    runtime,
    settings,
    variables,
    logs: new LogShipper({ lifetime, settings, say, flushBoundMs: FLUSH_BOUND_MS }),
    logFile: ({ arn }, container) => join(folder, `${arn.split("/").at(-1)}-${container}.log`),
    report: (tasks) => void reports.push(...tasks),
    onTaskGone: (host, port) => void gone.push(`${host}:${port}`),
    say,
  });
  const reported = (lastStatus: TaskReport["lastStatus"]) =>
    eventually(() => {
      const report = reports.find((one) => one.lastStatus === lastStatus);
      if (!report) throw new Error(`no task is reported ${lastStatus}: ${JSON.stringify(reports)} ${said}`);
      return report;
    }, REPORT_BOUND_MS);
  return { agent, folder, lifetime, reports, gone, said, reported };
}
