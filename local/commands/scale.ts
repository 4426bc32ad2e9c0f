import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { Failure } from "../../tools/failure";
import { readServices, servicesOfEnvironment } from "../cloud/services";
import { untilStable } from "../stability";
import { type Context, misuse, serviceNamed, wholeNumber } from "./command";

/** Source: "Amazon ECS service quotas", tasks per service. */
const TASKS_MAX = 5_000;

const BOUND_MS = 120_000;

const ENVIRONMENT = "local";

/** Changes how many tasks of a service run, and waits until they do. */
export async function scaleService(context: Context, args: readonly string[]): Promise<void> {
  const [name, text] = args;
  if (!name || !text || args.length > 2) throw misuse("scale takes a service and a number of tasks");
  const desiredCount = wholeNumber("the number of tasks", text, 0, TASKS_MAX);
  const services = await context.lifetime.until(readServices(context.settings));
  const { clusterArn: cluster, service } = serviceNamed(servicesOfEnvironment(services, ENVIRONMENT), name);
  await updateAndWait(context, name, { cluster, service: name, desiredCount });
  context.terminal.done(`${name} runs ${desiredCount} tasks`, `before: ${service.desiredCount}`);
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
