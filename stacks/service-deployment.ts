import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { ENVIRONMENT_LABEL, environmentRecord } from "../config/environment-record";
import { BOOTSTRAP_TAG } from "../config/image-tag";
import { loadBalancerOf } from "../config/load-balancer-number";
import { type ServiceNames, serviceNames } from "../config/names";
import { isFixed } from "../config/replicas";
import type { Service as ServiceConfig } from "../config/service";
import type { ListenerRule } from "../modules/alb/listener-rule";
import type { Repository } from "../modules/ecr/repository";
import { Service } from "../modules/ecs/service";
import { TaskDefinition } from "../modules/ecs/task-definition";
import { ExecutionRole } from "../modules/iam/execution-role";
import { TaskRole } from "../modules/iam/task-role";
import type { Network } from "../modules/network/network";
import { BlueGreenRelease } from "./blue-green-release";
import { DatabaseTasks } from "./database-tasks";
import { requireFirstImage } from "./first-image";
import { createServiceAlarms, type DeployedService, watch } from "./service-alarms";
import { frontOf, type ServiceGround } from "./service-ground";
import { type ServiceMail, serviceMail } from "./service-mail";
import { placeTasks } from "./service-placement";
import { createListenerRules, listenersOf } from "./service-rules";
import { createScaling } from "./service-scaling";
import { createSecrets, type ServiceSecrets } from "./service-secrets";
import { createTargets, type ServiceTargets } from "./service-targets";
import type { SystemDatabase } from "./system-database";
import { taskEnvironment } from "./task-environment";

export interface ServiceDeploymentProps {
  readonly environment: Environment;
  readonly service: ServiceConfig;
  readonly network: Network;
  readonly repository: Repository;
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

  /** The service's part of the configuration. */
  get config(): ServiceConfig {
    return this.props.service;
  }

  /** Whether what no rule matches goes to the service. */
  get isDefault(): boolean {
    return this.config.routes.default;
  }

  /** Makes all the rest; returns what is to be seen of it. */
  deployOn(ground: ServiceGround): DeployedService {
    const { service: config } = this.props;
    const logGroup = this.createLogGroup();
    const secrets = createSecrets(this, { ...this.props, names: this.names, database: ground.database });
    const mail = serviceMail(config, this.props.environment.region, ground.mail);
    const roles = this.createRoles(ground, logGroup, secrets, mail);
    const firstImage = requireFirstImage(this, { ...this.props, repositoryName: this.names.repository });
    const taskDefinition = this.createTaskDefinition({ ground, logGroup, roles, secrets, mail, firstImage });
    const front = frontOf(ground, config);
    const rules = createListenerRules(this, { ...this.props, targets: this.targets, front });
    const service = this.createService(ground, logGroup, taskDefinition, [
      ...listenersOf(front, config),
      ...rules.map(({ rule }) => rule),
      ...roles.policies,
      ...secrets.values,
      ...(ground.discovery?.needsOf(config) ?? []),
    ]);
    createScaling(this, { config, service, targets: this.targets, front });
    const migration = this.createDatabaseTasks(ground, logGroup, roles, firstImage);
    const release = this.createRelease(ground, { service, rules, roles, migration });
    const watched = watch(this.props, this.targets, front.loadBalancer.loadBalancer, service);
    const alarms = createServiceAlarms(this, { config, names: this.names, watched, topic: ground.alarms });
    const alarmNames = [...alarms.names, ...(release?.alarmNames ?? [])];
    return { watched, loadBalancer: loadBalancerOf(config), alarmNames };
  }

  private createLogGroup(): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "LogGroup", {
      name: this.names.logGroup,
      retentionInDays: this.props.environment.logRetentionDays,
    });
  }

  private createRoles(
    { platform }: ServiceGround,
    logGroup: CloudwatchLogGroup,
    secrets: ServiceSecrets,
    { statements }: ServiceMail,
  ): Roles {
    const { repository } = this.props;
    const execution = new ExecutionRole(this, "ExecutionRole", {
      name: this.names.executionRole,
      location: platform.location,
      repositoryArn: repository.arn,
      logGroupArn: logGroup.arn,
      secretArns: secrets.namedArns,
      secretsManagerArns: secrets.madeArns,
    });
    const task = new TaskRole(this, "TaskRole", {
      name: this.names.taskRole,
      location: platform.location,
      statements,
    });
    const policies = [execution.policy, task.policy].filter((policy) => policy !== undefined);
    return { execution: execution.role, task: task.role, policies };
  }

  private createTaskDefinition({ ground, logGroup, roles, secrets, mail, firstImage }: TaskParts): TaskDefinition {
    const { environment, service } = this.props;
    const portName = ground.discovery?.portNameOf(service);
    return new TaskDefinition(this, "TaskDefinition", {
      family: this.names.family,
      containerName: this.names.container,
      launchType: service.launchType,
      cpu: service.cpu,
      memoryMiB: service.memory,
      image: this.firstImage,
      containerPort: service.port,
      ...(portName !== undefined && { portName }),
      environment: {
        ...taskEnvironment(service, environment.name),
        ...this.databaseVariables(ground.database),
        ...ground.discovery?.variablesOf(service),
        ...mail.variables,
        ...ground.api?.variablesOf(service),
      },
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

  private createService(
    ground: ServiceGround,
    logGroup: CloudwatchLogGroup,
    taskDefinition: TaskDefinition,
    needs: ITerraformDependable[],
  ): Service {
    const { service } = this.props;
    const { platform, discovery } = ground;
    const { placement, securityGroupId } = placeTasks(this, { ...this.props, names: this.names }, ground);
    const made = new Service(this, "Service", {
      name: this.names.service,
      cluster: platform.cluster,
      taskDefinition,
      placement,
      deploymentController: service.deployment.controller,
      desiredCount: service.replicas.desired,
      autoscaled: !isFixed(service.replicas),
      targetGroup: this.targets.blue,
      healthCheckGracePeriodSeconds: service.healthCheck.gracePeriodSeconds,
      ...discovery?.discoveryOf(service, logGroup),
      dependsOn: [platform.capacityProviders, ...needs],
    });
    discovery?.add(service, made, securityGroupId);
    return made;
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

  private createRelease(ground: ServiceGround, made: MadeService): BlueGreenRelease | undefined {
    const { environment, service: config, repository } = this.props;
    const { platform, releases, alarms } = ground;
    if (!releases || config.deployment.controller !== "CODE_DEPLOY") return undefined;
    const { service, rules, roles, migration } = made;
    return new BlueGreenRelease(this, "Release", {
      environment,
      config,
      names: this.names,
      platform,
      front: frontOf(ground, config),
      releases,
      alarms,
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

/** What a task definition is made of. */
interface TaskParts {
  readonly ground: ServiceGround;
  readonly logGroup: CloudwatchLogGroup;
  readonly roles: Roles;
  readonly secrets: ServiceSecrets;
  readonly mail: ServiceMail;
  readonly firstImage: ITerraformDependable;
}

interface MadeService {
  readonly service: Service;
  readonly rules: ListenerRule[];
  readonly roles: Roles;
  readonly migration: DatabaseTasks | undefined;
}
