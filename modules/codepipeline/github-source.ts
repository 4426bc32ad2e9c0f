import type {
  CodepipelineStageAction,
  CodepipelineTrigger,
  CodepipelineTriggerGitConfiguration,
} from "@cdktf/provider-aws/lib/codepipeline";
import type { GithubRepository } from "../codeconnections/github-repository";

/** Both the type of an action and that of the triggers which start pipelines by it. */
const PROVIDER = "CodeStarSourceConnection";

/**
 * An action that takes the files of the commit that a trigger tells, as an artifact of the action's name; those of the
 * branch where a person starts the pipeline. The artifact has no history, so that builds need no way to GitHub themselves.
 *
 * Source: AWS CodePipeline User Guide, "CodeStarSourceConnection for Bitbucket Cloud, GitHub, GitHub Enterprise Server,
 * GitLab.com, and GitLab self-managed actions".
 */
export function githubSource(
  name: string,
  { connection, repository, branch }: GithubRepository,
): CodepipelineStageAction {
  return {
    name,
    category: "Source",
    owner: "AWS",
    provider: PROVIDER,
    version: "1",
    configuration: {
      ConnectionArn: connection.arn,
      FullRepositoryId: repository,
      BranchName: branch,
      OutputArtifactFormat: "CODE_ZIP",
      // The trigger starts it. Left out it is true, and CodePipeline makes a trigger of its own for each push to the branch,
      // which no plan is ever rid of (terraform-provider-aws#38409).
      DetectChanges: "false",
    },
    outputArtifacts: [name],
  };
}

/** Starts a pipeline at each push to the branch. Source: AWS CodePipeline User Guide, "Add trigger with code push or pull request event types". */
export const onPush = (sourceActionName: string, { branch }: GithubRepository): CodepipelineTrigger =>
  trigger({ sourceActionName, push: [{ branches: { includes: [branch] } }] });

/**
 * Starts a pipeline when a pull request to the branch is opened, and at each push to it while it is open; not when it is
 * closed, for merged it is a push to the branch. Source: the same.
 */
export const onPullRequest = (sourceActionName: string, { branch }: GithubRepository): CodepipelineTrigger =>
  trigger({ sourceActionName, pullRequest: [{ events: ["OPEN", "UPDATED"], branches: { includes: [branch] } }] });

const trigger = (gitConfiguration: CodepipelineTriggerGitConfiguration): CodepipelineTrigger => ({
  providerType: PROVIDER,
  gitConfiguration,
});
