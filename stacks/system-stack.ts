import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { deploymentUnit } from "../config/deployment-unit";
import type { Environment } from "../config/environment";
import { loadBalancerOf, prioritiesOfLoadBalancer } from "../config/load-balancer-number";
import { systemNames } from "../config/names";
import type { Service } from "../config/service";
import type { AwsLocation } from "../modules/iam/policy";
import { AlarmTopic } from "../modules/sns/alarm-topic";
import type { ApiFront } from "./api-front";
import { EnvironmentStack } from "./environment-stack";
import type { MailStack } from "./mail";
import type { NetworkStack } from "./network";
import type { RegistryStack } from "./registry";
import type { DeployedService } from "./service-alarms";
import { ServiceDeployment } from "./service-deployment";
import { calleesFirst, ServiceDiscovery } from "./service-discovery";
import type { ServiceGround } from "./service-ground";
import { SystemDatabase } from "./system-database";
import { isBlueGreen } from "./system-front";
import { SystemOperations } from "./system-operations";
import { SystemPlatform } from "./system-platform";
import { SystemReleases } from "./system-releases";

export interface SystemStackProps {
  readonly environment: Environment;
  /** The group whose services the stack deploys. @default - those of the system without a group */
  readonly group?: string | undefined;
  /** The services of this system, or of the group. */
  readonly services: readonly Service[];
  readonly network: NetworkStack;
  readonly registry: RegistryStack;
  /** What the services send mail with. @default - none of them sends any */
  readonly mail?: MailStack | undefined;
  /** What exposes services. @default - none is exposed */
  readonly api?: ApiFront | undefined;
}

/** What a system is, apart from its services. */
export interface SystemDescription {
  /** As `system` in service.json says it. */
  readonly system: string;
  /** Name of the schema in the database, where a service has one. @default - the system's, with underscores */
  readonly databaseName?: string;
  /** Makes the API in the system's own stack. @default - the one of the props */
  readonly createApi?: (stack: EnvironmentStack, location: AwsLocation) => ApiFront;
}

/**
 * The services of one unit (a system, or a group within it) on one cluster behind its load balancers, and what they ask for in
 * service.json: instances, a database, blue/green deployments with their pipelines.
 */
export class SystemStack extends EnvironmentStack {
  /** What exposes services of this unit; undefined where none is exposed. */
  readonly api: ApiFront | undefined;
  /** As `deploymentUnit` gives it. */
  private readonly unit: string;
  private readonly description: SystemDescription;
  private readonly props: SystemStackProps;

  constructor(scope: Construct, description: SystemDescription, props: SystemStackProps) {
    const unit = deploymentUnit({ system: description.system, group: props.group });
    super(scope, unit, props.environment);
    this.unit = unit;
    this.description = description;
    this.props = props;
    const deployments = props.services.map((service) => this.createDeployment(service));
    const platform = this.createPlatform(deployments);
    this.api = description.createApi?.(this, platform.location) ?? props.api;
    const ground = this.createGround(platform);
    const deployed = calleesFirst(deployments).map((deployment) => deployment.deployOn(ground));
    ground.discovery?.allowCalls();
    this.createOperations(ground, deployed);
    this.createOutputs(ground);
  }

  private createDeployment(service: Service): ServiceDeployment {
    const { environment, network, registry } = this.props;
    return new ServiceDeployment(this, service.name, {
      environment,
      service,
      network: network.network,
      repository: registry.repositoryOf(service),
    });
  }

  private createPlatform(deployments: readonly ServiceDeployment[]): SystemPlatform {
    const { environment, services, network } = this.props;
    return new SystemPlatform(this, "Platform", {
      unit: this.unit,
      environment,
      services,
      network: network.network,
      defaultTarget: deployments.find(({ isDefault }) => isDefault)?.targets.blue,
    });
  }

  private createGround(platform: SystemPlatform): ServiceGround {
    const { mail } = this.props;
    const { api } = this;
    const alarms = this.createAlarmTopic(platform);
    return {
      platform,
      api,
      mail,
      alarms,
      discovery: this.createDiscovery(platform),
      database: this.createDatabase(alarms),
      releases: this.createReleases(platform),
    };
  }

  private createDiscovery({ fronts }: SystemPlatform): ServiceDiscovery | undefined {
    const { environment, services, network } = this.props;
    if (services.every(({ calls }) => calls.length === 0)) return undefined;
    return new ServiceDiscovery(this, "Discovery", {
      unit: this.unit,
      environment,
      services,
      network: network.network,
      loadBalancerOf: (service) => fronts.get(loadBalancerOf(service))?.endpoint,
    });
  }

  private createAlarmTopic({ location }: SystemPlatform): AlarmTopic {
    const { environment } = this.props;
    const { alarmTopic } = systemNames(this.unit, environment.name);
    return new AlarmTopic(this, "Alarms", { name: alarmTopic, location, emails: environment.alarms.emails });
  }

  private createDatabase(alarms: AlarmTopic): SystemDatabase | undefined {
    const { environment, services, network } = this.props;
    const { system, databaseName = system.replaceAll("-", "_") } = this.description;
    if (services.every(({ database }) => database === undefined)) return undefined;
    const common = { unit: this.unit, environment, services, alarms };
    return new SystemDatabase(this, "Database", { ...common, network: network.network, databaseName });
  }

  private createReleases({ location }: SystemPlatform): SystemReleases | undefined {
    const { environment, services } = this.props;
    if (!isBlueGreen(services)) return undefined;
    return new SystemReleases(this, "Releases", { unit: this.unit, environment, location });
  }

  private createOperations(ground: ServiceGround, deployed: readonly DeployedService[]): void {
    const { environment } = this.props;
    const ofApi = this.description.createApi && this.api;
    const fronts = ofApi ? new Map([[0, ofApi]]) : ground.platform.fronts;
    new SystemOperations(this, "Operations", { unit: this.unit, environment, ground, fronts, deployed });
  }

  private createOutputs({ platform, database }: ServiceGround): void {
    for (const [number, { url }] of platform.fronts) this.createUrlOutput(number, url);
    new TerraformOutput(this, "cluster", { value: platform.cluster.name, description: "name of the ECS cluster" });
    new TerraformOutput(this, "services", {
      value: this.props.services.map((service) => service.name),
      description: "names of the ECS services",
    });
    if (!database) return;
    new TerraformOutput(this, "database", { value: database.server.address, description: "host name of the database" });
  }
  private createUrlOutput(number: number, value: string): void {
    const id = number === 0 ? "url" : `url-${number + 1}`;
    const priorities = prioritiesOfLoadBalancer(number);
    const description =
      number === 0
        ? "where the services answer"
        : `where the services with the priorities ${priorities.first} to ${priorities.last} answer`;
    new TerraformOutput(this, id, { value, description });
  }
}
