import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { EnvironmentStack } from "./environment-stack";
import type { NetworkStack } from "./network";
import type { RegistryStack } from "./registry";
import { ServiceDeployment } from "./service-deployment";
import { SystemPlatform } from "./system-platform";

/** Name of the system, as `system` in service.json says it. */
export const JENKINS_ECS = "jenkins-ecs";

export interface JenkinsEcsStackProps {
  readonly environment: Environment;
  /** The services of this system. */
  readonly services: readonly Service[];
  readonly network: NetworkStack;
  readonly registry: RegistryStack;
}

/**
 * The services behind one load balancer on one cluster, released by a Jenkins pipeline: who pushes an image and
 * registers a revision of the task definition is the pipeline; Terraform keeps the shape.
 */
export class JenkinsEcsStack extends EnvironmentStack {
  constructor(scope: Construct, { environment, services, network, registry }: JenkinsEcsStackProps) {
    super(scope, JENKINS_ECS, environment);
    const platform = new SystemPlatform(this, "Platform", {
      system: JENKINS_ECS,
      environment,
      services,
      network: network.network,
    });
    for (const service of services) {
      new ServiceDeployment(this, service.name, {
        environment,
        service,
        platform,
        network: network.network,
        repository: registry.repositoryOf(service),
      });
    }
    this.createOutputs(platform, services);
  }

  private createOutputs(platform: SystemPlatform, services: readonly Service[]): void {
    new TerraformOutput(this, "url", { value: platform.url, description: "where the services answer" });
    new TerraformOutput(this, "cluster", { value: platform.cluster.name, description: "name of the ECS cluster" });
    new TerraformOutput(this, "services", {
      value: services.map((service) => service.name),
      description: "names of the ECS services",
    });
  }
}
