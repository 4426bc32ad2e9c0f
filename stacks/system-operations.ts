import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { type SystemNames, systemNames } from "../config/names";
import { createLoadBalancerAlarm } from "../modules/cloudwatch/load-balancer-alarm";
import { ServicesDashboard } from "../modules/cloudwatch/services-dashboard";
import { FailedDeployments } from "../modules/eventbridge/failed-deployments";
import type { DeployedService } from "./service-alarms";
import type { ServiceGround } from "./service-ground";
import type { ServiceFront } from "./system-front";

export interface SystemOperationsProps {
  readonly system: string;
  readonly environment: Environment;
  readonly ground: ServiceGround;
  /** The load balancer that the system's stack makes, be it its own or the API's. @default - it makes none */
  readonly front: ServiceFront | undefined;
  readonly deployed: readonly DeployedService[];
}

/**
 * What people who look after a system have besides the alarms of its services and its database: an alarm of the load balancer,
 * and where there are services a dashboard, and word of deployments that fail.
 */
export class SystemOperations extends Construct {
  private readonly names: SystemNames;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SystemOperationsProps,
  ) {
    super(scope, id);
    const { system, environment, ground, deployed } = props;
    this.names = systemNames(system, environment.name);
    const alarmNames = [
      ...this.createLoadBalancerAlarm(),
      ...deployed.flatMap((service) => service.alarmNames),
      ...(ground.database?.server.alarmNames ?? []),
    ];
    if (deployed.length === 0) return;
    this.createDashboard(alarmNames);
    this.tellOfFailedDeployments();
  }

  private createLoadBalancerAlarm(): readonly string[] {
    const { front, ground } = this.props;
    if (!front) return [];
    const { alarmName } = createLoadBalancerAlarm(this, "LoadBalancerAlarm", {
      name: this.names.loadBalancerAlarm,
      loadBalancer: front.loadBalancer.loadBalancer,
      alarmTopicArn: ground.alarms.arn,
    });
    return [alarmName];
  }

  private createDashboard(alarmNames: readonly string[]): void {
    const { ground, deployed } = this.props;
    // They were made in the order of their calls; people look for names.
    const services = deployed.map(({ watched }) => watched).toSorted((one, other) => (one.name < other.name ? -1 : 1));
    new ServicesDashboard(this, "Dashboard", {
      name: this.names.dashboard,
      location: ground.platform.location,
      services,
      alarmNames,
    });
  }

  private tellOfFailedDeployments(): void {
    const { platform, releases, alarms } = this.props.ground;
    const { failedDeploymentRule, failedReleaseRule } = this.names;
    new FailedDeployments(this, "FailedDeployments", {
      ruleName: failedDeploymentRule,
      location: platform.location,
      clusterName: platform.cluster.name,
      ...(releases && { blueGreen: { applicationName: releases.application.name, ruleName: failedReleaseRule } }),
      topicArn: alarms.arn,
    });
  }
}
