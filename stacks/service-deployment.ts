import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { ENVIRONMENT_LABEL, environmentRecord } from "../config/environment-record";
import { BOOTSTRAP_TAG } from "../config/image-tag";
import { type ServiceNames, serviceNames } from "../config/names";
import { isFixed } from "../config/replicas";
import type { Service as ServiceConfig } from "../config/service";
import type { ListenerRule } from "../modules/alb/listener-rule";
import type { Repository } from "../modules/ecr/repository";
import { ScalableTaskCount } from "../modules/ecs/scalable-task-count";
import { type Placement, Service } from "../modules/ecs/service";
import { TaskDefinition } from "../modules/ecs/task-definition";
import { ExecutionRole } from "../modules/iam/execution-role";
import { TaskRole } from "../modules/iam/task-role";
import type { Network } from "../modules/network/network";
import { ServiceSecurityGroup } from "../modules/security-group/service-security-group";
import { BlueGreenRelease } from "./blue-green-release";
import { DatabaseTasks } from "./database-tasks";
import { requireFirstImage } from "./first-image";
import { createListenerRules, listenersOf } from "./service-rules";
import { createSecrets, type ServiceSecrets } from "./service-secrets";
import { createTargets, type ServiceTargets } from "./service-targets";
import type { SystemDatabase } from "./system-database";
import type { SystemPlatform } from "./system-platform";
import type { SystemReleases } from "./system-releases";
import { taskEnvironment } from "./task-environment";

export interface ServiceDeploymentProps {
  readonly environment: Environment;
  readonly service: ServiceConfig;
  readonly network: Network;
  readonly repository: Repository;
}

/** What a service stands on besides the network. */
export interface ServiceGround {
  readonly platform: SystemPlatform;
  /** Where one of the system's services has a database. */
  readonly database: SystemDatabase | undefined;
  /** Where one of the system's services is deployed blue/green. */
  readonly releases: SystemReleases | undefined;
}

interface Roles {
  readonly execution: IamRole;
  readonly task: IamRole;
  /** What the roles allow, apart from the roles themselves: the service has to come after and go before. */
  readonly policies: readonly ITerraformDependable[];
}

/**
 * Everything that one service.json becomes: log group, roles, task definition, target groups, rules, service, scaling, and
 * where it asks for them secrets, a database user and blue/green deployments.
 *
 * In two steps, because the load balancer comes between: it has to know the target group of what no rule matches.
 */
