import { DataAwsEcrImage } from "@cdktf/provider-aws/lib/data-aws-ecr-image";
import { DataAwsEcrRepository } from "@cdktf/provider-aws/lib/data-aws-ecr-repository";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { BOOTSTRAP_TAG } from "../config/image-tag";
import type { Service } from "../config/service";
import type { Repository } from "../modules/ecr/repository";

export interface FirstImageProps {
  readonly environment: Environment;
  readonly service: Service;
  readonly repository: Repository;
  /** The repository's name as a person reads it. */
  readonly repositoryName: string;
}

/**
 * Stops an apply before it creates a service whose tasks could only fail. The repository is another stack's, so the
 * question is answered while planning. A repository with images but without the bootstrap one is refused by the
 * second data source, in the provider's words.
 */
export function requireFirstImage(
  scope: Construct,
  { environment, service, repository, repositoryName: shown }: FirstImageProps,
): DataAwsEcrImage {
  const repositoryName = repository.name;
  const content = new DataAwsEcrRepository(scope, "Images", { name: repositoryName });
  const condition = `\${length(data.aws_ecr_repository.${content.friendlyUniqueId}.most_recent_image_tags) > 0}`;
  const errorMessage = `repository ${shown} is empty, so the tasks of ${service.name} could not start. Push the first image: npm run first-image -- --env ${environment.name} ${service.name}`;
  return new DataAwsEcrImage(scope, "FirstImage", {
    repositoryName,
    imageTag: BOOTSTRAP_TAG,
    lifecycle: { precondition: [{ condition, errorMessage }] },
  });
}
