import { BRANCH, GITHUB_REPOSITORY } from "../aws/github-forms";
import type { PolicyStatement } from "../iam/policy";
import type { PropCheck } from "../prop-check";
import type { GithubConnection } from "./github-connection";

/** A repository on GitHub, and which branch of it pipelines are about. */
export interface GithubRepository {
  /** The connection that reads it. */
  readonly connection: GithubConnection;
  /** Owner and name, such as `octo-org/shop`. */
  readonly repository: string;
  /** The branch that is deployed, and that pull requests ask to change. */
  readonly branch: string;
}

/** Refuses a repository or branch that is none. */
export function checkRepository(check: PropCheck, field: string, { repository, branch }: GithubRepository): void {
  check.text(`${field}.repository`, repository, GITHUB_REPOSITORY);
  check.text(`${field}.branch`, branch, BRANCH);
}

/**
 * Lets a role reach this repository by the connection, which itself leads to all those that GitHub's app was let into.
 *
 * "If exists", as AWS's own example has it with ForAllValues: the call that asks whether the connection may be used at all
 * names no repository, and each one that reads anything of one does.
 * Source: Developer Tools console User Guide, "AWS CodeConnections permissions reference", "Using a connection".
 */
export function useConnection(Sid: string, { connection, repository }: GithubRepository): PolicyStatement {
  return {
    Sid,
    Effect: "Allow",
    Action: ["codeconnections:UseConnection"],
    Resource: connection.arn,
    Condition: { StringEqualsIfExists: { "codeconnections:FullRepositoryId": repository } },
  };
}
