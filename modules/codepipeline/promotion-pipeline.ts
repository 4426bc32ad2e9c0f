import type { Codepipeline, CodepipelineStage, CodepipelineStageAction } from "@cdktf/provider-aws/lib/codepipeline";
import { Construct } from "constructs";
import { PIPELINE_NAME } from "../aws/forms";
import { APPROVAL_MESSAGE_MAX } from "../aws/limits";
import type { BuildProject } from "../codebuild/build-project";
import type { FollowedRepository } from "../codecommit/repository";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import type { ApprovalTopic } from "../sns/approval-topic";
import type { ArtifactStore } from "./artifact-store";
import { buildAction, runProjects } from "./code-build";
import { codeCommitSource, pushToBranch, readRepository } from "./code-commit";
import { createPipeline } from "./pipeline";

/** Names of the artifacts: what was pushed, and what is made of it. */
const SOURCE = "Source";
const BUILD = "Build";

/** Whose variables `#{Source.CommitId}` and the others are. */
const SOURCE_NAMESPACE = "Source";

/** The commit that an execution promotes: a variable of CodePipeline, put in when an action starts. */
export const PROMOTED_COMMIT = `#{${SOURCE_NAMESPACE}.CommitId}`;

export interface PromotionPipelineProps {
  /** Name of the pipeline: 1 to 58 letters, digits and `._-`, for its event rules have 6 more. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Where its actions hand files to each other. */
  readonly artifactStore: ArtifactStore;
  /** What is promoted: each push to its branch `main`. */
  readonly sourceRepository: FollowedRepository;
  /** Takes the source, and hands on what the other projects take. */
  readonly build: BuildProject;
  /** Deploys to development. */
  readonly deployDevelopment: BuildProject;
  /** Looks whether development works. */
  readonly check: BuildProject;
  /** Deploys to production, once it is approved. */
  readonly deployProduction: BuildProject;
  /** Who is asked to approve. */
  readonly approvalTopic: ApprovalTopic;
  /**
   * What is to be approved, in a sentence or two: up to 1000 characters. `PROMOTED_COMMIT` stands for the commit.
   */
  readonly question: string;
  /**
   * What the approver is to look at. `PROMOTED_COMMIT` stands for the commit.
   * @default - the commit, in the console of CodeCommit
   */
  readonly reviewUrl?: string;
  /** Name of the role that CodePipeline has; at most 64 characters. */
  readonly roleName: string;
  /** Name of the role that EventBridge has; at most 64 characters. */
  readonly eventRoleName: string;
}

/**
 * Takes each push to `main` to production: Source, Build, Development, Check, Approval, Production. What is built is built
 * once; both environments get the same.
 *
 * A push starts the pipelines of all services that are in the repository: CodeCommit tells of a branch and not of its
 * files, and triggers that filter by path are for connections to other providers. What is promoted is therefore a commit,
 * for all services alike, whether one's own files have changed or not; its image, made anew, has the base image of the day.
 *
 * Where executions meet, the newest goes on (SUPERSEDED): of those that wait to be asked about, it alone is, instead of
 * one after the other in the order of their age. Nothing is lost with those that are passed over, for a commit holds all
 * commits before it. A stage takes one execution at a time, so no two deployments to an environment meet. A newer
 * execution may be deployed to development while an older one is checked there: the check has to fail then, or to be of
 * what it says.
 *
 * CodePipeline starts one execution by itself when the pipeline is made; it fails where nothing has been pushed yet.
 *
 * Cost: pipelines of type V2 are $0.002 a minute of their actions (an approval is none), the first 100 minutes of a month
 * free; and what the projects cost.
 *
 * @see AWS CodePipeline User Guide, "How pipeline executions are processed in SUPERSEDED mode"
 * @see AWS CodePipeline User Guide, "Add a manual approval action to a stage"
 * @see AWS CodePipeline User Guide, "Variables reference"
 */
export class PromotionPipeline extends Construct {
  readonly pipeline: Codepipeline;
  readonly name: string;

  constructor(scope: Construct, id: string, props: PromotionPipelineProps) {
    super(scope, id);
    this.checkProps(props);
    this.name = props.name;
    const { build, deployDevelopment, check, deployProduction } = props;
    this.pipeline = createPipeline(this, {
      name: props.name,
      location: props.location,
      artifactStore: props.artifactStore,
      executionMode: "SUPERSEDED",
      stages: [
        stage("Source", { ...codeCommitSource(SOURCE, props.sourceRepository), namespace: SOURCE_NAMESPACE }),
        stage("Build", buildAction({ name: "Build", project: build, input: SOURCE, output: BUILD })),
        stage("Development", buildAction({ name: "Deploy", project: deployDevelopment, input: BUILD })),
        stage("Check", buildAction({ name: "Check", category: "Test", project: check, input: BUILD })),
        stage("Approval", approvalAction(props)),
        stage("Production", buildAction({ name: "Deploy", project: deployProduction, input: BUILD })),
      ],
      statements: [
        readRepository("ReadSource", props.sourceRepository),
        runProjects("RunProjects", [build, deployDevelopment, check, deployProduction]),
        ...props.approvalTopic.publishStatements(),
      ],
      startedBy: {
        patterns: { push: pushToBranch(props.sourceRepository) },
        eventRoleName: props.eventRoleName,
      },
      roleName: props.roleName,
      roleDescription: `promotion of ${props.name}`,
    });
  }

  private checkProps({ name, question, reviewUrl }: PromotionPipelineProps): void {
    const check = new PropCheck(this);
    check.text("name", name, PIPELINE_NAME);
    check.length("question", question, APPROVAL_MESSAGE_MAX);
    check.length("reviewUrl", reviewUrl, APPROVAL_MESSAGE_MAX);
    if (question.trim() === "") throw check.error("question", "is empty", "what is to be approved");
  }
}

const stage = (name: string, action: CodepipelineStageAction): CodepipelineStage => ({ name, action: [action] });

/** Source: AWS CodePipeline User Guide, "Manual approval action reference". */
function approvalAction(props: PromotionPipelineProps): CodepipelineStageAction {
  return {
    name: "Approve",
    category: "Approval",
    owner: "AWS",
    provider: "Manual",
    version: "1",
    configuration: {
      NotificationArn: props.approvalTopic.arn,
      CustomData: props.question,
      ExternalEntityLink: props.reviewUrl ?? commitUrl(props),
    },
  };
}

/** The promoted commit in AWS's console. */
function commitUrl({ location: { region }, sourceRepository: { name } }: PromotionPipelineProps): string {
  const repository = `https://${region}.console.aws.amazon.com/codesuite/codecommit/repositories/${name}`;
  return `${repository}/commit/${PROMOTED_COMMIT}?region=${region}`;
}
