import type { CodecommitRepository } from "@cdktf/provider-aws/lib/codecommit-repository";
import { Construct } from "constructs";
import { createRepository, type RepositoryProps } from "./repository";

/** What a repository of deployment files takes. */
export type DeploymentRepositoryProps = RepositoryProps;

/**
 * The Git repository of the files that say how services are deployed: a folder for each service, with its
 * `appspec.yaml` and `taskdef.json`, on the branch `main`. Services share it: a push starts the pipelines of all of them,
 * for CodeCommit tells of a branch and not of its files.
 *
 * @see AWS CodeCommit User Guide, "Working with repositories"
 */
export class DeploymentRepository extends Construct {
  readonly repository: CodecommitRepository;

  constructor(scope: Construct, id: string, props: DeploymentRepositoryProps) {
    super(scope, id);
    this.repository = createRepository(this, props);
  }

  get name(): string {
    return this.repository.repositoryName;
  }

  get arn(): string {
    return this.repository.arn;
  }
}
