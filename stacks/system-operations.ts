import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { groupBy } from "../config/group-by";
import { type LoadBalancerNames, loadBalancerNames, systemNames } from "../config/names";
import { createLoadBalancerAlarm } from "../modules/cloudwatch/load-balancer-alarm";
import { ServicesDashboard } from "../modules/cloudwatch/services-dashboard";
import { FailedDeployments } from "../modules/eventbridge/failed-deployments";
import type { DeployedService } from "./service-alarms";
import type { ServiceGround } from "./service-ground";
import type { ServiceFront } from "./system-front";

/**
 * Most services on a dashboard: each takes eight widgets at most, of 500 that a dashboard may have beside the states of alarms.
 * What is more goes to a further one.
 */
const SERVICES_PER_DASHBOARD = 50;

export interface SystemOperationsProps {
  /** As `deploymentUnit` gives it. */
  readonly unit: string;
  readonly environment: Environment;
  readonly ground: ServiceGround;
  /** The load balancers that the unit's stack makes, by their numbers; the API's as number 0 where it makes that. */
  readonly fronts: ReadonlyMap<number, ServiceFront>;
  readonly deployed: readonly DeployedService[];
}

/**
 * What people who look after a unit have besides the alarms of its services and its database: an alarm of each load balancer,
 * and where there are services a dashboard for those behind each, and word of deployments that fail.
 */
export class SystemOperations extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SystemOperationsProps,
  ) {
    super(scope, id);
    const { fronts, ground, deployed } = props;
    const byNumber = groupBy(deployed, ({ loadBalancer }) => loadBalancer);
    const ofDatabase = ground.database?.server.alarmNames ?? [];
    for (const number of new Set([0, ...fronts.keys(), ...byNumber.keys()])) {
      const alarms = { before: this.createLoadBalancerAlarm(number), after: number === 0 ? ofDatabase : [] };
      if (deployed.length > 0) this.createDashboards(number, byNumber.get(number) ?? [], alarms);
    }
    if (deployed.length > 0) this.tellOfFailedDeployments();
  }

  private createLoadBalancerAlarm(number: number): readonly string[] {
    const { fronts, ground } = this.props;
    const front = fronts.get(number);
    if (!front) return [];
    const { alarmName } = createLoadBalancerAlarm(this, idOf("LoadBalancerAlarm", number), {
      name: this.namesOf(number).loadBalancerAlarm,
      loadBalancer: front.loadBalancer.loadBalancer,
      alarmTopicArn: ground.alarms.arn,
    });
    return [alarmName];
  }

  /** Of the services behind one load balancer; the first one has the alarms of what they share, too. */
  private createDashboards(number: number, deployed: readonly DeployedService[], shared: SharedAlarms): void {
    const { location } = this.props.ground.platform;
    const id = idOf("Dashboard", number);
    const name = this.namesOf(number).dashboard;
    // They were made in the order of their calls; people look for names.
    const places = new Map(deployed.toSorted(byName).map((service, index) => [service, index]));
    const parts = groupBy(deployed, (service) => Math.floor((places.get(service) ?? 0) / SERVICES_PER_DASHBOARD));
    for (const [part, some] of parts.size === 0 ? [[0, []] as const] : parts) {
      const alarmNames = some.flatMap((service) => service.alarmNames);
      new ServicesDashboard(this, part === 0 ? id : `${id}Part${part + 1}`, {
        name: part === 0 ? name : `${name}-part-${part + 1}`,
        location,
        services: some.toSorted(byName).map(({ watched }) => watched),
        alarmNames: part === 0 ? [...shared.before, ...alarmNames, ...shared.after] : alarmNames,
      });
    }
  }

  private namesOf(number: number): LoadBalancerNames {
    const { unit, environment } = this.props;
    return loadBalancerNames(unit, environment.name, number);
  }

  private tellOfFailedDeployments(): void {
    const { unit, environment, ground } = this.props;
    const { platform, releases, alarms } = ground;
    const { failedDeploymentRule, failedReleaseRule } = systemNames(unit, environment.name);
    new FailedDeployments(this, "FailedDeployments", {
      ruleName: failedDeploymentRule,
      location: platform.location,
      clusterName: platform.cluster.name,
      ...(releases && { blueGreen: { applicationName: releases.application.name, ruleName: failedReleaseRule } }),
      topicArn: alarms.arn,
    });
  }
}

/** Names of alarms of what services share: those that stand before theirs on a dashboard, and those after. */
interface SharedAlarms {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The id of a construct that each load balancer has one of. */
const idOf = (id: string, number: number) => (number === 0 ? id : `${id}${number + 1}`);

const byName = (one: DeployedService, other: DeployedService) => (one.watched.name < other.watched.name ? -1 : 1);
