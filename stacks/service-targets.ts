import type { Construct } from "constructs";
import type { ServiceNames } from "../config/names";
import { targetType } from "../config/routes";
import type { Service } from "../config/service";
import { TargetGroup } from "../modules/alb/target-group";
import { TargetGroupPair } from "../modules/alb/target-group-pair";
import type { Network } from "../modules/network/network";

/** Where the load balancer sends the requests of a service. */
export interface ServiceTargets {
  /** The one that the service is created with; the only one but for blue/green deployments. */
  readonly blue: TargetGroup;
  /** The one that the first blue/green deployment moves the requests to. */
  readonly green?: TargetGroup;
}

/** The target group of a service, or the two that CodeDeploy moves its requests between. */
export function createTargets(
  scope: Construct,
  { service, names, network }: { service: Service; names: ServiceNames; network: Network },
): ServiceTargets {
  const props = {
    namePrefix: names.targetGroupPrefix,
    displayName: names.family,
    vpcId: network.vpc.id,
    targetType: targetType(service.launchType),
    port: service.port,
    healthCheck: service.healthCheck,
    deregistrationDelaySeconds: service.deregistrationDelaySeconds,
  };
  if (service.deployment.controller === "ECS") return { blue: new TargetGroup(scope, "TargetGroup", props) };
  return new TargetGroupPair(scope, "TargetGroups", props);
}
