import { Failure } from "../../tools/failure";
import { type Context, misuse } from "./command";
import { groupOf, idOf, readTasks, taskStarting } from "./tasks";

/** Ends a task by SIGKILL, behind ECS's back, as a crash would. */
export async function killTask({ lifetime, running, settings, terminal }: Context, args: readonly string[]) {
  const [beginning] = args;
  if (!beginning || args.length > 1) throw misuse("kill takes one task: its id, or the beginning of it");
  const tasks = await lifetime.until(readTasks(settings, ["RUNNING"]));
  const task = taskStarting(
    tasks.filter(({ lastStatus }) => lastStatus === "RUNNING"),
    beginning,
  );
  const response = await lifetime.until(
    fetch(`${running.emulatorUrl}/_local/kill`, { method: "POST", body: JSON.stringify({ task: task.taskArn }) }),
  );
  if (!response.ok) throw new Failure(`task ${idOf(task)} could not be killed: ${await response.text()}`);
  terminal.done(`killed ${idOf(task)}`, `a task of ${groupOf(task)}; ECS starts another one`);
}
