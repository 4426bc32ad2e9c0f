import type { Construct } from "constructs";
import { LoadBalancer } from "../alb/load-balancer";
import { TargetGroup } from "../alb/target-group";
import { TargetGroupPair } from "../alb/target-group-pair";
import type { WatchedService } from "./metrics";

const targetGroupProps = {
  namePrefix: "cart-",
  displayName: "shop-cart",
  vpcId: "vpc-1",
  targetType: "ip",
  port: 8080,
  healthCheck: { path: "/healthcheck" },
} as const;

/** A service with what its metrics come from, in a scope of its own. */
export function watchedService(
  scope: Construct,
  { name = "cart", blueGreen = false, containerInsights = true } = {},
): WatchedService {
  const { loadBalancer } = new LoadBalancer(scope, `LoadBalancer-${name}`, {
    name: "shop",
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1"],
    idleTimeoutSeconds: 60,
  });
  return {
    name,
    clusterName: "shop-dev",
    loadBalancer,
    targetGroups: blueGreen
      ? pair(scope, name)
      : [{ targetGroup: new TargetGroup(scope, `Targets-${name}`, targetGroupProps) }],
    containerInsights,
  };
}

function pair(scope: Construct, name: string) {
  const { blue, green } = new TargetGroupPair(scope, `Targets-${name}`, targetGroupProps);
  return [
    { label: "blue", targetGroup: blue },
    { label: "green", targetGroup: green },
  ];
}
