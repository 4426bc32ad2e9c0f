import type { CodepipelineStageAction } from "@cdktf/provider-aws/lib/codepipeline";
import { type FollowedRepository, PIPELINE_BRANCH } from "../codecommit/repository";
import type { PolicyStatement } from "../iam/policy";

/** What starts a pipeline at each push to `main`. Source: AWS CodeCommit User Guide, "Monitoring CodeCommit events in Amazon EventBridge". */
export const pushToBranch = ({ arn }: FollowedRepository) => ({
  source: ["aws.codecommit"],
  "detail-type": ["CodeCommit Repository State Change"],
  resources: [arn],
  detail: {
    event: ["referenceCreated", "referenceUpdated"],
    referenceType: ["branch"],
    referenceName: [PIPELINE_BRANCH],
  },
});

/**
 * An action that takes what `main` has, as an artifact of the action's name.
 *
 * Source: AWS CodePipeline User Guide, "CodeCommit source action reference".
 */
export function codeCommitSource(name: string, repository: FollowedRepository): CodepipelineStageAction {
  return {
    name,
    category: "Source",
    owner: "AWS",
    provider: "CodeCommit",
    version: "1",
    configuration: {
      RepositoryName: repository.name,
      BranchName: PIPELINE_BRANCH,
      // The event rule starts it; polling would a second time.
      PollForSourceChanges: "false",
    },
    outputArtifacts: [name],
  };
}

/** What a pipeline's role needs for it. Source: the same, "Service role permissions: CodeCommit action". */
export function readRepository(Sid: string, { arn }: FollowedRepository): PolicyStatement {
  return {
    Sid,
    Effect: "Allow",
    Action: [
      "codecommit:CancelUploadArchive",
      "codecommit:GetBranch",
      "codecommit:GetCommit",
      "codecommit:GetUploadArchiveStatus",
      "codecommit:UploadArchive",
    ],
    Resource: arn,
  };
}
