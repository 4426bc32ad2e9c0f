import { deploymentUnit } from "../../config/deployment-unit";
import type { Project } from "../../config/load";
import { serviceNames } from "../../config/names";
import type { Service } from "../../config/service";
import { API_SYSTEM } from "../../config/systems";
import { GITHUB_PIPELINES, RELEASE_PIPELINES, USER_NOTIFICATIONS } from "./stacks";

/** What takes a service from source to where it runs. */
export interface Pipeline {
  readonly name: string;
  readonly service: string;
  /** Stack that makes it; undefined for a job of Jenkins, which jenkins/jobs.groovy makes. */
  readonly stack: string | undefined;
}

/** The name of a service's job in Jenkins. Source: jenkins/jobs.groovy. */
export const jobOf = (service: string): string => `release/${service}`;

/** The pipelines of an environment: of each service its job in Jenkins, and those that AWS runs. */
export function pipelinesOf(project: Project): readonly Pipeline[] {
  return project.services.flatMap((service) => [
    { name: jobOf(service.name), service: service.name, stack: undefined },
    ...pipelinesOfAws(service, project),
  ]);
}

function pipelinesOfAws(service: Service, { environment }: Project): readonly Pipeline[] {
  const names = serviceNames(service, environment.name);
  const of = (name: string, stack: string) => ({ name, service: service.name, stack });
  return [
    ...(service.deployment.controller === "CODE_DEPLOY" ? [of(names.pipeline, deploymentUnit(service))] : []),
    ...(environment.pipelines && service.pipeline && service.system === USER_NOTIFICATIONS
      ? [of(names.pipeline, RELEASE_PIPELINES)]
      : []),
    ...(environment.pipelines?.github && service.system === API_SYSTEM
      ? [of(names.githubPipeline, GITHUB_PIPELINES), of(names.pullRequestPipeline, GITHUB_PIPELINES)]
      : []),
  ];
}
