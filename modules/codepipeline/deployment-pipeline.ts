import type { Codepipeline, CodepipelineStage } from "@cdktf/provider-aws/lib/codepipeline";
import { Construct } from "constructs";
import { IMAGE_TAG, PIPELINE_NAME, REPOSITORY_FOLDER } from "../aws/forms";
import type { MigrationProject } from "../codebuild/migration-project";
import type { DeploymentRepository } from "../codecommit/deployment-repository";
import type { DeploymentGroup } from "../codedeploy/deployment-group";
import type { Repository } from "../ecr/repository";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import type { ArtifactStore } from "./artifact-store";
import { buildAction } from "./code-build";
import { codeCommitSource, pushToBranch } from "./code-commit";
import { createPipeline } from "./pipeline";
import { pipelineStatements } from "./pipeline-role";

/** Names of the artifacts. */
const FILES = "DeploymentFiles";
const IMAGE = "Image";

export interface DeploymentPipelineProps {
  /** Name of the pipeline: 1 to 58 letters, digits and `._-`, for its event rules have 6 more. */
  readonly name: string;
  /** The folder of the deployment repository with the service's `appspec.yaml` and `taskdef.json`. */
  readonly directory: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Where its actions hand files to each other. */
  readonly artifactStore: ArtifactStore;
  /** Where `appspec.yaml` and `taskdef.json` come from. */
  readonly deploymentRepository: DeploymentRepository;
  /** The repository whose image is deployed. Its tags have to be mutable. */
  readonly imageRepository: Repository;
  /** The tag of the image to deploy: it moves from release to release, for an ECR source follows one tag. */
  readonly imageTag: string;
  /**
   * What `taskdef.json` has for the image, between `<` and `>`, such as `IMAGE1_NAME`: CodePipeline puts the image's URI, with
   * its digest, in its place.
   */
  readonly imagePlaceholder: string;
  /** What deploys them. */
  readonly deploymentGroup: DeploymentGroup;
  /** ARNs of the execution and task roles that `taskdef.json` names; one or more. */
  readonly passRoleArns: readonly string[];
  /** What migrates the database before a deployment. @default - nothing */
  readonly migration?: MigrationProject;
  /** Name of the role that CodePipeline has; at most 64 characters. */
  readonly roleName: string;
  /** Name of the role that EventBridge has; at most 64 characters. */
  readonly eventRoleName: string;
}

/**
 * Deploys one service blue/green whenever its image or the files that say how it is deployed change: an image that is
 * pushed with its tag, or a push to the branch `main` of the deployment repository. That repository belongs to
 * all services of a system, so a push to it starts each one's pipeline.
 *
 * Executions wait for each other (QUEUED): the migration of a release must not run before the release ahead of it is
 * deployed, which it would in the mode SUPERSEDED, where stages of two executions run side by side. CodePipeline starts
 * one by itself when the pipeline is made; it fails where there is no file or image yet, and changes nothing.
 *
 * Cost: pipelines of type V2 are $0.002 a minute of their actions, the first 100 minutes of a month free.
 *
 * @see AWS CodePipeline User Guide, "Tutorial: Create a pipeline with an Amazon ECR source and ECS-to-CodeDeploy deployment"
 * @see AWS CodePipeline User Guide, "Set or change the pipeline execution mode"
 */
export class DeploymentPipeline extends Construct {
  readonly pipeline: Codepipeline;
  readonly name: string;

  constructor(scope: Construct, id: string, props: DeploymentPipelineProps) {
    super(scope, id);
    this.checkProps(props);
    this.name = props.name;
    this.pipeline = createPipeline(this, {
      name: props.name,
      location: props.location,
      artifactStore: props.artifactStore,
      executionMode: "QUEUED",
      stages: [sourceStage(props), ...(props.migration ? [migrateStage(props.migration)] : []), deployStage(props)],
      statements: pipelineStatements(props),
      startedBy: {
        patterns: { files: pushToBranch(props.deploymentRepository), image: pushOfImage(props) },
        eventRoleName: props.eventRoleName,
      },
      roleName: props.roleName,
      roleDescription: `deployments of ${props.directory}`,
    });
  }

  private checkProps({ name, directory, passRoleArns, imageRepository, imageTag }: DeploymentPipelineProps): void {
    const check = new PropCheck(this);
    check.text("name", name, PIPELINE_NAME);
    check.text("directory", directory, REPOSITORY_FOLDER);
    check.text("imageTag", imageTag, IMAGE_TAG);
    check.atLeast("passRoleArns", passRoleArns, 1, "the roles that the task definition names");
    if (imageRepository.tagMutability !== "MUTABLE") {
      const allowed = `a repository with MUTABLE tags, for the tag ${imageTag} moves`;
      throw check.error("imageRepository", `has ${imageRepository.tagMutability} tags`, allowed);
    }
  }
}

/** Source: Amazon ECR User Guide, "Amazon ECR events and EventBridge". */
const pushOfImage = ({ imageRepository, imageTag }: DeploymentPipelineProps) => ({
  source: ["aws.ecr"],
  "detail-type": ["ECR Image Action"],
  detail: {
    "action-type": ["PUSH"],
    result: ["SUCCESS"],
    "repository-name": [imageRepository.name],
    "image-tag": [imageTag],
  },
});

function sourceStage({ deploymentRepository, imageRepository, imageTag }: DeploymentPipelineProps): CodepipelineStage {
  return {
    name: "Source",
    action: [
      codeCommitSource(FILES, deploymentRepository),
      {
        name: IMAGE,
        category: "Source",
        owner: "AWS",
        provider: "ECR",
        version: "1",
        configuration: { RepositoryName: imageRepository.name, ImageTag: imageTag },
        outputArtifacts: [IMAGE],
      },
    ],
  };
}

function migrateStage(project: MigrationProject): CodepipelineStage {
  return { name: "Migrate", action: [buildAction({ name: "Migrate", project, input: IMAGE })] };
}

function deployStage({ directory, deploymentGroup, imagePlaceholder }: DeploymentPipelineProps): CodepipelineStage {
  return {
    name: "Deploy",
    action: [
      {
        name: "Deploy",
        category: "Deploy",
        owner: "AWS",
        provider: "CodeDeployToECS",
        version: "1",
        configuration: {
          ApplicationName: deploymentGroup.application.name,
          DeploymentGroupName: deploymentGroup.group.deploymentGroupName,
          TaskDefinitionTemplateArtifact: FILES,
          TaskDefinitionTemplatePath: `${directory}/taskdef.json`,
          AppSpecTemplateArtifact: FILES,
          AppSpecTemplatePath: `${directory}/appspec.yaml`,
          Image1ArtifactName: IMAGE,
          Image1ContainerName: imagePlaceholder,
        },
        inputArtifacts: [FILES, IMAGE],
      },
    ],
  };
}
