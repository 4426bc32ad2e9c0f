import { type FakeAws, Refusal } from "./fake-aws";

interface Commit {
  readonly id: string;
  readonly message: string;
  /** Texts by path: all that there are then. */
  readonly files: ReadonlyMap<string, string>;
}

/** A repository of CodeCommit, with one branch at most. */
export class FakeCodeCommit {
  readonly commits: Commit[] = [];

  constructor(aws: FakeAws) {
    aws.on("GetBranch", () => {
      const head = this.commits.at(-1);
      return head ? { branch: { branchName: "main", commitId: head.id } } : new Refusal("BranchDoesNotExistException");
    });
    aws.on("GetFile", ({ commitSpecifier, filePath }) => {
      const commit = this.commits.find(({ id }) => id === commitSpecifier);
      const text = commit?.files.get(String(filePath));
      if (text === undefined) return new Refusal("FileDoesNotExistException");
      return { commitId: commit?.id, filePath, fileContent: Buffer.from(text).toString("base64") };
    });
    aws.on("CreateCommit", ({ parentCommitId, putFiles, commitMessage }) => {
      if (parentCommitId !== this.commits.at(-1)?.id) {
        return new Refusal(parentCommitId ? "ParentCommitIdOutdatedException" : "ParentCommitIdRequiredException");
      }
      const put = (putFiles as { filePath: string; fileContent: string }[]).map(
        ({ filePath, fileContent }) => [filePath, Buffer.from(fileContent, "base64").toString()] as const,
      );
      return { commitId: this.commit(put, String(commitMessage)) };
    });
  }

  /** Commits as somebody else would. */
  commit(files: readonly (readonly [path: string, text: string])[], message = "somebody else's"): string {
    const id = `c${this.commits.length + 1}`;
    this.commits.push({ id, message, files: new Map([...(this.commits.at(-1)?.files ?? []), ...files]) });
    return id;
  }

  /** Texts by path, as the branch has them. */
  get files(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.commits.at(-1)?.files ?? []);
  }
}
