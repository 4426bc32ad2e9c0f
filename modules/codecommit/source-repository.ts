import type { CodecommitRepository } from "@cdktf/provider-aws/lib/codecommit-repository";
import { Construct } from "constructs";
import { createRepository, type RepositoryProps } from "./repository";

export interface SourceRepositoryProps extends RepositoryProps {
  /** Whether Terraform refuses any plan that would remove the repository, with all that was pushed to it. @default false */
  readonly preventDestroy?: boolean;
}

/**
 * The Git repository with the source of all services, whose branch `main` pipelines take to production. It is made empty:
 * push to it.
 *
 * ```sh
 * git push https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop-dev HEAD:main
 * ```
 *
 * Cost: none for the first five people, $1 a month for each further one.
 *
 * @see AWS CodeCommit User Guide, "Working with repositories"
 */
export class SourceRepository extends Construct {
  readonly repository: CodecommitRepository;

  constructor(scope: Construct, id: string, { preventDestroy = false, ...props }: SourceRepositoryProps) {
    super(scope, id);
    this.repository = createRepository(this, props, { preventDestroy });
  }

  get name(): string {
    return this.repository.repositoryName;
  }

  get arn(): string {
    return this.repository.arn;
  }

  /** Where it is pushed to and cloned from. */
  get cloneUrl(): string {
    return this.repository.cloneUrlHttp;
  }
}
