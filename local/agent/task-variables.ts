import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { apiVariables } from "../../config/exposure";
import { jwksUrlOf } from "../cloud/jwks-url";
import type { ViewTask } from "../cloud/view";
import type { TaskCredentials } from "./task-credentials";

export interface TaskVariablesOptions {
  /** Address of the emulator, as tasks reach it. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Pick<TaskCredentials, "variablesOf">;
}

/**
 * Nothing of the person's own: a task is a process of theirs where there is no container, and the AWS SDK would find their
 * home and, on an EC2 instance, their role.
 */
const NOTHING_OF_THE_PERSON = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
};

/**
 * What ECS adds to the environment of a task, by which the AWS SDK finds the Region, and the role where there is one; and
 * where the keys of its token issuer are, which on AWS the issuer's own name says.
 */
export function taskVariables(options: TaskVariablesOptions, task: ViewTask, definition: TaskDefinition) {
  const { endpoint, region, credentials } = options;
  const role = task.overrides.taskRoleArn ?? definition.taskRoleArn;
  const issuer = issuerOf(task, definition);
  return {
    ...NOTHING_OF_THE_PERSON,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(role && { AWS_ENDPOINT_URL: endpoint, ...credentials.variablesOf({ role, task: task.arn }) }),
    ...(issuer && { [apiVariables.jwksUrl]: jwksUrlOf(endpoint, issuer) }),
  };
}

/** The one of any container; a task has one API in front of it. */
function issuerOf({ overrides }: ViewTask, { containerDefinitions = [] }: TaskDefinition): string | undefined {
  const containers = [...(overrides.containerOverrides ?? []), ...containerDefinitions];
  return containers.flatMap(({ environment = [] }) => environment).find(({ name }) => name === apiVariables.issuer)
    ?.value;
}
