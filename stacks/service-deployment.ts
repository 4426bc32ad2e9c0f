import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsEcrImage } from "@cdktf/provider-aws/lib/data-aws-ecr-image";
import { DataAwsEcrRepository } from "@cdktf/provider-aws/lib/data-aws-ecr-repository";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { ENVIRONMENT_LABEL, environmentRecord } from "../config/environment-record";
import { BOOTSTRAP_TAG } from "../config/image-tag";
import { type ServiceNames, serviceNames } from "../config/names";
import { listenerRules, targetType } from "../config/routes";
import type { Service as ServiceConfig } from "../config/service";
import { ListenerRule } from "../modules/alb/listener-rule";
import { TargetGroup } from "../modules/alb/target-group";
import type { Repository } from "../modules/ecr/repository";
import { ScalableTaskCount } from "../modules/ecs/scalable-task-count";
import { type Placement, Service } from "../modules/ecs/service";
import { TaskDefinition } from "../modules/ecs/task-definition";
import { ExecutionRole } from "../modules/iam/execution-role";
import { TaskRole } from "../modules/iam/task-role";
import type { Network } from "../modules/network/network";
import { ServiceSecurityGroup } from "../modules/security-group/service-security-group";
import type { SystemPlatform } from "./system-platform";
import { taskEnvironment } from "./task-environment";

export interface ServiceDeploymentProps {
  readonly environment: Environment;
  readonly service: ServiceConfig;
  readonly platform: SystemPlatform;
  readonly network: Network;
  readonly repository: Repository;
}

interface Roles {
  readonly execution: IamRole;
  readonly task: IamRole;
  /** What the roles allow, apart from the roles themselves: the service has to come after and go before. */
  readonly policies: readonly ITerraformDependable[];
}

/** Everything that one service.json becomes: log group, roles, task definition, target group, rules, service, scaling. */
export class ServiceDeployment extends Construct {
  private readonly names: ServiceNames;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceDeploymentProps,
  ) {
    super(scope, id);
    this.names = serviceNames(props.service, props.environment.name);
    const logGroup = this.createLogGroup();
    const roles = this.createRoles(logGroup);
    const taskDefinition = this.createTaskDefinition(logGroup, roles);
    const targetGroup = this.createTargetGroup();
    const rules = this.createListenerRules(targetGroup);
    const service = this.createService(taskDefinition, targetGroup, [
      ...rules.map(({ rule }) => rule),
      ...roles.policies,
    ]);
    this.createScaling(service, targetGroup);
  }

  private createLogGroup(): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "LogGroup", {
      name: this.names.logGroup,
      retentionInDays: this.props.environment.logRetentionDays,
    });
  }

  private createRoles(logGroup: CloudwatchLogGroup): Roles {
    const { service, platform, repository } = this.props;
    const execution = new ExecutionRole(this, "ExecutionRole", {
      name: this.names.executionRole,
      location: platform.location,
      repositoryArn: repository.arn,
      logGroupArn: logGroup.arn,
      secretArns: Object.values(service.secrets),
    });
    const task = new TaskRole(this, "TaskRole", { name: this.names.taskRole, location: platform.location });
    const policies = [execution.policy, task.policy].filter((policy) => policy !== undefined);
    return { execution: execution.role, task: task.role, policies };
  }

  private createTaskDefinition(logGroup: CloudwatchLogGroup, roles: Roles): TaskDefinition {
    const { environment, service, repository } = this.props;
    return new TaskDefinition(this, "TaskDefinition", {
      family: this.names.family,
      containerName: this.names.container,
      launchType: service.launchType,
      cpu: service.cpu,
      memoryMiB: service.memory,
      image: `${repository.url}:${BOOTSTRAP_TAG}`,
      containerPort: service.port,
      environment: taskEnvironment(service, environment.name),
      ...(Object.keys(service.environment).length > 0 && {
        labels: { [ENVIRONMENT_LABEL]: environmentRecord(service.environment) },
      }),
      secrets: service.secrets,
      stopTimeoutSeconds: service.stopTimeoutSeconds,
      logGroup,
      region: environment.region,
      executionRole: roles.execution,
      taskRole: roles.task,
      revisionParameterName: this.names.taskDefinitionParameter,
      dependsOn: [this.requireFirstImage()],
    });
  }

  /**
   * Stops an apply before it creates a service whose tasks could only fail. The repository is another stack's, so the
   * question is answered while planning. A repository with images but without the bootstrap one is refused by the
   * second data source, in the provider's words.
   */
  private requireFirstImage(): DataAwsEcrImage {
    const { environment, service, repository } = this.props;
    const repositoryName = repository.name;
    const content = new DataAwsEcrRepository(this, "Images", { name: repositoryName });
    const condition = `\${length(data.aws_ecr_repository.${content.friendlyUniqueId}.most_recent_image_tags) > 0}`;
    const errorMessage = `repository ${this.names.repository} is empty, so the tasks of ${service.name} could not start. Push the first image: npm run first-image -- --env ${environment.name} ${service.name}`;
    return new DataAwsEcrImage(this, "FirstImage", {
      repositoryName,
      imageTag: BOOTSTRAP_TAG,
      lifecycle: { precondition: [{ condition, errorMessage }] },
    });
  }

  private createTargetGroup(): TargetGroup {
    const { service, network } = this.props;
    return new TargetGroup(this, "TargetGroup", {
      namePrefix: this.names.targetGroupPrefix,
      displayName: this.names.family,
      vpcId: network.vpc.id,
      targetType: targetType(service.launchType),
      port: service.port,
      healthCheck: service.healthCheck,
      deregistrationDelaySeconds: service.deregistrationDelaySeconds,
    });
  }

  private createListenerRules(targetGroup: TargetGroup): ListenerRule[] {
    const { service, platform } = this.props;
    return listenerRules(service).map(
      (rule, index) =>
        new ListenerRule(this, `Rule${index}`, {
          listener: platform.loadBalancer.listener,
          priority: rule.priority,
          pathPatterns: [...rule.pathPatterns],
          hosts: [...rule.hosts],
          sourceCidrs: [...rule.sourceCidrs],
          targetGroup,
        }),
    );
  }

  private createService(
    taskDefinition: TaskDefinition,
    targetGroup: TargetGroup,
    needs: ITerraformDependable[],
  ): Service {
    const { service, platform } = this.props;
    return new Service(this, "Service", {
      name: this.names.service,
      cluster: platform.cluster,
      taskDefinition,
      placement: this.placement(),
      desiredCount: service.replicas.desired,
      autoscaled: true,
      targetGroup,
      healthCheckGracePeriodSeconds: service.healthCheck.gracePeriodSeconds,
      dependsOn: [platform.capacityProviders, ...needs],
    });
  }

  private placement(): Placement {
    const { platform, network, service } = this.props;
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
    return {
      launchType: "FARGATE",
      subnetIds: network.privateSubnets.map(({ id }) => id),
      securityGroupIds: [securityGroup.group.id],
    };
  }

  private createScaling(service: Service, targetGroup: TargetGroup): void {
    const { platform, service: config } = this.props;
    const { scaling, replicas } = config;
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
      count.scaleOnRequestCount(scaling.requestsPerTarget, platform.loadBalancer.loadBalancer, targetGroup.targetGroup);
    }
    for (const schedule of scaling.schedules) count.scaleOnSchedule(schedule);
  }
}
