import type { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Construct } from "constructs";
import { PIPELINE_NAME } from "../aws/forms";
import type { BuildProject } from "../codebuild/build-project";
import { checkRepository, type GithubRepository, useConnection } from "../codeconnections/github-repository";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import type { ArtifactStore } from "./artifact-store";
import { buildAction, runProjects } from "./code-build";
import { githubSource, onPullRequest } from "./github-source";
import { createPipeline } from "./pipeline";

/** Name of the artifact: what the pull request asks to be taken. */
const SOURCE = "Source";

export interface PullRequestPipelineProps {
  /** Name of the pipeline: 1 to 58 letters, digits and `._-`. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Where its actions hand files to each other. */
  readonly artifactStore: ArtifactStore;
  /** What pull requests ask to change: its branch. */
  readonly source: GithubRepository;
  /** Takes the source, and tells whether it is good. It hands nothing on. */
  readonly check: BuildProject;
  /** Name of the role that CodePipeline has; at most 64 characters. */
  readonly roleName: string;
}

/**
 * Builds and tests what a pull request asks for, when it is opened and at each push to it, and deploys nothing: Source,
 * Check. What is checked is the newest commit of the pull request's own branch, not what a merge would make of it.
 *
 * Whoever may open a pull request runs code on the project's machine, with the project's role: that role must be able to do
 * nothing that matters (`checkBuildspec` needs nothing of AWS). The result is in AWS's console; CodePipeline tells GitHub
 * nothing of it.
 *
 * Executions run side by side (PARALLEL): in any other mode that of one pull request would pass over, or wait for, that of
 * another.
 *
 * Cost: pipelines of type V2 are $0.002 a minute of their actions, the first 100 minutes of a month free; and what the
 * project costs: ten minutes on `medium` are $0.10.
 *
 * @see AWS CodePipeline User Guide, "Pull request events for triggers by provider"
 * @see AWS CodePipeline User Guide, "How executions are processed in PARALLEL mode"
 */
export class PullRequestPipeline extends Construct {
  readonly pipeline: Codepipeline;
  readonly name: string;

  constructor(scope: Construct, id: string, props: PullRequestPipelineProps) {
    super(scope, id);
    const { name, source, check: project } = props;
    const check = new PropCheck(this);
    check.text("name", name, PIPELINE_NAME);
    checkRepository(check, "source", source);
    this.name = name;
    this.pipeline = createPipeline(this, {
      name,
      location: props.location,
      artifactStore: props.artifactStore,
      executionMode: "PARALLEL",
      stages: [
        { name: "Source", action: [githubSource(SOURCE, source)] },
        { name: "Check", action: [buildAction({ name: "Check", category: "Test", project, input: SOURCE })] },
      ],
      statements: [useConnection("ReadSource", source), runProjects("RunProject", [project])],
      startedBy: { triggers: [onPullRequest(SOURCE, source)] },
      roleName: props.roleName,
      roleDescription: `pull requests of ${source.repository}`,
    });
  }
}
