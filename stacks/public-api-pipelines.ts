import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { EnvironmentStack } from "./environment-stack";
import { locate } from "./location";
import { createGithubConnection } from "./pipelines/github-connection";
import { GithubPipelines } from "./pipelines/github-pipelines";
import { createArtifactStore } from "./pipelines/pipeline-artifacts";
import { PUBLIC_API } from "./public-api";

/** What an environment says of its pipelines from GitHub. */
type GithubConfig = NonNullable<NonNullable<Environment["pipelines"]>["github"]>;

export interface PublicApiPipelinesProps {
  readonly environment: Environment;
  /** The environment's. */
  readonly github: GithubConfig;
  /** The services of the system, those of its groups among them. */
  readonly services: readonly Service[];
}

/**
 * Takes the services of public-api from GitHub to ECS: a connection, and for each service a pipeline that pushes to the branch
 * start, and one for pull requests, which tests and builds, and deploys nothing.
 */
export class PublicApiPipelinesStack extends EnvironmentStack {
  constructor(scope: Construct, { environment, github, services }: PublicApiPipelinesProps) {
    super(scope, "public-api-pipelines", environment);
    const location = locate(this, environment.region);
    const artifactStore = createArtifactStore(this, PUBLIC_API, environment, location);
    const connection = createGithubConnection(this, environment, location);
    for (const service of services) {
      new GithubPipelines(this, service.name, {
        environment,
        place: { service, environment: environment.name, location },
        source: { connection, ...github },
        artifactStore,
      });
    }
  }
}
