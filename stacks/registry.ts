import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { BOOTSTRAP_TAG } from "../config/image-tag";
import { serviceNames } from "../config/names";
import type { Service } from "../config/service";
import { Repository } from "../modules/ecr/repository";
import { EnvironmentStack } from "./environment-stack";

export interface RegistryStackProps {
  readonly environment: Environment;
  readonly services: readonly Service[];
}

/**
 * One repository for each service. They are a stack of their own because they come first: a service that is created
 * before its first image has been pushed starts tasks that fail, over and over.
 */
export class RegistryStack extends EnvironmentStack {
  private readonly repositories = new Map<string, Repository>();

  constructor(scope: Construct, { environment, services }: RegistryStackProps) {
    super(scope, "registry", environment);
    for (const service of services) {
      this.repositories.set(
        service.name,
        new Repository(this, service.name, {
          name: serviceNames(service, environment.name).repository,
          protectedTag: BOOTSTRAP_TAG,
          // A pipeline's source follows one tag that moves; the revision that it deploys names the image by its digest.
          tagMutability: service.deployment.controller === "CODE_DEPLOY" ? "MUTABLE" : "IMMUTABLE",
          forceDelete: environment.removal === "destroy",
        }),
      );
    }
    new TerraformOutput(this, "repositories", {
      value: Object.fromEntries([...this.repositories].map(([name, { url }]) => [name, url])),
      description: "URL of the image repository of each service",
    });
  }

  /** The repository of a service. */
  repositoryOf(service: Service): Repository {
    const repository = this.repositories.get(service.name);
    if (repository === undefined) throw new Error(`the registry has no repository for service "${service.name}"`);
    return repository;
  }
}
