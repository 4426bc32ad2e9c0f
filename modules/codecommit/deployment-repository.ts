import { CodecommitRepository } from "@cdktf/provider-aws/lib/codecommit-repository";
import { Construct } from "constructs";
import { GIT_REPOSITORY_NAME } from "../aws/forms";
import { GIT_REPOSITORY_DESCRIPTION_MAX } from "../aws/limits";
import { PropCheck } from "../prop-check";

/** The branch that pipelines follow. */
export const DEPLOYMENT_BRANCH = "main";

export interface DeploymentRepositoryProps {
  /** Name of the repository: 1 to 100 letters, digits and `._-`. */
  readonly name: string;
  /** Up to 1000 characters. */
  readonly description: string;
}

/**
 * The Git repository of the files that say how services are deployed: a folder for each service, with its
 * `appspec.yaml` and `taskdef.json`, on the branch `main`. Services share it: a push starts the pipelines of all of them,
 * for CodeCommit tells of a branch and not of its files.
 *
 * @see AWS CodeCommit User Guide, "Working with repositories"
 */
export class DeploymentRepository extends Construct {
  readonly repository: CodecommitRepository;

  constructor(scope: Construct, id: string, { name, description }: DeploymentRepositoryProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("name", name, GIT_REPOSITORY_NAME);
    check.length("description", description, GIT_REPOSITORY_DESCRIPTION_MAX);
    this.repository = new CodecommitRepository(this, "Resource", { repositoryName: name, description });
  }

  get name(): string {
    return this.repository.repositoryName;
  }

  get arn(): string {
    return this.repository.arn;
  }
}
