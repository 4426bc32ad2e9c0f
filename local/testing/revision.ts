import * as ecs from "@aws-sdk/client-ecs";
import { Failure } from "../../tools/failure";

/**
 * Registers a revision like one that is there, with another image tag in every container that has the service's image.
 *
 * @param like ARN of the revision
 * @returns ARN of the new one
 */
export async function registerWithTag(client: ecs.ECSClient, like: string, tag: string): Promise<string> {
  const { taskDefinition, tags = [] } = await client.send(
    new ecs.DescribeTaskDefinitionCommand({ taskDefinition: like, include: ["TAGS"] }),
  );
  const { family, taskRoleArn, executionRoleArn, networkMode, requiresCompatibilities, cpu, memory } =
    taskDefinition ?? {};
  const [first] = taskDefinition?.containerDefinitions ?? [];
  const repository = repositoryOf(first);
  const containerDefinitions = taskDefinition?.containerDefinitions?.map((container) =>
    repositoryOf(container) === repository ? { ...container, image: `${repository}:${tag}` } : container,
  );
  const shape = { family, taskRoleArn, executionRoleArn, networkMode, requiresCompatibilities, cpu, memory };
  const registered = await client.send(
    new ecs.RegisterTaskDefinitionCommand({ ...shape, containerDefinitions, ...(tags.length > 0 && { tags }) }),
  );
  return registered.taskDefinition?.taskDefinitionArn ?? "";
}

/** Updates a service to a revision. Gives the ARN of the service deployment that this began. */
export async function startDeployment(
  client: ecs.ECSClient,
  update: { readonly cluster: string; readonly service: string; readonly taskDefinition: string },
): Promise<string> {
  await client.send(new ecs.UpdateServiceCommand(update));
  const { cluster, service } = update;
  const { serviceDeployments: [newest] = [] } = await client.send(
    new ecs.ListServiceDeploymentsCommand({ cluster, service }),
  );
  return newest?.serviceDeploymentArn ?? "";
}

/** A service deployment as it is now. @throws Failure where there is none of the ARN */
export async function readDeployment(client: ecs.ECSClient, arn: string): Promise<ecs.ServiceDeployment> {
  const { serviceDeployments: [deployment] = [] } = await client.send(
    new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  if (!deployment) throw new Failure(`there is no service deployment ${arn}`);
  return deployment;
}

/** An image without its tag. */
function repositoryOf(container: ecs.ContainerDefinition | undefined): string {
  return (container?.image ?? "").replace(/:[^:/]*$/, "");
}
