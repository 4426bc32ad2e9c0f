import { ECS_ARN, EMPLOYEE } from "./employee";
import { type FakeAws, Refusal } from "./fake-aws";

/** How a task that is run once goes: the state at each look, and the exit status of its container. */
export interface TaskCourse {
  readonly states: readonly string[];
  readonly exitCode?: number;
  readonly stoppedReason?: string;
}

interface Task {
  readonly arn: string;
  readonly taskDefinition: string;
  readonly startedBy: string;
  readonly command: readonly string[] | undefined;
  readonly course: TaskCourse;
  createdAt: number;
  looks: number;
  forgotten: boolean;
}

/** The tasks of ECS that RunTask starts. */
export class FakeTasks {
  readonly all: Task[] = [];
  /** What becomes of the next tasks, one after the other; the last one stays. */
  courses: TaskCourse[] = [{ states: ["PROVISIONING", "RUNNING", "STOPPED"], exitCode: 0 }];
  /** Further tasks, as DescribeTasks tells them. */
  others: Readonly<Record<string, unknown>>[] = [];
  readonly #byToken = new Map<string, Task>();

  constructor(aws: FakeAws) {
    aws.on("RunTask", (input) => this.#run(input));
    aws.on("ListTasks", ({ desiredStatus, family, serviceName }) => ({
      taskArns: this.#list({ desiredStatus, family, serviceName }),
    }));
    aws.on("DescribeTasks", ({ tasks }) => this.#look(tasks as string[]));
  }

  /** How a look finds the n-th task, or would find it after so many looks more. */
  stateOf(index: number, more = 0): string {
    const task = this.all[index];
    return task ? stateOf({ ...task, looks: task.looks + more }) : "";
  }

  /** ECS no longer knows what has stopped: that is an hour later. */
  forgetStopped(): void {
    for (const task of this.all) {
      if (stateOf(task) !== "STOPPED") continue;
      task.forgotten = true;
      task.createdAt -= 2 * 3_600;
    }
  }

  #run({ clientToken, taskDefinition, startedBy, overrides }: Readonly<Record<string, unknown>>) {
    const token = String(clientToken);
    if (token.length < 1 || token.length > 64) return new Refusal("InvalidParameterException");
    const known = this.#byToken.get(token);
    if (known) return { tasks: [described(known)] };
    const [course] = this.courses.length > 1 ? this.courses.splice(0, 1) : this.courses;
    if (!course) return new Refusal("ServerException", 500);
    const command = (overrides as { containerOverrides: { command: string[] }[] } | undefined)?.containerOverrides[0]
      ?.command;
    const task: Task = {
      arn: `${ECS_ARN}:task/coffee-suppliers-local/${this.all.length + 1}`,
      taskDefinition: String(taskDefinition),
      startedBy: String(startedBy),
      command,
      course,
      createdAt: Math.floor(Date.now() / 1_000),
      looks: 0,
      forgotten: false,
    };
    this.all.push(task);
    this.#byToken.set(token, task);
    return { tasks: [described(task)] };
  }

  #list({ desiredStatus, family, serviceName }: Readonly<Record<string, unknown>>) {
    const own = this.all
      .filter((task) => !task.forgotten && serviceName === undefined)
      .filter((task) => task.taskDefinition.includes(`/${family}:`))
      .filter((task) => (stateOf(task) === "STOPPED") === (desiredStatus === "STOPPED"))
      .map(({ arn }) => arn);
    const others = this.others.filter((task) => task.desiredStatus === desiredStatus).map(({ taskArn }) => taskArn);
    return [...own, ...others];
  }

  #look(arns: readonly string[]) {
    const own = this.all.filter(({ arn, forgotten }) => arns.includes(arn) && !forgotten);
    for (const task of own) task.looks++;
    const others = this.others.filter(({ taskArn }) => arns.includes(String(taskArn)));
    return { tasks: [...own.map(described), ...others] };
  }
}

function stateOf({ course: { states }, looks }: Task): string {
  return states[Math.min(looks, states.length - 1)] ?? "STOPPED";
}

function described(task: Task): object {
  const { arn, taskDefinition, startedBy, course, createdAt } = task;
  const lastStatus = stateOf(task);
  const { exitCode, stoppedReason } = course;
  const isOver = lastStatus === "STOPPED";
  return {
    taskArn: arn,
    taskDefinitionArn: taskDefinition,
    startedBy,
    createdAt,
    lastStatus,
    desiredStatus: isOver ? "STOPPED" : "RUNNING",
    containers: [{ name: EMPLOYEE, ...(isOver && exitCode !== undefined && { exitCode }) }],
    ...(isOver && { stoppedReason: stoppedReason ?? "Essential container in task exited" }),
  };
}
