import * as ecs from "@aws-sdk/client-ecs";

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

/** An image without its tag. */
function repositoryOf(container: ecs.ContainerDefinition | undefined): string {
  return (container?.image ?? "").replace(/:[^:/]*$/, "");
}
