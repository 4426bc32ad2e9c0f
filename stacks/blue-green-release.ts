import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { RELEASE_TAG } from "../config/image-tag";
import type { ServiceNames } from "../config/names";
import { IMAGE_PLACEHOLDER } from "../config/pipeline-files";
import type { Service as ServiceConfig } from "../config/service";
import type { ListenerRule } from "../modules/alb/listener-rule";
import { TargetGroupAlarms } from "../modules/cloudwatch/target-group-alarms";
import { MigrationProject } from "../modules/codebuild/migration-project";
import { DeploymentGroup } from "../modules/codedeploy/deployment-group";
import { DeploymentPipeline } from "../modules/codepipeline/deployment-pipeline";
import type { Repository } from "../modules/ecr/repository";
import type { Service } from "../modules/ecs/service";
import type { TaskDefinition } from "../modules/ecs/task-definition";
import type { AlarmTopic } from "../modules/sns/alarm-topic";
import type { ServiceTargets } from "./service-targets";
import type { ServiceFront } from "./system-front";
import type { SystemPlatform } from "./system-platform";
import type { SystemReleases } from "./system-releases";

export interface BlueGreenReleaseProps {
  readonly environment: Environment;
  readonly config: ServiceConfig;
  readonly names: ServiceNames;
  readonly platform: SystemPlatform;
  readonly front: ServiceFront;
  readonly releases: SystemReleases;
  readonly alarms: AlarmTopic;
  readonly repository: Repository;
  readonly service: Service;
  readonly targets: ServiceTargets;
  /** The rules that lead to the service, on both listeners; none for the default service. */
  readonly rules: ListenerRule[];
  /** The roles that the service's tasks have. */
  readonly taskRoleArns: readonly string[];
  /** The task that migrates the database, and the roles that it has. */
  readonly migration?: { readonly taskDefinition: TaskDefinition; readonly roleArns: readonly string[] } | undefined;
}

/** How a service is released blue/green: its alarms, CodeDeploy's deployment group, and the pipeline that drives it. */
export class BlueGreenRelease extends Construct {
  /** Names of the alarms that roll a deployment back. */
  readonly alarmNames: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: BlueGreenReleaseProps,
  ) {
    super(scope, id);
    this.alarmNames = this.createAlarms();
    const group = this.createDeploymentGroup();
    this.createPipeline(group, this.createMigration());
  }

  private createAlarms(): readonly string[] {
    const { names, front, alarms, targets } = this.props;
    const { blue, green } = targets;
    const made = new TargetGroupAlarms(this, "Alarms", {
      namePrefix: names.family,
      loadBalancer: front.loadBalancer.loadBalancer,
      targetGroups: [{ label: "blue", targetGroup: blue }, ...(green ? [{ label: "green", targetGroup: green }] : [])],
      alarmTopicArn: alarms.arn,
    });
    return made.names;
  }

  private createDeploymentGroup(): DeploymentGroup {
    const { config, names, front, platform, releases, service, targets, rules, taskRoleArns } = this.props;
    if (config.deployment.controller !== "CODE_DEPLOY" || !targets.green) {
      throw new Error(`service "${config.name}" is not deployed blue/green`);
    }
    const { strategy, bakeMinutes } = config.deployment;
    return new DeploymentGroup(this, "Group", {
      application: releases.application,
      name: names.deploymentGroup,
      service,
      productionListener: front.loadBalancer.listener,
      testListener: required(front.loadBalancer.testListener),
      ...(rules.length > 0 && { rules }),
      blue: targets.blue,
      green: targets.green,
      strategy,
      bakeMinutes,
      alarmNames: this.alarmNames,
      location: platform.location,
      roleName: names.deploymentRole,
      passRoleArns: taskRoleArns,
    });
  }

  private createMigration(): MigrationProject | undefined {
    const { environment, names, platform, releases, service, migration } = this.props;
    if (!migration) return undefined;
    return new MigrationProject(this, "Migration", {
      name: names.migrationProject,
      location: platform.location,
      taskDefinition: migration.taskDefinition,
      service,
      passRoleArns: migration.roleArns,
      artifactStore: releases.artifactStore,
      logGroupName: names.migrationLogGroup,
      logRetentionDays: environment.logRetentionDays,
      roleName: names.migrationProjectRole,
    });
  }

  private createPipeline(deploymentGroup: DeploymentGroup, migration: MigrationProject | undefined): void {
    const { config, names, platform, releases, repository, taskRoleArns } = this.props;
    new DeploymentPipeline(this, "Pipeline", {
      name: names.pipeline,
      directory: config.name,
      location: platform.location,
      artifactStore: releases.artifactStore,
      deploymentRepository: releases.repository,
      imageRepository: repository,
      imageTag: RELEASE_TAG,
      imagePlaceholder: IMAGE_PLACEHOLDER,
      deploymentGroup,
      passRoleArns: taskRoleArns,
      ...(migration && { migration }),
      roleName: names.pipelineRole,
      eventRoleName: names.pipelineEventsRole,
    });
  }
}

function required(listener: LbListener | undefined): LbListener {
  if (!listener) throw new Error("the load balancer has no test listener");
  return listener;
}
