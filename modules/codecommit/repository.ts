import { CodecommitRepository } from "@cdktf/provider-aws/lib/codecommit-repository";
import type { Construct } from "constructs";
import { GIT_REPOSITORY_NAME } from "../aws/forms";
import { GIT_REPOSITORY_DESCRIPTION_MAX } from "../aws/limits";
import { PropCheck } from "../prop-check";

/** The branch that pipelines follow. */
export const PIPELINE_BRANCH = "main";

export interface RepositoryProps {
  /** Name of the repository: 1 to 100 letters, digits and `._-`. */
  readonly name: string;
  /** Up to 1000 characters. */
  readonly description: string;
}

/** What a pipeline follows of a repository. */
export interface FollowedRepository {
  /** Its name. */
  readonly name: string;
  /** Its ARN. */
  readonly arn: string;
}

/** Makes a Git repository in `scope`. */
export function createRepository(
  scope: Construct,
  { name, description }: RepositoryProps,
  { preventDestroy = false }: { readonly preventDestroy?: boolean } = {},
): CodecommitRepository {
  const check = new PropCheck(scope);
  check.text("name", name, GIT_REPOSITORY_NAME);
  check.length("description", description, GIT_REPOSITORY_DESCRIPTION_MAX);
  return new CodecommitRepository(scope, "Resource", {
    repositoryName: name,
    description,
    ...(preventDestroy && { lifecycle: { preventDestroy } }),
  });
}
