import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import type { Construct } from "constructs";
import { listenerRules } from "../config/routes";
import type { Service } from "../config/service";
import { ListenerRule } from "../modules/alb/listener-rule";
import type { ServiceTargets } from "./service-targets";
import type { SystemPlatform } from "./system-platform";

/**
 * The rules that lead to a service; none for the default one. On the test listener, too, where CodeDeploy shows a new version
 * before it moves the requests.
 */
export function createListenerRules(
  scope: Construct,
  { service, targets, platform }: { service: Service; targets: ServiceTargets; platform: SystemPlatform },
): ListenerRule[] {
  const { listener, testListener } = platform.loadBalancer;
  const blueGreen = service.deployment.controller === "CODE_DEPLOY";
  const listeners = [
    { id: "Rule", listener },
    ...(blueGreen && testListener ? [{ id: "TestRule", listener: testListener }] : []),
  ];
  return listeners.flatMap(({ id, listener: on }) =>
    listenerRules(service).map(
      (rule, index) =>
        new ListenerRule(scope, `${id}${index}`, {
          listener: on,
          priority: rule.priority,
          pathPatterns: [...rule.pathPatterns],
          hosts: [...rule.hosts],
          sourceCidrs: [...rule.sourceCidrs],
          targetGroup: targets.blue,
          trafficOwner: blueGreen ? "code-deploy" : "terraform",
        }),
    ),
  );
}

/** The listeners whose default target the service is: they come before it, as rules do. */
export function listenersOf({ loadBalancer }: SystemPlatform, { routes }: Service): readonly LbListener[] {
  if (!routes.default) return [];
  return [loadBalancer.listener, loadBalancer.testListener].filter((listener) => listener !== undefined);
}
