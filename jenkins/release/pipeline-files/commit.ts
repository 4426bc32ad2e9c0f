import { setTimeout as sleep } from "node:timers/promises";
import { CodeCommitClient, CreateCommitCommand, GetBranchCommand, GetFileCommand } from "@aws-sdk/client-codecommit";
import { Failure } from "../../../tools/failure";
import { AwsFault } from "../aws/aws-fault";
import type { Context } from "../context";
import { EXIT } from "../exit-status";

/** The branch that the pipelines follow. */
export const BRANCH = "main";

/** Attempts, where others commit at the same time: all services of a system have one repository. */
const ATTEMPTS = 8;
const WAIT_MS = 250;

/** A file of the repository. */
export interface CommittedFile {
  readonly path: string;
  readonly text: string;
}

export interface CommitOptions {
  readonly repository: string;
  readonly files: readonly CommittedFile[];
  readonly message: string;
  /** Whether what is there means the same as what is to be there. */
  readonly same: (there: string, wanted: string) => boolean;
}

/**
 * Commits files to the branch, which it makes in an empty repository. Whoever does this again, after having been killed or
 * after a lost answer, makes no second commit.
 *
 * @returns the id of the commit, `undefined` where the files are there already
 * @throws Failure with status 2 where there is no repository
 */
export async function commitFiles(context: Context, options: CommitOptions): Promise<string | undefined> {
  const { aws, lifetime } = context;
  const client = aws.client(CodeCommitClient);
  const once = aws.client(CodeCommitClient, true);
  for (let attempt = 1; ; attempt++) {
    const parent = await lifetime.until(readHead(context, client, options));
    const putFiles = await lifetime.until(changedFiles(context, client, options, parent));
    if (putFiles.length === 0) return undefined;
    try {
      const { commitId } = await lifetime.until(
        aws.call("codecommit:CreateCommit", () =>
          once.send(
            new CreateCommitCommand({
              repositoryName: options.repository,
              branchName: BRANCH,
              ...(parent && { parentCommitId: parent }),
              authorName: "release",
              commitMessage: options.message,
              putFiles: putFiles.map(({ path, text }) => ({ filePath: path, fileContent: Buffer.from(text) })),
            }),
          ),
        ),
      );
      aws.changes.push(`committed ${putFiles.map(({ path }) => path).join(" and ")} to ${options.repository}`);
      return commitId;
    } catch (error) {
      if (!mayTryAgain(error) || attempt === ATTEMPTS) throw error;
      await lifetime.until(sleep(WAIT_MS * attempt * (0.5 + Math.random() / 2)));
    }
  }
}

/** Another commit was quicker, the answer was lost, or there were too many calls: it is looked at again before. */
function mayTryAgain(error: unknown): boolean {
  if (!(error instanceof AwsFault)) return false;
  const wasOvertaken = /^(ParentCommitIdOutdated|ParentCommitIdRequired|ConcurrentReferenceUpdate|NoChange)Exception$/;
  return wasOvertaken.test(error.code) || error.isAmbiguous || error.isThrottling;
}

/** The newest commit of the branch; `undefined` where there is none. */
async function readHead(
  { aws, howToDeploy }: Context,
  client: CodeCommitClient,
  { repository }: CommitOptions,
): Promise<string | undefined> {
  try {
    const { branch } = await aws.call("codecommit:GetBranch", () =>
      client.send(new GetBranchCommand({ repositoryName: repository, branchName: BRANCH })),
    );
    return branch?.commitId;
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    if (error.code === "BranchDoesNotExistException") return undefined;
    if (error.code !== "RepositoryDoesNotExistException") throw error;
    throw new Failure(`there is no CodeCommit repository ${repository}; ${howToDeploy}`, EXIT.usage);
  }
}

/** Those that are not there yet, or are otherwise. */
async function changedFiles(
  { aws }: Context,
  client: CodeCommitClient,
  { repository, files, same }: CommitOptions,
  commit: string | undefined,
): Promise<readonly CommittedFile[]> {
  if (commit === undefined) return files;
  const found = await Promise.all(
    files.map(async (file) => {
      const answer = await aws.callUnless(["FileDoesNotExistException"], "codecommit:GetFile", () =>
        client.send(new GetFileCommand({ repositoryName: repository, commitSpecifier: commit, filePath: file.path })),
      );
      const there = answer?.fileContent && Buffer.from(answer.fileContent).toString("utf8");
      return there !== undefined && same(there, file.text) ? [] : [file];
    }),
  );
  return found.flat();
}
