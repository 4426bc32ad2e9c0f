import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Service } from "@aws-sdk/client-ecs";
import type { CodeDeploy } from "../../aws/code-deploy";
import { taskDefinitionIn } from "./app-spec";

/**
 * ARN of the revision that a deployment deploys, empty where that cannot be told: from its AppSpec, else from the task set
 * that it has made (CodeDeploy writes its id into `externalId`). The AppSpec of a rollback is that of what it undoes.
 */
export async function deployedRevision(
  codeDeploy: CodeDeploy,
  deployment: DeploymentInfo,
  { taskSets = [] }: Pick<Service, "taskSets"> = {},
): Promise<string> {
  if (isRollback(deployment)) return "";
  const content = await codeDeploy.readAppSpec(deployment);
  const { deploymentId } = deployment;
  return (
    taskDefinitionIn(content) ??
    taskSets.find(({ externalId }) => externalId !== undefined && externalId === deploymentId)?.taskDefinition ??
    ""
  );
}

/** Whether CodeDeploy has made it itself, to go back from another deployment. */
export function isRollback({ creator, rollbackInfo }: DeploymentInfo): boolean {
  return creator === "codeDeployRollback" || rollbackInfo?.rollbackTriggeringDeploymentId !== undefined;
}
