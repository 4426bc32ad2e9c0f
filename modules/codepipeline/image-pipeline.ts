import type { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Construct } from "constructs";
import { PIPELINE_NAME } from "../aws/forms";
import type { BuildProject } from "../codebuild/build-project";
import { checkRepository, type GithubRepository, useConnection } from "../codeconnections/github-repository";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import type { ArtifactStore } from "./artifact-store";
import { buildAction, runProjects } from "./code-build";
import { DEPLOYMENT_TIMEOUT_MINUTES, deployToEcs, ecsDeployment, type RollingService } from "./ecs-action";
import { githubSource, onPush } from "./github-source";
import { createPipeline } from "./pipeline";

/** Names of the artifacts: what was pushed, and which image was made of it. */
const SOURCE = "Source";
const IMAGE = "Image";

export interface ImagePipelineProps {
  /** Name of the pipeline: 1 to 58 letters, digits and `._-`. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Where its actions hand files to each other. */
  readonly artifactStore: ArtifactStore;
  /** What is deployed: each push to its branch. */
  readonly source: GithubRepository;
  /** Takes the source, pushes an image of it, and hands on `imagedefinitions.json`. */
  readonly build: BuildProject;
  /** What gets the image. Its deployment controller has to be ECS. */
  readonly service: RollingService;
  /** Minutes after which a deployment counts as failed: 1 to 60. What ECS is doing by then goes on. @default 30 */
  readonly deploymentTimeoutMinutes?: number;
  /** Name of the role that CodePipeline has; at most 64 characters. */
  readonly roleName: string;
}

/**
 * Takes each push to a branch on GitHub to a service: Source, Build, Deploy. A trigger of the pipeline starts it, which
 * GitHub's app tells of the push: there is no polling, no event rule, and no webhook of CodeBuild.
 *
 * The service's tasks get the image, and nothing else that is new: see `ecsDeployment` about changes of infrastructure, and
 * about deployments that ECS rolls back.
 *
 * Where executions meet, the newest goes on (SUPERSEDED): a commit holds all commits before it. A stage takes one execution
 * at a time, so no two deployments meet. CodePipeline starts one execution by itself when the pipeline is made; it fails
 * while nobody has confirmed the connection (`GithubConnection`), and changes nothing.
 *
 * Cost: pipelines of type V2 are $0.002 a minute of their actions, the first 100 minutes of a month free; and what the
 * project costs: ten minutes on `medium` are $0.10.
 *
 * @see AWS CodePipeline User Guide, "Tutorial: Amazon ECS Standard Deployment with CodePipeline"
 * @see AWS CodePipeline User Guide, "Automate starting pipelines using triggers and filtering"
 */
export class ImagePipeline extends Construct {
  readonly pipeline: Codepipeline;
  readonly name: string;

  constructor(scope: Construct, id: string, props: ImagePipelineProps) {
    super(scope, id);
    this.checkProps(props);
    this.name = props.name;
    const { location, source, build, service, deploymentTimeoutMinutes: timeoutMinutes = 30 } = props;
    this.pipeline = createPipeline(this, {
      name: props.name,
      location,
      artifactStore: props.artifactStore,
      executionMode: "SUPERSEDED",
      stages: [
        { name: "Source", action: [githubSource(SOURCE, source)] },
        { name: "Build", action: [buildAction({ name: "Build", project: build, input: SOURCE, output: IMAGE })] },
        { name: "Deploy", action: [ecsDeployment({ name: "Deploy", service, input: IMAGE, timeoutMinutes })] },
      ],
      statements: [
        useConnection("ReadSource", source),
        runProjects("RunProject", [build]),
        ...deployToEcs(location, service),
      ],
      startedBy: { triggers: [onPush(SOURCE, source)] },
      roleName: props.roleName,
      roleDescription: `deployments of ${service.service} from GitHub`,
    });
  }

  private checkProps({ name, source, service, deploymentTimeoutMinutes }: ImagePipelineProps): void {
    const check = new PropCheck(this);
    check.text("name", name, PIPELINE_NAME);
    checkRepository(check, "source", source);
    check.atLeast("service.passRoleArns", service.passRoleArns, 1, "the roles that the task definition names");
    check.wholeNumber("deploymentTimeoutMinutes", deploymentTimeoutMinutes, DEPLOYMENT_TIMEOUT_MINUTES);
  }
}
