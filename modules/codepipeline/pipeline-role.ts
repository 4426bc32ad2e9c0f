import type { MigrationProject } from "../codebuild/migration-project";
import type { DeploymentRepository } from "../codecommit/deployment-repository";
import type { DeploymentGroup } from "../codedeploy/deployment-group";
import type { Repository } from "../ecr/repository";
import { registerStatements } from "../ecs/task-definition-permissions";
import { type AwsLocation, type PolicyStatement, passRolesToTasks } from "../iam/policy";
import { runProjects } from "./code-build";
import { readRepository } from "./code-commit";

export interface PipelineStatementsProps {
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** The repository of deployment files, which it reads. */
  readonly deploymentRepository: DeploymentRepository;
  /** The repository in which it finds the image. */
  readonly imageRepository: Repository;
  /** What it deploys with. */
  readonly deploymentGroup: DeploymentGroup;
  /** ARNs of the roles that may be handed to tasks: those of the revisions that it registers. */
  readonly passRoleArns: readonly string[];
  /**
   * The project that it runs before.
   * @default - none
   */
  readonly migration?: MigrationProject;
}

/**
 * What the actions of a deployment pipeline do, apart from the artifact store.
 *
 * Source: AWS CodePipeline User Guide, "Add permissions to the CodePipeline service role" and the action references of
 * CodeCommit, Amazon ECR, CodeBuild, and "Amazon Elastic Container Service and CodeDeploy blue-green".
 */
export function pipelineStatements(props: PipelineStatementsProps): PolicyStatement[] {
  const { location, deploymentGroup, migration } = props;
  return [
    readRepository("ReadDeploymentFiles", props.deploymentRepository),
    { Sid: "FindImage", Effect: "Allow", Action: ["ecr:DescribeImages"], Resource: props.imageRepository.arn },
    ...(migration ? [runProjects("Migrate", [migration])] : []),
    ...deploy(location, deploymentGroup),
    ...registerStatements(location, deploymentGroup.service.taskDefinition.family),
    passRolesToTasks(props.passRoleArns),
  ];
}

/** Each action knows one of the three resources. Source: CodeDeploy User Guide, "CodeDeploy permissions reference". */
function deploy({ partition, region, accountId }: AwsLocation, group: DeploymentGroup): PolicyStatement[] {
  const codedeploy = `arn:${partition}:codedeploy:${region}:${accountId}`;
  const application = group.application.name;
  return [
    {
      Sid: "RegisterAppSpec",
      Effect: "Allow",
      Action: [
        "codedeploy:GetApplication",
        "codedeploy:GetApplicationRevision",
        "codedeploy:RegisterApplicationRevision",
      ],
      Resource: `${codedeploy}:application:${application}`,
    },
    {
      Sid: "Deploy",
      Effect: "Allow",
      Action: ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
      Resource: `${codedeploy}:deploymentgroup:${application}/${group.name}`,
    },
    {
      Sid: "ReadDeploymentConfig",
      Effect: "Allow",
      Action: ["codedeploy:GetDeploymentConfig"],
      Resource: `${codedeploy}:deploymentconfig:${group.deploymentConfigName}`,
    },
  ];
}