export class ServiceDeployment extends Construct {
  readonly targets: ServiceTargets;
  private readonly names: ServiceNames;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceDeploymentProps,
  ) {
    super(scope, id);
    this.names = serviceNames(props.service, props.environment.name);
    this.targets = createTargets(this, { ...props, names: this.names });
  }

  /** Whether what no rule matches goes to the service. */
  get isDefault(): boolean {
    return this.props.service.routes.default;
  }

  /** Makes all the rest. */
  deployOn(ground: ServiceGround): void {
    const { service: config } = this.props;
    const logGroup = this.createLogGroup();
    const secrets = createSecrets(this, { ...this.props, names: this.names, database: ground.database });
    const roles = this.createRoles(ground, logGroup, secrets);
    const firstImage = requireFirstImage(this, { ...this.props, repositoryName: this.names.repository });
    const taskDefinition = this.createTaskDefinition(ground, logGroup, roles, secrets, firstImage);
    const rules = createListenerRules(this, { service: config, targets: this.targets, platform: ground.platform });
    const service = this.createService(ground, taskDefinition, [
      ...listenersOf(ground.platform, config),
      ...rules.map(({ rule }) => rule),
      ...roles.policies,
      ...secrets.values,
    ]);
    this.createScaling(service, ground.platform);
    const migration = this.createDatabaseTasks(ground, logGroup, roles, firstImage);
    this.createRelease(ground, { service, rules, roles, migration });
  }

  private createLogGroup(): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "LogGroup", {
      name: this.names.logGroup,
      retentionInDays: this.props.environment.logRetentionDays,
    });
  }

  private createRoles({ platform }: ServiceGround, logGroup: CloudwatchLogGroup, secrets: ServiceSecrets): Roles {
    const { repository } = this.props;
    const execution = new ExecutionRole(this, "ExecutionRole", {
      name: this.names.executionRole,
      location: platform.location,
      repositoryArn: repository.arn,
      logGroupArn: logGroup.arn,
      secretArns: secrets.namedArns,
      secretsManagerArns: secrets.madeArns,
    });
    const task = new TaskRole(this, "TaskRole", { name: this.names.taskRole, location: platform.location });
    const policies = [execution.policy, task.policy].filter((policy) => policy !== undefined);
    return { execution: execution.role, task: task.role, policies };
  }

  private createTaskDefinition(
    { database }: ServiceGround,
    logGroup: CloudwatchLogGroup,
    roles: Roles,
    secrets: ServiceSecrets,
    firstImage: ITerraformDependable,
  ): TaskDefinition {
    const { environment, service } = this.props;
    return new TaskDefinition(this, "TaskDefinition", {
      family: this.names.family,
      containerName: this.names.container,
      launchType: service.launchType,
      cpu: service.cpu,
      memoryMiB: service.memory,
      image: this.firstImage,
      containerPort: service.port,
      environment: { ...taskEnvironment(service, environment.name), ...this.databaseVariables(database) },
      ...(Object.keys(service.environment).length > 0 && {
        labels: { [ENVIRONMENT_LABEL]: environmentRecord(service.environment) },
      }),
      secrets: secrets.references,
      stopTimeoutSeconds: service.stopTimeoutSeconds,
      logGroup,
      region: environment.region,
      executionRole: roles.execution,
      taskRole: roles.task,
      revisionParameterName: this.names.taskDefinitionParameter,
      dependsOn: [firstImage],
    });
  }

  private get firstImage(): string {
    return `${this.props.repository.url}:${BOOTSTRAP_TAG}`;
  }

  private databaseVariables(database: SystemDatabase | undefined): Record<string, string> {
    const { service } = this.props;
    if (!database || !service.database) return {};
    return {
      ...database.variablesOf(service.name),
      APP_DB_CONNECTION_LIMIT: String(service.database.connectionLimit),
    };
  }

  private createService(ground: ServiceGround, taskDefinition: TaskDefinition, needs: ITerraformDependable[]): Service {
    const { service } = this.props;
    const { platform } = ground;
    return new Service(this, "Service", {
      name: this.names.service,
      cluster: platform.cluster,
      taskDefinition,
      placement: this.placement(ground),
      deploymentController: service.deployment.controller,
      desiredCount: service.replicas.desired,
      autoscaled: !isFixed(service.replicas),
      targetGroup: this.targets.blue,
      healthCheckGracePeriodSeconds: service.healthCheck.gracePeriodSeconds,
      dependsOn: [platform.capacityProviders, ...needs],
    });
  }

  private placement({ platform, database }: ServiceGround): Placement {
    const { network, service } = this.props;
    if (service.launchType === "EC2") {
      if (!platform.ec2Capacity)
        throw new Error(`service "${service.name}" runs on EC2, but its system has no EC2 capacity`);
      return { launchType: "EC2", capacity: platform.ec2Capacity };
    }
    const securityGroup = new ServiceSecurityGroup(this, "SecurityGroup", {
      name: this.names.securityGroup,
      vpcId: network.vpc.id,
      loadBalancerSecurityGroupId: platform.loadBalancerSecurityGroup.group.id,
      containerPort: service.port,
      publicCidrs: service.publicCidrs,
    });
    if (service.database) {
      database?.server.allowFrom({ label: service.name, securityGroupId: securityGroup.group.id });
    }
    return {
      launchType: "FARGATE",
      subnetIds: network.privateSubnets.map(({ id }) => id),
      securityGroupIds: [securityGroup.group.id],
    };
  }

  private createScaling(service: Service, { loadBalancer }: SystemPlatform): void {
    const { scaling, replicas } = this.props.service;
    if (isFixed(replicas)) return;
    const count = new ScalableTaskCount(this, "TaskCount", {
      service,
      min: replicas.min,
      max: replicas.max,
      scaleOutCooldownSeconds: scaling.scaleOutCooldownSeconds,
      scaleInCooldownSeconds: scaling.scaleInCooldownSeconds,
    });
    if (scaling.cpuPercent !== false) count.scaleOnCpuUtilization(scaling.cpuPercent);
    if (scaling.memoryPercent !== false) count.scaleOnMemoryUtilization(scaling.memoryPercent);
    if (scaling.requestsPerTarget !== undefined) {
      count.scaleOnRequestCount(scaling.requestsPerTarget, loadBalancer.loadBalancer, this.targets.blue.targetGroup);
    }
    for (const schedule of scaling.schedules) count.scaleOnSchedule(schedule);
  }

  private createDatabaseTasks(
    { platform, database }: ServiceGround,
    logGroup: CloudwatchLogGroup,
    roles: Roles,
    firstImage: ITerraformDependable,
  ): DatabaseTasks | undefined {
    const { environment, service, repository } = this.props;
    if (!database || !service.database?.migrations) return undefined;
    return new DatabaseTasks(this, "DatabaseTasks", {
      environment,
      service,
      names: this.names,
      location: platform.location,
      repository,
      image: this.firstImage,
      needs: [firstImage],
      logGroup,
      taskRole: roles.task,
      database,
    });
  }

  private createRelease({ platform, releases }: ServiceGround, made: MadeService): void {
    const { environment, service: config, repository } = this.props;
    if (!releases || config.deployment.controller !== "CODE_DEPLOY") return;
    const { service, rules, roles, migration } = made;
    new BlueGreenRelease(this, "Release", {
      environment,
      config,
      names: this.names,
      platform,
      releases,
      repository,
      service,
      targets: this.targets,
      rules,
      taskRoleArns: [roles.execution.arn, roles.task.arn],
      migration: migration && {
        taskDefinition: migration.migrate,
        roleArns: [migration.executionRole.role.arn, roles.task.arn],
      },
    });
  }
}

interface MadeService {
  readonly service: Service;
  readonly rules: ListenerRule[];
  readonly roles: Roles;
  readonly migration: DatabaseTasks | undefined;
}
