import type { Service as RunningEcsService } from "@aws-sdk/client-ecs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { loadProject } from "../../config/load";
import { serviceNames } from "../../config/names";
import { primaryTaskSet } from "../../jenkins/release/aws/services";
import { lastPart } from "../../modules/aws/arn";
import { readServices, servicesOfEnvironment } from "../cloud/services";
import { runRelease } from "../release-command";
import { type Context, misuse, serviceNamed } from "./command";
import { updateAndWait } from "./scale";

/** Brings services back to the revision that Terraform made, which it published, and to their configured number of tasks. */
export async function resetServices(context: Context, args: readonly string[]): Promise<void> {
  const { root, lifetime, settings, terminal } = context;
  const [wanted] = args;
  if (args.length > 1) throw misuse("reset takes one service, or none for all of them");
  const { environment, services: configured } = loadProject({ root, environment: "local" });
  const deployed = servicesOfEnvironment(await lifetime.until(readServices(settings)), environment.name);
  if (deployed.length === 0) throw misuse("no service is deployed yet");
  const chosen = wanted === undefined ? deployed : [serviceNamed(deployed, wanted)];
  const ssm = new SSMClient(settings);
  for (const { name, clusterArn: cluster, service: running } of chosen) {
    const service = configured.find((one) => one.name === name);
    if (!service) continue;
    const Name = serviceNames(service, environment.name).taskDefinitionParameter;
    const { Parameter } = await lifetime.until(ssm.send(new GetParameterCommand({ Name })));
    const taskDefinition = Parameter?.Value;
    const desiredCount = service.replicas.desired;
    const isBlueGreen = running.deploymentController?.type === "CODE_DEPLOY";
    if (isBlueGreen) await deployBlueGreen(context, running, taskDefinition);
    // ECS takes the revision of such a service from nobody but CodeDeploy.
    const changes = { desiredCount, ...(!isBlueGreen && { taskDefinition }) };
    await updateAndWait(context, name, { cluster, service: name, ...changes });
    terminal.done(name, `${lastPart(taskDefinition)}, ${desiredCount} tasks`);
  }
  ssm.destroy();
}

async function deployBlueGreen(
  context: Context,
  service: RunningEcsService,
  taskDefinition: string | undefined,
): Promise<void> {
  if (!taskDefinition || primaryTaskSet(service)?.taskDefinition === taskDefinition) return;
  const revision = taskDefinition.split(":").at(-1) ?? "";
  await runRelease(context, "local", ["rollback", service.serviceName ?? "", "--to", revision]);
}
