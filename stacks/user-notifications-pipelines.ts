import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { deploymentUnit } from "../config/deployment-unit";
import { domainOf } from "../config/domain";
import type { Environment } from "../config/environment";
import type { Project } from "../config/load";
import { loadBalancerOf } from "../config/load-balancer-number";
import { environmentNames, systemNames } from "../config/names";
import type { Service } from "../config/service";
import { SourceRepository } from "../modules/codecommit/source-repository";
import type { AwsLocation } from "../modules/iam/policy";
import { PropCheck } from "../modules/prop-check";
import { ApprovalTopic } from "../modules/sns/approval-topic";
import { EnvironmentStack } from "./environment-stack";
import { locate } from "./location";
import { createArtifactStore } from "./pipelines/pipeline-artifacts";
import { ServicePipeline } from "./pipelines/service-pipeline";
import { USER_NOTIFICATIONS } from "./user-notifications";

export interface UserNotificationsPipelinesProps {
  /** The environment that pipelines deploy to first; `pipelines` says where approved versions go. */
  readonly environment: Environment;
  /** The services of the system, those of its groups among them, as `environment` has them. */
  readonly services: readonly Service[];
  /** The configuration of the environment that `pipelines.production` names. */
  readonly production: Project;
}

/**
 * Takes the services of user-notifications from source to production: a repository, and for each service with `pipeline` a
 * pipeline that its pushes start. It belongs to the environment that is deployed to first, and reaches the other one by the
 * names that things have there: neither has to know the other's state.
 */
export class UserNotificationsPipelinesStack extends EnvironmentStack {
  private readonly location: AwsLocation;
  private readonly productionServices: ReadonlyMap<string, Service>;

  constructor(
    scope: Construct,
    private readonly props: UserNotificationsPipelinesProps,
  ) {
    super(scope, "user-notifications-pipelines", props.environment);
    this.checkPlaces();
    this.location = locate(this, props.environment.region);
    this.productionServices = new Map(props.production.services.map((service) => [service.name, service]));
    this.createPipelines();
  }

  private createPipelines(): void {
    const { environment, services } = this.props;
    const { location } = this;
    const ground = {
      environment,
      sourceRepository: this.createRepository(),
      artifactStore: createArtifactStore(this, USER_NOTIFICATIONS, environment, location),
      approvalTopic: this.createApprovalTopic(),
    };
    for (const service of services.filter(({ pipeline }) => pipeline)) {
      new ServicePipeline(this, service.name, {
        ...ground,
        developmentUrl: publicUrl(environment, service),
        development: { service, environment: environment.name, location },
        production: { ...this.inProduction(service), location },
      });
    }
  }

  private createRepository(): SourceRepository {
    const { environment } = this.props;
    const repository = new SourceRepository(this, "Source", {
      name: environmentNames(environment.name).sourceRepository,
      description: `source that pipelines take over ${environment.name} to ${this.props.production.environment.name}`,
      preventDestroy: environment.removal === "retain",
    });
    new TerraformOutput(this, "source", {
      value: repository.cloneUrl,
      description: "where to push to: the branch main",
    });
    return repository;
  }

  private createApprovalTopic(): ApprovalTopic {
    const { environment } = this.props;
    return new ApprovalTopic(this, "Approvals", {
      name: systemNames(USER_NOTIFICATIONS, environment.name).approvalTopic,
      location: this.location,
      approvers: environment.pipelines?.approvers ?? [],
    });
  }

  private inProduction({ name }: Service): { service: Service; environment: string } {
    const { environment } = this.props.production;
    const service = this.productionServices.get(name);
    if (!service) throw new Error(`there is no service "${name}" in ${environment.name}`);
    return { service, environment: environment.name };
  }

  /** A build pushes to one registry, and roles are of one account. */
  private checkPlaces(): void {
    const { environment, production } = this.props;
    const check = new PropCheck(this);
    for (const field of ["region", "accountId"] as const) {
      const [here, there] = [environment[field], production.environment[field]];
      // An environment need not say its account.
      if (here === there || here === undefined || there === undefined) continue;
      throw check.error(
        `production.${field}`,
        `is ${JSON.stringify(there)} (config/environments/${production.environment.name}.json)`,
        `that of ${environment.name}, ${JSON.stringify(here)}, for a pipeline stays in one account and Region`,
      );
    }
    if (environment.name === production.environment.name) {
      throw check.error("production", `is ${JSON.stringify(environment.name)} itself`, "another environment");
    }
  }
}

/** Where a service is served, where its load balancer has a public name. */
function publicUrl(environment: Environment, service: Service): string | undefined {
  const domain = domainOf(environment, deploymentUnit(service), loadBalancerOf(service));
  return domain === undefined ? undefined : `${environment.dns?.tls ? "https" : "http"}://${domain}`;
}
