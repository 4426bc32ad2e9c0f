import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import type { ServiceNames } from "../config/names";
import type { Service } from "../config/service";
import type { Placement } from "../modules/ecs/service";
import type { Network } from "../modules/network/network";
import { ServiceSecurityGroup } from "../modules/security-group/service-security-group";
import { egressPorts } from "./call-ports";
import { frontOf, type ServiceGround } from "./service-ground";

/** Where the tasks of a service run, and the group whose rules they are under. */
export interface TasksPlace {
  readonly placement: Placement;
  /** On EC2 the instances' group, which all services there share. */
  readonly securityGroupId: string;
}

/** The place of a service's tasks; on Fargate with a security group of their own. */
export function placeTasks(
  scope: Construct,
  props: {
    readonly environment: Environment;
    readonly service: Service;
    readonly names: ServiceNames;
    readonly network: Network;
  },
  ground: ServiceGround,
): TasksPlace {
  const { environment, service, names, network } = props;
  const { platform, database } = ground;
  if (service.launchType === "EC2") {
    const { ec2Capacity: capacity, instanceSecurityGroupId: securityGroupId } = platform;
    if (!capacity || securityGroupId === undefined) {
      throw new Error(`service "${service.name}" runs on EC2, but its system has no EC2 capacity`);
    }
    return { placement: { launchType: "EC2", capacity }, securityGroupId };
  }
  const { group } = new ServiceSecurityGroup(scope, "SecurityGroup", {
    name: names.securityGroup,
    vpcId: network.vpc.id,
    loadBalancerSecurityGroupId: frontOf(ground, service).loadBalancerSecurityGroup.group.id,
    containerPort: service.port,
    publicCidrs: service.publicCidrs,
    egressPorts: egressPorts(environment, [service]),
  });
  if (service.database) database?.server.allowFrom({ label: service.name, securityGroupId: group.id });
  return {
    placement: {
      launchType: "FARGATE",
      subnetIds: network.privateSubnets.map(({ id }) => id),
      securityGroupIds: [group.id],
    },
    securityGroupId: group.id,
  };
}
