import type { Lifetime } from "../../tools/processes/lifetime";
import type { TaskReport, View, ViewTask } from "../cloud/view";
import { HostPorts } from "./host-ports";
import { Task, type TaskMeans } from "./task";

export interface AgentOptions extends Omit<TaskMeans, "hostPorts"> {
  readonly lifetime: Lifetime;
}

/** Runs the tasks of the view on this machine, as the ECS agents of its instances and of Fargate do. */
export class Agent {
  /** Those that have stopped among them until they leave the view, so that none is started twice. */
  readonly #tasks = new Map<string, Task>();
  readonly #means: TaskMeans;

  constructor(private readonly options: AgentOptions) {
    this.#means = { ...options, hostPorts: new HostPorts() };
    options.lifetime.onEnd(() => this.#stopAll());
  }

  /** The tasks that have not stopped. */
  get tasks(): readonly Task[] {
    return [...this.#tasks.values()].filter(({ status }) => status !== "STOPPED");
  }

  /** Starts and stops what the view asks for; a view that was seen before changes nothing. */
  update({ tasks, taskDefinitions }: Pick<View, "tasks" | "taskDefinitions">): void {
    if (this.options.lifetime.signal.aborted) return;
    for (const task of tasks) {
      const running = this.#tasks.get(task.arn);
      if (task.desired !== "run") this.#end(running, task);
      else if (!running)
        this.#tasks.set(task.arn, new Task(task, taskDefinitions[task.taskDefinitionArn], this.#means));
    }
    const wanted = new Set(tasks.map(({ arn }) => arn));
    for (const [arn, task] of this.#tasks) {
      if (wanted.has(arn)) continue;
      task.stop();
      if (task.status === "STOPPED") this.#tasks.delete(arn);
    }
  }

  #end(running: Task | undefined, { arn, desired }: ViewTask): void {
    if (running && desired === "kill") running.kill();
    else if (running) running.stop();
    else this.options.report([neverRun(arn)]);
  }

  async #stopAll(): Promise<void> {
    const tasks = [...this.#tasks.values()];
    for (const task of tasks) task.stop();
    await Promise.all(tasks.map(({ stopped }) => stopped));
  }
}

/** Of a task that this machine has not started: it is not going to. */
function neverRun(arn: string): TaskReport {
  return { arn, lastStatus: "STOPPED", address: "", containers: [] };
}
