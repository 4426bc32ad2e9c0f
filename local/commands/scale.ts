import { setTimeout as sleep } from "node:timers/promises";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { Failure } from "../../tools/failure";
import { readServices, servicesOfEnvironment } from "../cloud/services";
import { untilStable } from "../stability";
import { type Context, misuse, serviceNamed, wholeNumber } from "./command";
import { groupOf, readTasks } from "./tasks";

/** Source: "Amazon ECS service quotas", tasks per service. */
const TASKS_MAX = 5_000;

const BOUND_MS = 120_000;

const POLL_MS = 250;

const ENVIRONMENT = "local";

/** Changes how many tasks of a service run, and waits until they do, and no others. */
export async function scaleService(context: Context, args: readonly string[]): Promise<void> {
  const [name, text] = args;
  if (!name || !text || args.length > 2) throw misuse("scale takes a service and a number of tasks");
  const desiredCount = wholeNumber("the number of tasks", text, 0, TASKS_MAX);
  const services = await context.lifetime.until(readServices(context.settings));
  const { clusterArn: cluster, service } = serviceNamed(servicesOfEnvironment(services, ENVIRONMENT), name);
  await updateAndWait(context, name, { cluster, service: name, desiredCount });
  await untilOthersHaveEnded(context, { cluster, service: name, desiredCount });
  context.terminal.done(`${name} runs ${desiredCount} tasks`, `before: ${service.desiredCount}`);
}

interface Scaled {
  /** ARN. */
  readonly cluster: string;
  readonly service: string;
  readonly desiredCount: number;
}

/** For ECS a task runs no more when it is told to stop; but it answers and works for as long as it drains. */
async function untilOthersHaveEnded(
  { lifetime, settings }: Context,
  { cluster, service, desiredCount }: Scaled,
): Promise<void> {
  const deadline = Date.now() + BOUND_MS;
  for (;;) {
    const tasks = (await lifetime.until(readTasks(settings))).filter(
      (task) => task.clusterArn === cluster && groupOf(task) === service && task.lastStatus !== "STOPPED",
    );
    if (tasks.length <= desiredCount) return;
    if (Date.now() > deadline) {
      const left = `${tasks.length} tasks of ${service} are left after ${BOUND_MS / 1_000} s, of which ${desiredCount} are to run`;
      throw new Failure(`${left}: see npm run local -- status`);
    }
    await lifetime.until(sleep(POLL_MS));
  }
}

/** Updates a service, and waits for its steady state. @throws Failure with its newest events */
export async function updateAndWait(
  { lifetime, settings, terminal }: Context,
  service: string,
  update: ConstructorParameters<typeof UpdateServiceCommand>[0],
): Promise<void> {
  const client = new ECSClient(settings);
  await lifetime.until(client.send(new UpdateServiceCommand(update))).finally(() => client.destroy());
  terminal.progress(`waiting for the steady state of ${service}`);
  const { faults } = await untilStable({ lifetime, settings, boundMs: BOUND_MS, service });
  if (faults.length > 0) throw new Failure(faults.join("\n"));
}
